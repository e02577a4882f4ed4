"""Write resources/elements.json: the element facts that the program uses, from pymatgen and gemmi.

Run it again only to add a property; the table is committed, so the program never needs it.
"""

from __future__ import annotations

import json
from pathlib import Path

import gemmi
from pymatgen.core import Element

LAST = 103
NOBLE_CORES = (2, 10, 18, 36, 54, 86)


def valence_electrons(z: int, block: str) -> int:
    """Electrons outside the noble-gas core, without filled d and f shells below a p shell."""
    core = max((n for n in NOBLE_CORES if n < z), default=0)
    outer = z - core
    if block == "p" and z > 2:
        outer -= 10 * (z > 30) + 14 * (z > 71)
    elif block == "d" and z > 71:
        outer -= 14
    return outer


def row(z: int) -> dict[str, object]:
    e = Element.from_Z(z)
    reference = gemmi.Element(z)
    volume = float(e.molar_volume) / 0.602214 if e.molar_volume else None
    return {
        "symbol": e.symbol,
        "number": z,
        "name": e.long_name,
        "group": 3 if e.block == "f" else int(e.group),
        "period": int(e.row),
        "block": str(e.block),
        "electronegativity": float(e.X) if e.X == e.X else None,
        "covalent_radius_angstrom": round(float(reference.covalent_r), 3),
        "valence_electrons": valence_electrons(z, str(e.block)),
        "ionisation_energy_ev": float(e.ionization_energy) if e.ionization_energy else None,
        "electron_affinity_ev": float(e.electron_affinity)
        if e.electron_affinity is not None
        else None,
        "atomic_volume_angstrom3": round(volume, 3) if volume else None,
        "mass": round(float(e.atomic_mass), 4),
    }


if __name__ == "__main__":
    target = Path(__file__).resolve().parent.parent / "resources" / "elements.json"
    rows = [row(z) for z in range(1, LAST + 1)]
    lines = ",\n".join(json.dumps(r) for r in rows)
    target.write_text(f"[\n{lines}\n]\n", encoding="utf-8")
