"""A VASP folder for an ordered crystal, from pymatgen's input sets."""

from __future__ import annotations

import shutil
import tempfile
import warnings
from pathlib import Path
from typing import Any

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.disorder import DisorderClass, classify_site
from sc3d_desktop.errors import HandOffError

PRESETS = {
    "recommended": "MPScanRelaxSet",
    "screening": "MPRelaxSet",
}
"""Preset → pymatgen input set: r²SCAN relaxation, or PBE for many candidates."""


def write_vasp(crystal: Crystal, out: Path, preset: str = "recommended") -> Path:
    """Write POSCAR, INCAR, POTCAR.spec and, where the set has them, KPOINTS into ``out``.

    A disordered crystal is refused: VASP knows no partial occupancy, and rounding it would make
    another material. Raises ``HandOffError`` for that, for an unknown preset, for an element that
    the preset has no potential of, and for a folder that is not empty or cannot be written.
    """
    _refuse_disorder(crystal)
    if preset not in PRESETS:
        known = ", ".join(PRESETS)
        raise HandOffError(f"There is no preset “{preset}”.", f"The presets are: {known}.")
    try:
        if out.exists() and (not out.is_dir() or any(out.iterdir())):
            raise HandOffError(f"{out} is not an empty folder.", "Choose another folder.")
        _write_folder(crystal, out, preset)
    except OSError as error:
        raise HandOffError(
            f"{out} cannot be written: {error.strerror or error}.", "Choose another folder."
        ) from error
    return out


def _write_folder(crystal: Crystal, out: Path, preset: str) -> None:
    """Write beside ``out`` and move, so that no half folder is left whatever happens."""
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".vasp-") as unfinished:
        folder = Path(unfinished) / "vasp"
        with warnings.catch_warnings():
            # pymatgen warns of functionals without tabulated +U; the INCAR shows what is set.
            warnings.simplefilter("ignore")
            _input_set(crystal, preset).write_input(folder, potcar_spec=True)
        if out.is_dir():
            out.rmdir()
        shutil.move(folder, out)


def _refuse_disorder(crystal: Crystal) -> None:
    for site in crystal.sites:
        if classify_site(site.species) is not DisorderClass.O:
            share = ", ".join(f"{el} {w:g}" for el, w in site.species.items())
            raise HandOffError(
                f"{crystal.name or 'The crystal'} is disordered: {site.label} holds {share}. VASP "
                "knows no partial occupancies, and rounding them would make another material.",
                "Set every site to one species with occupancy 1, then export.",
            )


def _input_set(crystal: Crystal, preset: str) -> Any:
    from pymatgen.core import Lattice, Structure
    from pymatgen.io.vasp import sets

    elements = [{"D": "H", "T": "H"}.get(el, el) for s in crystal.sites for el in s.species]
    input_set = getattr(sets, PRESETS[preset])
    missing = [el for el in dict.fromkeys(elements) if el not in input_set.CONFIG["POTCAR"]]
    if missing:
        raise HandOffError(
            f"{PRESETS[preset]} has no potential of {', '.join(missing)}.",
            "Choose another preset, or write the input by hand.",
        )
    structure = Structure(Lattice(crystal.lattice), elements, crystal.frac_coords)
    return input_set(structure.get_sorted_structure())
