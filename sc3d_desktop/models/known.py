"""Well-known superconductors with their Tc and source, well-known compounds that are none, and the
crystal structures of many of them.

The files are the program's own: facts of the literature, written by hand (see
``packaging/make_known_structures.py``).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.cif import parse_cif
from sc3d_desktop.errors import CifError, ModelError
from sc3d_desktop.paths import resources

_HINT = "Install the program again."
_BLOCK = re.compile(r"^data_(\S+)$", re.MULTILINE)
T = TypeVar("T")


@dataclass(frozen=True)
class KnownSuperconductor:
    """A superconductor of the literature.

    ``pressure_gpa`` is None at ambient pressure. ``doi`` and ``structure``, the name of its crystal
    for ``known_structure``, are empty where there is none. ``family`` is one of the paper's five.
    ``calculated`` marks a Tc nobody has measured.
    """

    formula: str
    tc_kelvin: float
    pressure_gpa: float | None
    reference: str
    doi: str
    structure: str
    family: str
    calculated: bool = False


@dataclass(frozen=True)
class KnownNonSuperconductor:
    """A compound of the literature in which no superconductivity is found at ambient pressure.

    ``down_to_kelvin`` is the lowest temperature of the search, None where the source gives none.
    ``doi`` is empty where there is none.
    """

    formula: str
    down_to_kelvin: float | None
    reference: str
    doi: str
    structure: str


@cache
def known_superconductors() -> tuple[KnownSuperconductor, ...]:
    """The measured ones, family by family. Raises ``ModelError`` where the list cannot be read."""
    return tuple(k for k in _superconductors() if not k.calculated)


@cache
def predicted_superconductors() -> tuple[KnownSuperconductor, ...]:
    """Those whose Tc was only calculated. Raises as ``known_superconductors`` does."""
    return tuple(k for k in _superconductors() if k.calculated)


@cache
def known_non_superconductors() -> tuple[KnownNonSuperconductor, ...]:
    """All of them. Raises as ``known_superconductors`` does."""
    return _table("not_superconducting", _known_not)


@cache
def known_structure(name: str) -> Crystal:
    """The crystal that an entry of the lists names. Raises ``ModelError`` if it is not there."""
    text = known_structure_text(name)
    try:
        return parse_cif(text, "structures.cif")[0]
    except CifError as error:
        message = f"The known structure “{name}” is damaged: {error.message}"
        raise ModelError(message, _HINT) from error


def known_structure_text(name: str) -> str:
    """The data block of a known structure. Raises ``ModelError`` if it is not there."""
    text = _blocks().get(name)
    if text is None:
        raise ModelError(f"There is no known structure “{name}”.", _HINT)
    return text


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


@cache
def _superconductors() -> tuple[KnownSuperconductor, ...]:
    return _table("superconductors", _known)


def _table(name: str, known: Callable[[dict[str, Any], dict[str, str]], T]) -> tuple[T, ...]:
    """What ``known`` makes of each row, and of its reference, of the list ``name``."""
    path = _folder() / f"{name}.json"
    text = _text(path)
    try:
        table = json.loads(text)
        references = table["references"]
        return tuple(known(row, references[row["reference"]]) for row in table[name])
    except (ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{path.name} is damaged: {error!r}.", _HINT) from error


def _known(row: dict[str, Any], reference: dict[str, str]) -> KnownSuperconductor:
    return KnownSuperconductor(
        formula=row["formula"],
        tc_kelvin=float(row["tc_kelvin"]),
        pressure_gpa=_number(row.get("pressure_gpa")),
        reference=reference["text"],
        doi=reference.get("doi", ""),
        structure=row.get("structure", ""),
        family=row["family"],
        calculated=row.get("calculated", False),
    )


def _known_not(row: dict[str, Any], reference: dict[str, str]) -> KnownNonSuperconductor:
    return KnownNonSuperconductor(
        formula=row["formula"],
        down_to_kelvin=_number(row["down_to_kelvin"]),
        reference=reference["text"],
        doi=reference.get("doi", ""),
        structure=row["structure"],
    )


def _number(value: Any) -> float | None:
    return None if value is None else float(value)
