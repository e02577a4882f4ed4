"""Structures as pymatgen writes them in JSON, one or a list."""

from __future__ import annotations

import json
import re
from typing import Any

from sc3d_desktop.crystal.crystal import Crystal, Site, Species
from sc3d_desktop.crystal.files.noticed import scaled
from sc3d_desktop.crystal.files.numbers import MAX_SITES, checked_cell, numbers
from sc3d_desktop.crystal.findings import Finding, repaired
from sc3d_desktop.errors import CifError, CrystalError

_HINT = "Export it again with Structure.to_json."
_CHARGE = re.compile(r"\d*\.?\d*[+-]$")


def parse_json(text: str, name: str) -> list[Crystal | CifError]:
    """Every structure; one that is bad is an error in its place."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise CifError(f"{name} is not JSON: {error}.", _HINT) from error
    rows = data if isinstance(data, list) else [data]
    if not rows:
        raise CifError(f"{name} holds no structure.", _HINT)
    return [_structure(row, f"{name}, structure {i}") for i, row in enumerate(rows, 1)]


def _structure(row: Any, where: str) -> Crystal | CifError:
    try:
        return _crystal(row.get("structure", row), where)
    except CrystalError as error:
        return CifError(f"{where}: {error.message}", error.hint)
    except (KeyError, TypeError, AttributeError, ValueError, OverflowError) as error:
        message = f"{where} is not a structure of pymatgen ({type(error).__name__}: {error})."
        return CifError(message, _HINT)


def _crystal(row: Any, where: str) -> Crystal:
    cell = checked_cell([_three(vector) for vector in row["lattice"]["matrix"]])
    if len(row["sites"]) > MAX_SITES:
        raise CrystalError(f"There are more than {MAX_SITES} sites.", "Choose a smaller cell.")
    sites, charged = [], False
    findings: list[Finding] = []
    for number, site in enumerate(row["sites"], start=1):
        kinds = site["species"]
        charged |= any(s.get("oxidation_state") or _CHARGE.search(s["element"]) for s in kinds)
        label = str(site.get("label") or f"{kinds[0]['element'] if kinds else 'X'}{number}")
        species, of_site = scaled(_occupancies(kinds), label)
        findings += of_site
        x, y, z = _three(site["abc"])
        sites.append(Site(label, Species(species), (x, y, z)))
    if charged:
        findings.append(repaired("charges", "Charges such as Cu2+ are not kept."))
    return Crystal(cell, tuple(sites), where, tuple(findings))


def _occupancies(kinds: Any) -> dict[str, float]:
    """Element → occupancy; an element with two charges is added up."""
    found: dict[str, float] = {}
    for kind in kinds:
        element, occupancy = _element(kind["element"]), float(kind["occu"])
        if not occupancy > 0:
            raise CrystalError(f"{element} has occupancy {occupancy:g}.", "Correct the file.")
        found[element] = found.get(element, 0.0) + occupancy
    return found


def _element(symbol: str) -> str:
    return _CHARGE.sub("", symbol)


def _three(values: Any) -> list[float]:
    found = numbers([str(value) for value in values])
    if found is None or len(found) != 3:
        raise CrystalError(f"{values!r:.60} is not three numbers.", "Correct the file.")
    return found
