"""Five disordered superconductors as CIF, written by hand from values of the literature."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

_HEAD = """data_{name}
_chemical_name_common '{name}'
_space_group_name_H-M_alt '{group}'
_cell_length_a {a}
_cell_length_b {a}
_cell_length_c {c}
_cell_angle_alpha 90
_cell_angle_beta 90
_cell_angle_gamma {gamma}
loop_
_atom_site_label
_atom_site_type_symbol
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
_atom_site_occupancy
"""


@dataclass(frozen=True)
class Disordered:
    """``sites`` are lines of the loop of a CIF."""

    name: str
    group: str
    a: float
    c: float
    sites: tuple[str, ...]
    gamma: int = 90

    def write(self, folder: Path) -> Path:
        path = folder / f"{self.name}.cif"
        head = _HEAD.format(name=self.name, group=self.group, a=self.a, c=self.c, gamma=self.gamma)
        path.write_text(head + "\n".join(self.sites) + "\n", encoding="utf-8")
        return path


HG1223 = Disordered(
    "HgBa2Ca2Cu3O8.27", "P 4/m m m", 3.8532, 15.818,
    (
        "Hg1 Hg 0 0 0 1", "Ba1 Ba 0.5 0.5 0.1751 1", "Ca1 Ca 0.5 0.5 0.3931 1",
        "Cu1 Cu 0 0 0.5 1", "Cu2 Cu 0 0 0.2994 1", "O1 O 0 0.5 0.5 1", "O2 O 0 0.5 0.304 1",
        "O3 O 0 0 0.1241 1", "O4 O 0.5 0.5 0 0.27",
    ),
)  # fmt: skip
MGALB2 = Disordered(
    "Mg0.9Al0.1B2", "P 6/m m m", 3.083, 3.48,
    ("Mg1 Mg 0 0 0 0.9", "Al1 Al 0 0 0 0.1", "B1 B 0.33333333 0.66666667 0.5 1"),
    gamma=120,
)  # fmt: skip
LSCO = Disordered(
    "La1.85Sr0.15CuO4", "I 4/m m m", 3.7793, 13.226,
    (
        "La1 La 0 0 0.3606 0.925", "Sr1 Sr 0 0 0.3606 0.075", "Cu1 Cu 0 0 0 1",
        "O1 O 0 0.5 0 1", "O2 O 0 0 0.1824 1",
    ),
)  # fmt: skip
BAK122 = Disordered(
    "Ba0.6K0.4Fe2As2", "I 4/m m m", 3.917, 13.3,
    ("Ba1 Ba 0 0 0 0.6", "K1 K 0 0 0 0.4", "Fe1 Fe 0 0.5 0.25 1", "As1 As 0 0 0.354 1"),
)  # fmt: skip
LAFESIO = Disordered(
    "LaFeSiO0.9", "P 4/n m m:2", 4.11, 8.13,
    (
        "La1 La 0.25 0.25 0.153 1", "Fe1 Fe 0.75 0.25 0.5 1", "Si1 Si 0.25 0.25 0.616 1",
        "O1 O 0.75 0.25 0 0.9",
    ),
)  # fmt: skip
