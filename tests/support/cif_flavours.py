"""Random crystals written as CIF in every manner that programs and people have."""

from __future__ import annotations

from dataclasses import dataclass

import gemmi
import numpy as np
from crystal_cases import species
from hypothesis import strategies as st

from sc3d_desktop.crystal import Crystal, Site, lattice_from_parameters

GROUPS = {
    2: (4.1, 5.2, 6.3, 81.0, 97.0, 103.0),
    14: (5.1, 5.2, 5.3, 90.0, 99.2, 90.0),
    47: (3.8, 3.9, 11.7, 90.0, 90.0, 90.0),
    62: (5.6, 7.9, 5.5, 90.0, 90.0, 90.0),
    123: (3.9, 3.9, 4.3, 90.0, 90.0, 90.0),
    139: (3.8, 3.8, 13.2, 90.0, 90.0, 90.0),
    164: (3.1, 3.1, 4.6, 90.0, 90.0, 120.0),
    191: (5.1, 5.1, 3.5, 90.0, 90.0, 120.0),
    194: (3.4, 3.4, 12.5, 90.0, 90.0, 120.0),
    221: (3.9, 3.9, 3.9, 90.0, 90.0, 90.0),
    225: (5.6, 5.6, 5.6, 90.0, 90.0, 90.0),
    229: (3.1, 3.1, 3.1, 90.0, 90.0, 90.0),
}
"""Space group number → a cell it may have. Groups of one origin."""

NUMBERED = (2, 47, 123, 139, 164, 191, 194, 221, 225, 229)
"""Those whose number alone says the setting."""


@dataclass(frozen=True)
class Written:
    """A crystal and the text that means it."""

    crystal: Crystal
    text: str
    number: int


@st.composite
def written(draw: st.DrawFn) -> Written:
    number = draw(st.sampled_from(sorted(GROUPS)))
    group = gemmi.find_spacegroup_by_number(number)
    rows = draw(st.lists(_row(), min_size=1, max_size=4, unique_by=lambda r: r[0]))
    kept: list[tuple[tuple[int, int, int], dict[str, float]]] = []
    positions: list[tuple[np.ndarray, dict[str, float]]] = []
    for grid, mixed in rows:
        orbit = _orbit(group, grid)
        if not any(_same(at, other) for at in orbit for other, _ in positions):
            kept.append((grid, mixed))
            positions += [(at, mixed) for at in orbit]
    cell = GROUPS[number]
    sites = tuple(Site(f"S{i}", mixed, tuple(at)) for i, (at, mixed) in enumerate(positions))
    text = draw(_text(group, cell, kept))
    return Written(Crystal(lattice_from_parameters(*cell), sites), text, number)


@st.composite
def _row(draw: st.DrawFn) -> tuple[tuple[int, int, int], dict[str, float]]:
    """A position on a grid of 1/24 and what is there, in whole hundredths."""
    grid = draw(st.tuples(*[st.sampled_from([0, 3, 5, 6, 8, 12, 16, 18, 21])] * 3))
    mixed = draw(species())
    shares = {el: max(0.01, round(w, 2)) for el, w in mixed.items()}
    over = sum(shares.values())
    return grid, shares if over <= 1 else {el: w / over for el, w in shares.items()}


def _orbit(group: gemmi.SpaceGroup, grid: tuple[int, int, int]) -> list[np.ndarray]:
    copies = {
        tuple(round(24 * x) % 24 for x in op.apply_to_xyz([n / 24 for n in grid]))
        for op in group.operations()
    }
    return [np.array(copy) / 24 for copy in sorted(copies)]


def _same(one: np.ndarray, other: np.ndarray) -> bool:
    return bool(np.abs((one - other) - np.round(one - other)).max() < 1e-9)


@st.composite
def _text(draw: st.DrawFn, group: gemmi.SpaceGroup, cell, rows) -> str:
    esd = draw(st.booleans())
    quote = draw(st.sampled_from(["", "'", '"']))
    head = [f"data_{draw(st.sampled_from(['x', 'X_1', '1234-ICSD']))}"]
    head += _cell(cell, esd)
    head += draw(_symmetry(group))
    block = "\n".join([*head, *draw(_atoms(rows, esd, quote))]) + "\n"
    if draw(st.booleans()):
        block = _other_case(block)
    comment = draw(st.sampled_from(["", "# made by hand\n", "#\n\n"]))
    return (comment + block).replace("\n", draw(st.sampled_from(["\n", "\r\n", "\r", "\n\n"])))


def _cell(cell, esd: bool) -> list[str]:
    tags = ("length_a", "length_b", "length_c", "angle_alpha", "angle_beta", "angle_gamma")
    end = "(3)" if esd else ""
    return [f"_cell_{tag} {value:.4f}{end}" for tag, value in zip(tags, cell, strict=True)]


@st.composite
def _symmetry(draw: st.DrawFn, group: gemmi.SpaceGroup) -> list[str]:
    kinds = ["operations", "hall", "hm", "hm short"] + ["number"] * (group.number in NUMBERED)
    match draw(st.sampled_from(kinds)):
        case "operations":
            ops = draw(st.permutations([op.triplet() for op in group.operations()]))
            style = draw(st.sampled_from([str, str.upper, lambda t: t.replace(",", " , ")]))
            tag = draw(
                st.sampled_from(["_symmetry_equiv_pos_as_xyz", "_space_group_symop_operation_xyz"])
            )
            return ["loop_", tag, *(f"'{style(op)}'" for op in ops)]
        case "hall":
            return [f"_symmetry_space_group_name_Hall '{group.hall}'"]
        case "hm":
            case = draw(st.sampled_from([str, str.lower, str.upper]))
            return [f"_space_group_name_H-M_alt '{case(group.hm)}'"]
        case "hm short":
            return [f"_symmetry_space_group_name_H-M {group.hm.replace(' ', '')}"]
        case _:
            return [f"_symmetry_Int_Tables_number {group.number}"]


@st.composite
def _atoms(draw: st.DrawFn, rows, esd: bool, quote: str) -> list[str]:
    columns = draw(st.permutations(["label", "type_symbol", "fract_x", "fract_y", "fract_z"]))
    columns = [*columns, "occupancy"]
    lines = []
    for i, (grid, mixed) in enumerate(rows):
        shift = draw(st.integers(-1, 1))
        for element, occupancy in mixed.items():
            place = [f"{n / 24 + shift:.6f}{'(2)' if esd else ''}" for n in grid]
            label = f"{quote}{element}{i}{quote}"
            values = dict(zip(("fract_x", "fract_y", "fract_z"), place, strict=True))
            values |= {"label": label, "type_symbol": element, "occupancy": f"{occupancy:.6f}"}
            lines.append(draw(st.sampled_from([" ", "\t", "  "])).join(values[c] for c in columns))
    return ["loop_", *(f"_atom_site_{c}" for c in columns), *lines]


def _other_case(block: str) -> str:
    """Tags and keywords in capitals, which CIF does not tell apart."""
    return "\n".join(
        line.upper() if line.startswith(("loop_", "_atom_site")) and " " not in line else line
        for line in block.split("\n")
    )
