"""The text of Fortran namelists and of the cards of pw.x."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from sc3d_desktop.dft.cells import Cell

_BAND_POINTS = 20

Value = bool | int | float | str


def namelist(name: str, values: Mapping[str, Value]) -> str:
    lines = [f"   {key} = {_value(value)}" for key, value in values.items()]
    return "\n".join([f"&{name}", *lines, "/"]) + "\n"


def _value(value: Value) -> str:
    match value:
        case bool():
            return ".true." if value else ".false."
        case str():
            return f"'{value}'"
        case int():
            return str(value)
    return f"{value:.6g}".replace("e", "d") if "e" in f"{value:.6g}" else f"{value:.6g}"


def mesh_card(mesh: Sequence[int]) -> str:
    return f"K_POINTS automatic\n{mesh[0]} {mesh[1]} {mesh[2]} 0 0 0\n"


def explicit_card(mesh: Sequence[int]) -> str:
    """Every point of the mesh, as Wannier functions need them."""
    total = mesh[0] * mesh[1] * mesh[2]
    lines = [
        f"{i / mesh[0]:.10f} {j / mesh[1]:.10f} {k / mesh[2]:.10f} {1 / total:.10f}"
        for i in range(mesh[0])
        for j in range(mesh[1])
        for k in range(mesh[2])
    ]
    return "\n".join(["K_POINTS crystal", str(total), *lines]) + "\n"


def path_card(cell: Cell) -> str:
    rows = path_rows(cell)
    return "\n".join(["K_POINTS crystal_b", str(len(rows)), *rows]) + "\n"


def path_rows(cell: Cell) -> list[str]:
    """The corners of the band path, 20 points a line and no points between branches."""
    points, labels, branches = cell.band_path()
    at = dict(zip(labels, points, strict=True))
    rows = []
    for branch in branches:
        for label, _ in pairwise(branch):
            rows.append((at[label], _BAND_POINTS, label))
        rows.append((at[branch[-1]], 1, branch[-1]))
    return [" ".join(f"{x:.8f}" for x in k) + f" {n} ! {label}" for k, n, label in rows]


def species_of(cell: Cell) -> tuple[list[str], dict[str, str], dict[str, float]]:
    """The label of each site (Fe1 and Fe2 where moments differ), the element of each label, and the
    moments.
    """
    symbols = [site.specie.symbol for site in cell.structure]
    moments = cell.structure.site_properties.get("magmom", [0.0] * len(symbols))
    kinds = list(dict.fromkeys(zip(symbols, moments, strict=True)))
    names: dict[tuple[str, float], str] = {}
    for symbol, moment in kinds:
        of_it = [kind for kind in kinds if kind[0] == symbol]
        number = str(of_it.index((symbol, moment)) + 1) if len(of_it) > 1 else ""
        names[symbol, moment] = symbol + number
    labels = [names[kind] for kind in zip(symbols, moments, strict=True)]
    elements = {names[kind]: kind[0] for kind in kinds}
    return labels, elements, {names[kind]: float(kind[1]) for kind in kinds}


def atoms_cards(cell: Cell) -> tuple[str, str]:
    """Species, and the cell with its positions: last, so that a script can replace them."""
    labels, elements, _ = species_of(cell)
    masses = {site.specie.symbol: float(site.specie.atomic_mass) for site in cell.structure}
    species = [f"{name} {masses[el]:.4f} {el}.UPF" for name, el in elements.items()]
    rows = [" ".join(f"{x:.10f}" for x in v) for v in cell.structure.lattice.matrix]
    places = [
        f"{label} " + " ".join(f"{x:.10f}" for x in site.frac_coords)
        for label, site in zip(labels, cell.structure, strict=True)
    ]
    return (
        "\n".join(["ATOMIC_SPECIES", *species]) + "\n",
        "\n".join(["CELL_PARAMETERS angstrom", *rows, "ATOMIC_POSITIONS crystal", *places]) + "\n",
    )
