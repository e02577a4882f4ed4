"""Well-known superconductors with their Tc and source, and the crystal structures of many of them.

The files are the program's own: facts of the literature, written by hand (see
``packaging/make_known_structures.py``).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.cif import parse_cif
from sc3d_desktop.errors import CifError, ModelError
from sc3d_desktop.paths import resources

_HINT = "Install the program again."
_BLOCK = re.compile(r"^data_(\S+)$", re.MULTILINE)


@dataclass(frozen=True)
class KnownSuperconductor:
    """A superconductor of the literature.

    ``pressure_gpa`` is None at ambient pressure. ``doi`` and ``structure``, the name of its crystal
    for ``known_structure``, are empty where there is none.
    """

    formula: str
    tc_kelvin: float
    pressure_gpa: float | None
    reference: str
    doi: str
    structure: str


@cache
def known_superconductors() -> tuple[KnownSuperconductor, ...]:
    """All of them, family by family. Raises ``ModelError`` if the list is missing or damaged."""
    path = _folder() / "superconductors.json"
    text = _text(path)
    try:
        table = json.loads(text)
        return tuple(_known(row, table["references"]) for row in table["superconductors"])
    except (ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{path.name} is damaged: {error!r}.", _HINT) from error


@cache
def known_structure(name: str) -> Crystal:
    """The crystal a ``KnownSuperconductor`` names. Raises ``ModelError`` if it is not there."""
    text = _blocks().get(name)
    if text is None:
        raise ModelError(f"There is no known structure “{name}”.", _HINT)
    try:
        return parse_cif(text, "structures.cif")[0]
    except CifError as error:
        message = f"The known structure “{name}” is damaged: {error.message}"
        raise ModelError(message, _HINT) from error


@cache
def _blocks() -> dict[str, str]:
    """Data block name → its text. Only the block that is asked for is made a crystal."""
    _, *parts = _BLOCK.split(_text(_folder() / "structures.cif"))
    pairs = zip(parts[::2], parts[1::2], strict=True)
    return {name: f"data_{name}{rest}" for name, rest in pairs}


def _folder() -> Path:
    return resources() / "known"


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ModelError(f"There is no {path.name}.", _HINT) from None
    except OSError as error:
        raise ModelError(f"{path.name} cannot be read: {error.strerror}.", _HINT) from error
    except UnicodeDecodeError as error:
        raise ModelError(f"{path.name} is damaged: {error}.", _HINT) from error


def _known(row: dict[str, Any], references: dict[str, dict[str, str]]) -> KnownSuperconductor:
    reference = references[row["reference"]]
    pressure = row.get("pressure_gpa")
    return KnownSuperconductor(
        formula=row["formula"],
        tc_kelvin=float(row["tc_kelvin"]),
        pressure_gpa=None if pressure is None else float(pressure),
        reference=reference["text"],
        doi=reference.get("doi", ""),
        structure=row.get("structure", ""),
    )
