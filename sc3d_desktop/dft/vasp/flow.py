"""A script that does relaxation and static step as an atomate2 flow, for those who run jobflow."""

from __future__ import annotations

from dataclasses import replace
from pprint import pformat

from sc3d_desktop.dft.options import Options
from sc3d_desktop.dft.vasp.files import settings_for
from sc3d_desktop.dft.vasp.steps import Settings, incar, input_set
from sc3d_desktop.dft.work import Calculation, Work

_FLOW = '''\
"""Relaxation and static step of {name} with atomate2 and jobflow.

On the cluster: pip install "atomate2[strict]" jobflow-remote, set up VASP_CMD and the potentials
(PMG_VASP_PSP_DIR), then "python flow.py" for a local run of everything here, or submit FLOW with
jobflow-remote or FireWorks.
"""

from pathlib import Path

from atomate2.vasp.jobs.core import RelaxMaker, StaticMaker
from atomate2.vasp.sets.core import RelaxSetGenerator, StaticSetGenerator
from jobflow import Flow, run_locally
from pymatgen.core import Structure

HERE = Path(__file__).parent
SETTINGS = {settings}


def flow_of(folder):
    given = SETTINGS[folder]
    structure = Structure.from_file(HERE / folder / "1-relax" / "POSCAR")
    if given["magmom"]:
        structure.add_site_property("magmom", given["magmom"])
    common = {{
        "user_potcar_functional": "PBE_54",
        "user_potcar_settings": given["potentials"],
        "user_kpoints_settings": {{}},
    }}
    relax = RelaxMaker(
        name=f"relax {{folder}}",
        input_set_generator=RelaxSetGenerator(user_incar_settings=given["relax"], **common),
    ).make(structure)
    static = StaticMaker(
        name=f"static {{folder}}",
        input_set_generator=StaticSetGenerator(user_incar_settings=given["static"], **common),
    ).make(relax.output.structure, prev_dir=relax.output.dir_name)
    return Flow([relax, static], name=f"{name} {{folder}}")


FLOW = Flow([flow_of(folder) for folder in SETTINGS], name="{name}")

if __name__ == "__main__":
    run_locally(FLOW, create_folders=True)
'''
_FROM_STRUCTURE = ("MAGMOM", "LDAUL", "LDAUU", "LDAUJ")


def flow_text(work: Work, options: Options) -> str:
    """The settings are those of the INCAR files, so that both ways give the same."""
    given = {}
    for item in work.calculations:
        # Its generators write no KPOINTS of their own beside a spacing.
        settings = replace(settings_for(work, item, options), kpoints_files=False)
        symbols = [str(site.specie) for site in item.cell.structure]
        tags = {s: incar(item.cell, settings, s) for s in ("1-relax", "2-static")}
        given[item.folder] = {
            "relax": _by_element(tags["1-relax"], symbols),
            "static": _by_element(tags["2-static"], symbols),
            "potentials": _all_potentials(item, settings),
            "magmom": list(item.cell.structure.site_properties.get("magmom", ())),
        }
    name = (work.crystal.name or work.made.plan.target_formula).replace('"', "'")
    name = " ".join(name.replace("\\", " ").replace("{", "(").replace("}", ")").split())
    return _FLOW.format(name=name, settings=pformat(given, width=96, sort_dicts=False))


def _by_element(tags: dict[str, object], symbols: list[str]) -> dict[str, object]:
    """The generators want U by element, and moments on the structure."""
    order = list(dict.fromkeys(symbols))
    plain = {k: v for k, v in tags.items() if k not in _FROM_STRUCTURE}
    for tag in ("LDAUL", "LDAUU", "LDAUJ"):
        values = tags.get(tag)
        if isinstance(values, list):
            plain[tag] = dict(zip(order, values, strict=True))
    return plain


def _all_potentials(item: Calculation, settings: Settings) -> dict[str, str]:
    symbols = input_set(item.cell, settings, static=False).potcar_symbols
    return {symbol.split("_")[0]: symbol for symbol in symbols}
