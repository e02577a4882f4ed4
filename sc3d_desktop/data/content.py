"""A crystal as JSON or as bytes of the catalogue, and back: equal, with its findings."""

from __future__ import annotations

import json
import zlib
from typing import Any

import numpy as np

from sc3d_desktop.crystal import Crystal, Site, Species
from sc3d_desktop.crystal.findings import finding_from_json
from sc3d_desktop.errors import CatalogueError, Sc3dError


def crystal_as_json(crystal: Crystal) -> dict[str, Any]:
    return {
        "lattice": crystal.lattice.tolist(),
        "sites": [[s.label, dict(s.species), s.frac] for s in crystal.sites],
        "name": crystal.name,
        "block": crystal.block,
        "findings": [finding.as_json() for finding in crystal.findings],
    }


def crystal_from_json(data: Any) -> Crystal:
    """What ``crystal_as_json`` wrote. Raises ``ValueError``, ``KeyError``, ``TypeError`` or
    ``CrystalError`` for anything else.
    """
    sites = (
        Site(_text(label), Species(species), tuple(frac)) for label, species, frac in data["sites"]
    )
    findings = tuple(finding_from_json(finding) for finding in data["findings"])
    name, block = _text(data["name"]), _text(data["block"])
    return Crystal(np.array(data["lattice"]), tuple(sites), name, findings, block)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def crystal_to_bytes(crystal: Crystal) -> bytes:
    data = crystal_as_json(crystal)
    return zlib.compress(json.dumps(data, separators=(",", ":"), allow_nan=False).encode())


def crystal_from_bytes(content: bytes) -> Crystal:
    """Raises ``CatalogueError`` where the bytes are damaged."""
    try:
        return crystal_from_json(json.loads(zlib.decompress(content)))
    except (zlib.error, ValueError, KeyError, TypeError, Sc3dError) as error:
        raise CatalogueError(
            "A structure in the catalogue is damaged.", "Import its collection again."
        ) from error
