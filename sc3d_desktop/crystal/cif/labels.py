"""Which element an atom is, by its type symbol or, where a file states none, by its label."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from sc3d_desktop.crystal.elements import is_element

_ION = re.compile(r"([A-Za-z]{1,2})[0-9+\-.()*'_ ]*")
_CHARGE = re.compile(r"[1-9](\.[0-9]+)?[+-]|[A-Za-z][+-]([1-9]|$)")
_LETTERS = re.compile(r"[A-Za-z]+")
_SYSTEMATIC = re.compile(r"U[nub][nubtqphsoe](?![a-z])")
"""Names of elements beyond those known, such as Uue."""

_NO_ATOM = {"va", "vac", "vacancy"}
_NO_ATOM_LABEL = re.compile(r"(?:vac|vacancy)[0-9]*|va")
_MOLECULES = {"wat": "O", "oh2": "O", "h2o": "O", "oh": "O", "nh3": "N", "nh4": "N"}
"""What some databases write for a molecule → the atom whose place it takes."""

_MOLECULE_LABEL = re.compile(r"(wat|h2o|oh2|nh3|nh4)[0-9]*")


class Kind(NamedTuple):
    """What a row holds. ``element`` is empty for a vacancy and None where it is no element;
    ``guessed`` says that the label could mean something else.
    """

    element: str | None
    molecule: bool = False
    charged: bool = False
    guessed: bool = False


@lru_cache(maxsize=8192)
def kind_of(type_symbol: str, label: str, formula: frozenset[str]) -> Kind:
    """``formula`` are the elements of the formula: they tell HO1 the hydrogen from holmium."""
    return _of_type(type_symbol) if type_symbol else _of_label(label, formula)


def _of_type(symbol: str) -> Kind:
    lower = symbol.lower()
    if lower in _NO_ATOM:
        return Kind("")
    if lower in _MOLECULES:
        return Kind(_MOLECULES[lower], molecule=True)
    match = _ION.fullmatch(symbol)
    element = match[1].capitalize() if match else ""
    return Kind(element if is_element(element) else None, charged=bool(_CHARGE.search(symbol)))


def _of_label(label: str, formula: frozenset[str]) -> Kind:
    """Of ``O1``, ``OW1``, ``LA1``: the element of two letters goes before that of one."""
    lower = label.lower()
    if _NO_ATOM_LABEL.fullmatch(lower):
        return Kind("")
    if match := _MOLECULE_LABEL.fullmatch(lower):
        return Kind(_MOLECULES[match[1]], molecule=True)
    letters = _LETTERS.match(label)
    if letters is None or _SYSTEMATIC.match(label):
        return Kind(None)
    candidates = dict.fromkeys(letters[0][:n].capitalize() for n in (2, 1))
    found = [symbol for symbol in candidates if is_element(symbol)]
    if len(found) == 2 and label[1].islower() and not letters[0][2:].islower():
        found = found[:1]
    meant = [symbol for symbol in found if symbol in formula]
    if len(meant) == 1:
        return Kind(meant[0])
    if not found:
        return Kind(None)
    return Kind(found[0], guessed=len(found) == 2 or (label[1:2].islower() and len(found[0]) == 1))
