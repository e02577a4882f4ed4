"""The texts of POSCAR, extended XYZ and pymatgen JSON."""

from __future__ import annotations

import json
from itertools import groupby
from typing import Any

from sc3d_desktop.crystal.crystal import Crystal, Site
from sc3d_desktop.crystal.disorder import DisorderClass, classify_site
from sc3d_desktop.crystal.formula import formula
from sc3d_desktop.crystal.names import one_line
from sc3d_desktop.errors import CrystalError

_PYMATGEN_TOLERANCE = 1e-8


def poscar_text(crystal: Crystal) -> str:
    """POSCAR of VASP 5: the elements in the order they first occur, each with all its sites.

    Raises ``CrystalError`` for a disordered crystal.
    """
    _refuse_disorder(crystal, "A POSCAR")
    order = list(crystal.composition)
    sites = sorted(crystal.sites, key=lambda site: order.index(_element(site)))
    runs = [(el, len(list(run))) for el, run in groupby(sites, key=_element)]
    lines = [_name(crystal), "1.0", *(_row(vector) for vector in crystal.lattice.tolist())]
    lines += [" ".join(el for el, _ in runs), " ".join(str(n) for _, n in runs), "Direct"]
    return "\n".join([*lines, *(_row(site.frac) for site in sites), ""])


def extxyz_text(crystal: Crystal) -> str:
    """Extended XYZ, positions in Å.

    Raises ``CrystalError`` for a disordered crystal: the format has no agreed place for
    occupancies, and a reader that passes over them would see another material. The same holds of
    D and T.
    """
    _refuse_disorder(crystal, "Extended XYZ")
    _refuse_isotopes(crystal)
    lattice = " ".join(repr(x) for x in crystal.lattice.ravel().tolist())
    facts = f'Lattice="{lattice}" Properties=species:S:1:pos:R:3 pbc="T T T"'
    name = _name(crystal).replace('"', "'").replace("\\", "/")
    places = zip(crystal.sites, crystal.cart_coords.tolist(), strict=True)
    rows = (f"{_element(site):2} {_row(place)}" for site, place in places)
    return "\n".join([str(len(crystal)), f'{facts} name="{name}"', *rows, ""])


def json_text(crystal: Crystal) -> str:
    """A ``Structure`` of pymatgen, with occupancies and labels. A site that is over-full by
    rounding is scaled to 1, as on reading: pymatgen would not take it.
    """
    places = zip(crystal.sites, crystal.cart_coords.tolist(), strict=True)
    data = {
        "@module": "pymatgen.core.structure",
        "@class": "Structure",
        "charge": 0,
        "lattice": {"matrix": crystal.lattice.tolist(), "pbc": [True] * 3},
        "properties": {"name": crystal.name},
        "sites": [_json_site(site, place) for site, place in places],
    }
    return json.dumps(data, allow_nan=False) + "\n"


def _json_site(site: Site, place: list[float]) -> dict[str, Any]:
    total = site.species.total
    scale = total if total > 1 + _PYMATGEN_TOLERANCE else 1.0
    species = [{"element": el, "occu": share / scale} for el, share in site.species.items()]
    return {
        "species": species,
        "abc": list(site.frac),
        "xyz": place,
        "label": site.label,
        "properties": {},
    }


def _refuse_disorder(crystal: Crystal, kind: str) -> None:
    for site in crystal.sites:
        if classify_site(site.species) is not DisorderClass.O:
            share = ", ".join(f"{el} {w:g}" for el, w in site.species.items())
            raise CrystalError(
                f"{_name(crystal)} is disordered: {site.label} holds {share}. {kind} keeps no "
                "partial occupancies.",
                "Order it first, as for the VASP hand-off: every site with one species of "
                "occupancy 1. CIF and JSON keep the occupancies.",
            )


def _refuse_isotopes(crystal: Crystal) -> None:
    isotopes = [el for el in ("D", "T") if el in crystal.composition]
    if isotopes:
        raise CrystalError(
            f"{_name(crystal)} holds {' and '.join(isotopes)}, which extended XYZ does not know.",
            "Save it as CIF or JSON, which keep isotopes.",
        )


def _element(site: Site) -> str:
    return next(iter(site.species))


def _name(crystal: Crystal) -> str:
    return one_line(crystal.name) or formula(crystal.composition)


def _row(values: list[float] | tuple[float, float, float]) -> str:
    return " ".join(f"{x:20.15f}" for x in values)
