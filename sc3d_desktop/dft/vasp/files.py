"""The files of one calculation with VASP: a folder for each step."""

from __future__ import annotations

from collections.abc import Mapping

from sc3d_desktop.dft.options import Options
from sc3d_desktop.dft.texts import plain
from sc3d_desktop.dft.vasp.potentials import lanthanide_potentials, potcar_files
from sc3d_desktop.dft.vasp.presets import PRESETS
from sc3d_desktop.dft.vasp.steps import (
    STEPS,
    Settings,
    incar,
    incar_text,
    input_set,
    kpoints_file,
)
from sc3d_desktop.dft.work import Calculation, Work
from sc3d_desktop.errors import HandOffError

_LARGE = 30


def check_preset(name: str) -> None:
    if name not in PRESETS:
        known = ", ".join(PRESETS)
        raise HandOffError(f"There is no preset “{name}”.", f"The presets are: {known}.")


def settings_for(work: Work, calculation: Calculation, options: Options) -> Settings:
    """Those of one calculation; what changes energies a little is the same in all, so that they
    can be compared.
    """
    preset = PRESETS[options.preset]
    elements = [el.symbol for el in calculation.cell.structure.composition.elements]
    return Settings(
        preset,
        "PBE" if calculation.order.pbe else preset.functional,
        dict(options.hubbard),
        lanthanide_potentials(elements, options.f_electrons),
        options.kpoints_files,
        real_space=max(len(c.cell.structure) for c in work.calculations) > _LARGE,
    )


def calculation_files(work: Work, calculation: Calculation, options: Options) -> Mapping[str, str]:
    """Path below the folder of the calculation → text, ASCII with Unix line ends."""
    settings = settings_for(work, calculation, options)
    poscar = poscar_text(work, calculation)
    symbols = input_set(calculation.cell, settings, static=False).potcar_symbols
    files: dict[str, str] = {}
    for step in (STEPS[name] for name in STEPS if name in options.steps):
        head = f"{settings.functional}, preset {settings.preset.name}, step {step}"
        tags = incar(calculation.cell, settings, step)
        files[f"{step}/POSCAR"] = poscar
        files[f"{step}/INCAR"] = incar_text(tags, f"{head}\n{calculation.order.why}")
        files |= {f"{step}/{name}": text for name, text in potcar_files(symbols).items()}
        if mesh := kpoints_file(calculation.cell, settings, step):
            files[f"{step}/KPOINTS"] = mesh
    return {path: text if path.endswith("POTCAR") else plain(text) for path, text in files.items()}


def poscar_text(work: Work, calculation: Calculation) -> str:
    """The first line names the crystal by name and content hash, what was asked for and what is."""
    from pymatgen.io.vasp import Poscar

    plan = work.made.plan
    name = " ".join((work.crystal.name or plan.target_formula).split())
    comment = (
        f"{name} sha256:{work.crystal.key[:12]} target {plan.target_formula} "
        f"achieved {plan.chosen.achieved}"
    )
    structure = calculation.cell.structure.copy(site_properties={})
    poscar = Poscar(structure, comment=plain(comment), sort_structure=False)
    return str(poscar.get_str(significant_figures=10))
