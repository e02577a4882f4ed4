"""Structures as pymatgen writes them in JSON, one or a list."""

from __future__ import annotations

import json
import re
from typing import Any

from sc3d_desktop.crystal.crystal import Crystal, Site, Species
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
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        message = f"{where} is not a structure of pymatgen ({type(error).__name__}: {error})."
        return CifError(message, _HINT)


def _crystal(row: Any, where: str) -> Crystal:
    cell = checked_cell([_three(vector) for vector in row["lattice"]["matrix"]])
    if len(row["sites"]) > MAX_SITES:
        raise CrystalError(f"There are more than {MAX_SITES} sites.", "Choose a smaller cell.")
    sites, charged = [], False
    for number, site in enumerate(row["sites"], start=1):
        species = tuple((_element(s["element"]), float(s["occu"])) for s in site["species"])
        charged |= any(
            s.get("oxidation_state") or _CHARGE.search(s["element"]) for s in site["species"]
        )
        label = str(site.get("label") or f"{species[0][0] if species else 'X'}{number}")
        x, y, z = _three(site["abc"])
        sites.append(Site(label, Species(species), (x, y, z)))
    findings: list[Finding] = []
    if charged:
        findings.append(repaired("charges", "Charges such as Cu2+ are not kept."))
    return Crystal(cell, tuple(sites), where, tuple(findings))


def _element(symbol: str) -> str:
    return _CHARGE.sub("", symbol)


def _three(values: Any) -> list[float]:
    found = numbers([str(value) for value in values])
    if found is None or len(found) != 3:
        raise CrystalError(f"{values!r:.60} is not three numbers.", "Correct the file.")
    return found
