"""INCAR and KPOINTS of each step, from pymatgen's input sets."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from textwrap import fill
from typing import Any

import numpy as np

from sc3d_desktop.dft import options
from sc3d_desktop.dft.cells import Cell
from sc3d_desktop.dft.vasp.presets import Preset
from sc3d_desktop.errors import HandOffError

POTENTIALS = "PBE_54"
STEPS = {name: f"{n}-{name}" for n, name in enumerate(options.STEPS, 1)}
"""The folder of each."""
_LINE_POINTS = 20
_LINE_LENGTH = 92
_METAGGA = ("SCAN", "R2SCAN")

# A semicolon would part two tags, to some versions of VASP also in a comment.
_WHY = {
    "METAGGA": "the functional",
    "GGA": "the functional",
    "ENCUT": "plane-wave cut-off in eV",
    "EDIFF": "energy criterion in eV",
    "EDIFFG": "force criterion in eV/Å (negative: a force)",
    "KSPACING": "largest distance of k-points in 1/Å, no KPOINTS file",
    "KGAMMA": "mesh centred at Γ",
    "MAGMOM": "starting moments in µB, in the order of POSCAR",
    "ISPIN": "1: no spin, 2: spin-polarised",
    "ISMEAR": "0: Gaussian, safe for any mesh, -5: tetrahedra, for energies and DOS",
    "ISIF": "3: cell and positions relax",
    "LDAU": "Hubbard U, on request only: a U moves the bands at the Fermi level",
    "LMAXMIX": "mixing of d (4) or f (6) densities, which magnets and U need",
    "NEDOS": "points of the DOS, fine enough to see a van Hove singularity",
    "ICHARG": "11: the charge of the static step is kept",
    "LREAL": "projection in real space only where a cell is large",
    "LASPH": "aspherical terms, needed for meta-GGAs, d and f elements",
}


@dataclass(frozen=True)
class Settings:
    """``hubbard`` gives U in eV for elements; ``potentials`` the POTCAR symbols to use instead of
    the set's. ``kpoints_files`` puts meshes into files of their own.
    """

    preset: Preset
    functional: str
    hubbard: Mapping[str, float]
    potentials: Mapping[str, str]
    kpoints_files: bool = False
    real_space: bool = False


def input_set(cell: Cell, settings: Settings, static: bool) -> Any:
    """The pymatgen input set of the relaxation or of the static step."""
    from pymatgen.io.vasp import sets

    known = sets.MPScanRelaxSet.CONFIG["POTCAR"]
    elements = [el.symbol for el in cell.structure.composition.elements]
    missing = [el for el in elements if el not in known]
    if missing:
        raise HandOffError(
            f"pymatgen's input set has no potential of {', '.join(missing)}.",
            "Write the input for it by hand.",
        )
    changed = dict(settings.preset.static if static else settings.preset.relax)
    changed |= _functional(settings.functional) | {
        "KSPACING": settings.preset.spacing,
        "KGAMMA": True,
        "LWAVE": False,
        "LVTOT": None,
        "LVHAR": None,
        "LELF": None,
        "LAECHG": None,
        "LREAL": "Auto" if settings.real_space else False,
        "ISMEAR": -5 if static and _tetrahedra(cell, settings.preset.spacing) else 0,
        "SIGMA": 0.05,
    }
    changed |= _spin(cell) | _hubbard(cell, settings.hubbard)
    made = sets.MPScanStaticSet if static else sets.MPScanRelaxSet
    with warnings.catch_warnings():
        # The choice of f electrons is the user's, and the README says what it does.
        warnings.filterwarnings("ignore", "Overriding POTCARs", sets.BadInputSetWarning)
        return made(
            cell.structure,
            user_incar_settings=changed,
            user_potcar_functional=POTENTIALS,
            user_potcar_settings=dict(settings.potentials),
            sort_structure=False,
        )


def _functional(name: str) -> dict[str, Any]:
    if name in _METAGGA:
        return {"METAGGA": name, "GGA": None, "ALGO": "All"}
    return {"METAGGA": None, "GGA": "PE", "ALGO": "Normal", "LMIXTAU": None}


def _tetrahedra(cell: Cell, spacing: float) -> bool:
    """The method needs four points at least, and more than one along some edge."""
    a, b, c = cell.mesh(spacing)
    return a * b * c > 8


def _spin(cell: Cell) -> dict[str, Any]:
    if not cell.magnetic:
        return {"ISPIN": 1, "MAGMOM": None}
    return {"ISPIN": 2, "LMAXMIX": _lmaxmix(cell)}


def _lmaxmix(cell: Cell) -> int:
    return 6 if any(el.block == "f" for el in cell.structure.composition.elements) else 4


def _hubbard(cell: Cell, u_of: Mapping[str, float]) -> dict[str, Any]:
    symbols = list(dict.fromkeys(str(site.specie) for site in cell.structure))
    present = {el: u for el, u in u_of.items() if el in symbols}
    if not present:
        return {"LDAU": None}
    block = {str(el): el.block for el in cell.structure.composition.elements}
    orbital = {"s": 1, "p": 1, "d": 2, "f": 3}
    return {
        "LDAU": True,
        "LDAUTYPE": 2,
        "LDAUL": {el: orbital[block[el]] if el in present else -1 for el in symbols},
        "LDAUU": {el: present.get(el, 0.0) for el in symbols},
        "LDAUJ": dict.fromkeys(symbols, 0.0),
        "LDAUPRINT": 1,
        "LMAXMIX": _lmaxmix(cell),
    }


def incar(cell: Cell, settings: Settings, step: str) -> dict[str, Any]:
    """The INCAR of a step as tags and values."""
    tags = dict(input_set(cell, settings, static=step != "1-relax").incar)
    if step == "3-dos":
        spacing = settings.preset.dos_spacing
        tags |= {"KSPACING": spacing, "NEDOS": 4001, "LORBIT": 11, "LCHARG": False}
        tags["ISMEAR"] = -5 if _tetrahedra(cell, spacing) else 0
    if step == "4-bands":
        tags |= {"ISMEAR": 0, "LORBIT": 11, "LCHARG": False}
        del tags["KSPACING"], tags["KGAMMA"]
        if settings.functional not in _METAGGA:
            tags["ICHARG"] = 11
    if settings.kpoints_files:
        for tag in ("KSPACING", "KGAMMA"):
            tags.pop(tag, None)
    return tags


def incar_text(tags: Mapping[str, Any], head: str) -> str:
    """With a comment on each tag that is worth one."""
    from pymatgen.io.vasp import Incar

    written = str(Incar(dict(tags))).splitlines()
    lines = [_comment(line) for line in head.replace(";", ",").splitlines()]
    for line in written:
        tag = line.split("=")[0].strip()
        line = line.upper() if tag in ("METAGGA", "GGA") else line  # as VASP's manual has them
        lines.append(f"{line.rstrip()}  # {_WHY[tag]}" if tag in _WHY else line.rstrip())
    return "\n".join(lines) + "\n"


def _comment(line: str) -> str:
    """Wrapped, because VASP reads no long lines."""
    return fill(line, _LINE_LENGTH, initial_indent="# ", subsequent_indent="# ")


def kpoints_file(cell: Cell, settings: Settings, step: str) -> str | None:
    """The KPOINTS of a step, None where INCAR has the spacing instead."""
    if step == "4-bands":
        return band_text(cell, settings)
    if not settings.kpoints_files:
        return None
    preset = settings.preset
    spacing = preset.dos_spacing if step == "3-dos" else preset.spacing
    mesh = " ".join(map(str, cell.mesh(spacing)))
    return f"Spacing of at most {spacing:g} 1/Å\n0\nGamma\n{mesh}\n0 0 0\n"


def band_text(cell: Cell, settings: Settings) -> str:
    """The band path: lines from the kept charge for PBE; for a meta-GGA, which cannot be run from
    a kept charge, the mesh with its weights and the path with weight zero.
    """
    points, labels, branches = cell.band_path()
    at = dict(zip(labels, points, strict=True))
    if settings.functional not in _METAGGA:
        return _lines(at, branches)
    mesh = cell.mesh(settings.preset.spacing)
    rows = [(k, w, "") for k, w in cell.irreducible(mesh)]
    rows += [(k, 0, label) for k, label in _along(cell, at, branches)]
    text = [
        f"Mesh {mesh[0]}x{mesh[1]}x{mesh[2]} with its weights, then the band path with weight zero",
        str(len(rows)),
        "Reciprocal",
    ]
    for k, weight, label in rows:
        text.append(" ".join(f"{x:.8f}" for x in k) + f" {weight} {label}".rstrip())
    return "\n".join(text) + "\n"


def _lines(at: Mapping[str, list[float]], branches: list[list[str]]) -> str:
    text = ["Band path of Setyawan and Curtarolo", str(_LINE_POINTS), "Line_mode", "Reciprocal"]
    for branch in branches:
        for one, other in pairwise(branch):
            for label in (one, other):
                text.append(" ".join(f"{x:.8f}" for x in at[label]) + f" ! {label}")
            text.append("")
    return "\n".join(text).rstrip("\n") + "\n"


def _along(
    cell: Cell, at: Mapping[str, list[float]], branches: list[list[str]]
) -> list[tuple[list[float], str]]:
    """About 20 points for each 1/Å, labelled where the path turns."""
    reciprocal = np.asarray(cell.structure.lattice.reciprocal_lattice.matrix)
    rows: list[tuple[list[float], str]] = []
    for branch in branches:
        for one, other in pairwise(branch):
            a, b = np.array(at[one]), np.array(at[other])
            n = max(2, int(_LINE_POINTS * float(np.linalg.norm((b - a) @ reciprocal))))
            inside = [((a + (b - a) * i / n).tolist(), one if i == 0 else "") for i in range(n)]
            rows += inside
        rows.append((at[branch[-1]], branch[-1]))
    return rows
