"""Write the known structures and the paper's candidates (``TARGETS``) from the structure types and
cells in packaging/known/.

The tables there were written by hand from the general literature: a structure is its type, its
cell, what occupies each position of the type, and the free coordinates. Run this again after a
change to them; the CIFs are committed, so the program never needs this script.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import gemmi

ROOT = Path(__file__).resolve().parent.parent
TABLES = ROOT / "packaging" / "known"
TARGETS = {
    "structures": ROOT / "resources" / "known" / "structures.cif",
    "candidates": ROOT / "resources" / "science" / "paper_candidates.cif",
}
ABOUT = {
    "structures": "Known superconductors, and compounds that are none.",
    "candidates": "Candidates of Tables 10 and 11 of the paper, as far as they can be built.",
}

TERM = re.compile(r"([+-]?)(\d*)([a-z]|\d+/\d+|\d+)")
SPECIES = re.compile(r"([A-Z][a-z]?)(\d*\.?\d*)")


@dataclass(frozen=True)
class StructureType:
    """A space group and its occupied positions, whose coordinates may name free parameters."""

    space_group: str
    positions: tuple[tuple[str, str, str], ...]

    @property
    def parameters(self) -> list[str]:
        """The letters in the coordinates, in the order in which they appear."""
        letters = (c for position in self.positions for c in "".join(position) if c.isalpha())
        return list(dict.fromkeys(letters))


def read_types(text: str) -> dict[str, StructureType]:
    """Paragraphs of a line "name | space group" and one line "x y z" a position."""
    types = {}
    for paragraph in re.split(r"\n\s*\n", without_comments(text).strip()):
        head, *rows = paragraph.splitlines()
        name, space_group = (part.strip() for part in head.split("|"))
        positions = []
        for row in rows:
            x, y, z = row.split()
            positions.append((x, y, z))
        if name in types:
            raise ValueError(f"{name} is given twice")
        types[name] = StructureType(space_group, tuple(positions))
    return types


def without_comments(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.startswith("#"))


def coordinate(text: str, values: dict[str, float]) -> float:
    """The number of a coordinate such as ``1/2``, ``-u`` or ``1/2+2u``."""
    if TERM.sub("", text):
        raise ValueError(f"{text} is not a coordinate")
    total = 0.0
    for sign, factor, term in TERM.findall(text):
        size = values[term] if term.isalpha() else float(Fraction(factor + term))
        times = float(factor) if factor and term.isalpha() else 1.0
        total += (-1.0 if sign == "-" else 1.0) * times * size
    return total


def cell_of(space_group: gemmi.SpaceGroup, numbers: list[float]) -> list[float]:
    """All six cell parameters from the free ones of the crystal system."""
    system = space_group.crystal_system_str()
    rhombohedral = space_group.ext == "R"
    if system == "cubic":
        (a,) = numbers
        return [a, a, a, 90, 90, 90]
    if rhombohedral:
        a, alpha = numbers
        return [a, a, a, alpha, alpha, alpha]
    if system in ("hexagonal", "trigonal"):
        a, c = numbers
        return [a, a, c, 90, 90, 120]
    if system == "tetragonal":
        a, c = numbers
        return [a, a, c, 90, 90, 90]
    if system == "orthorhombic":
        a, b, c = numbers
        return [a, b, c, 90, 90, 90]
    a, b, c, beta = numbers
    return [a, b, c, 90, beta, 90]


def block(line: str, types: dict[str, StructureType]) -> str:
    """One data block of a line "name | type | cell | species | free parameters | title"."""
    fields = [field.strip() for field in line.split("|")]
    name, kind, cell, species, parameters, title = fields + [""] * (6 - len(fields))
    structure = types[kind]
    values = dict(zip(structure.parameters, (float(x) for x in parameters.split()), strict=True))
    group = gemmi.find_spacegroup_by_name(structure.space_group)
    lines = [f"data_{name}", f"_chemical_name_common '{title or name}'"]
    lines.append(f"_space_group_name_H-M_alt '{group.xhm()}'")
    tags = [*(f"length_{x}" for x in "abc"), *(f"angle_{x}" for x in ("alpha", "beta", "gamma"))]
    sizes = cell_of(group, [float(x) for x in cell.split()])
    lines += [f"_cell_{tag} {size:g}" for tag, size in zip(tags, sizes, strict=True)]
    columns = ["label", "type_symbol", "fract_x", "fract_y", "fract_z", "occupancy"]
    lines += ["loop_", *(f"_atom_site_{column}" for column in columns)]
    lines += atoms(structure, species.split(), values)
    return "\n".join(lines) + "\n"


def atoms(structure: StructureType, species: list[str], values: dict[str, float]) -> list[str]:
    """One row for each species of each position; labels count the positions of their element."""
    rows, counts = [], dict.fromkeys(species, 0)
    for occupants, position in zip(species, structure.positions, strict=True):
        if occupants == "-":
            continue
        pairs = SPECIES.findall(occupants)
        first = pairs[0][0]
        counts[first] = counts.get(first, 0) + 1
        place = " ".join(f"{round(coordinate(x, values), 6):g}" for x in position)
        label = f"{first}{counts[first]}"
        rows += [f"{label} {element} {place} {float(n or 1):g}" for element, n in pairs]
    return rows


def make(types: str, structures: str, about: str = ABOUT["structures"]) -> str:
    """The text of a CIF from the texts of two tables."""
    known = read_types(types)
    lines = [line for line in without_comments(structures).splitlines() if line.strip()]
    head = f"# {about}\n# Space groups, rounded cells and positions, written by hand.\n"
    return "\n".join([head, *(block(line, known) for line in lines)])


if __name__ == "__main__":
    types = (TABLES / "types.txt").read_text(encoding="utf-8")
    for name, target in TARGETS.items():
        text = make(types, (TABLES / f"{name}.txt").read_text(encoding="utf-8"), ABOUT[name])
        target.write_text(text, encoding="utf-8")
        print(f"{target.name}: {text.count('data_')} structures, {len(text.encode()) / 1e3:.0f} kB")
