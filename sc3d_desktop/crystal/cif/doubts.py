"""Whether the crystal can be what the file means: by its formula, and by atoms on top of others."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sc3d_desktop.crystal.cif.block import Block
from sc3d_desktop.crystal.cif.numbers import number_of
from sc3d_desktop.crystal.crystal import Crystal
from sc3d_desktop.crystal.elements import is_element
from sc3d_desktop.crystal.findings import Finding, doubtful
from sc3d_desktop.crystal.formula import formula
from sc3d_desktop.crystal.overlaps import overlaps

SAME_FRACTION = 0.01
"""Two compositions differ when some atomic fraction differs by more."""

_FORMULA_TAG = "_chemical_formula_sum"
_ATTACHED_TAG = "_atom_site_attached_hydrogens"
_PART = re.compile(r"([A-Z][a-z]?)(\d+(?:\.\d*)?|\.\d+)?(?:\(\d+\))?")
_LONGEST_FORMULA = 1_000
_HYDROGEN = {"H", "D", "T"}


def doubts(block: Block, crystal: Crystal) -> Iterator[Finding]:
    """What is doubtful about a crystal read from a block; it is left as it is."""
    yield from _formula_doubts(block, crystal)
    yield from _attached_hydrogens(block, crystal)
    yield from overlaps(crystal, block.line_of_atom)


def stated_formula(text: str) -> dict[str, float] | None:
    """Element → amount of a formula such as ``La1.85 Sr0.15 Cu O4``; None where it is no plain one
    (brackets, unknown amounts, ranges).
    """
    amounts: dict[str, float] = {}
    for word in text.split() if len(text) <= _LONGEST_FORMULA else ():
        rest = word
        while rest:
            part = _PART.match(rest)
            if part is None or not is_element(part[1]):
                return None
            amounts[part[1]] = amounts.get(part[1], 0.0) + float(part[2] or 1)
            rest = rest[part.end() :]
    total = sum(amounts.values())
    return amounts if 0 < total < float("inf") else None


def _formula_doubts(block: Block, crystal: Crystal) -> Iterator[Finding]:
    stated = stated_formula(block.value(_FORMULA_TAG))
    if stated is None:
        return
    found, line = crystal.composition, block.line(_FORMULA_TAG)
    if set(stated) & _HYDROGEN and not set(found) & _HYDROGEN:
        stated = {el: n for el, n in stated.items() if el not in _HYDROGEN}
        text = "The formula of the file has hydrogen, its atoms have none."
        yield doubtful("hydrogen missing", text, line)
    if stated and _differ(stated, found):
        text = f"The formula of the file is {formula(stated)}, its atoms are {formula(found)}."
        yield doubtful("formula", text, line)


def _attached_hydrogens(block: Block, crystal: Crystal) -> Iterator[Finding]:
    if set(crystal.composition) & _HYDROGEN:
        return
    if any(number_of(text) > 0 for text in block.column(_ATTACHED_TAG)):
        text = "Atoms are stated to carry hydrogen, which is not among the atoms."
        yield doubtful("hydrogen missing", text, block.line(_ATTACHED_TAG))


def _differ(stated: dict[str, float], found: dict[str, float]) -> bool:
    """Whether an atomic fraction differs; isotopes of hydrogen count as one element."""
    one, other = (_fractions(amounts) for amounts in (stated, found))
    return any(abs(one.get(el, 0) - other.get(el, 0)) > SAME_FRACTION for el in {*one, *other})


def _fractions(amounts: dict[str, float]) -> dict[str, float]:
    together: dict[str, float] = {}
    for element, amount in amounts.items():
        name = "H" if element in _HYDROGEN else element
        together[name] = together.get(name, 0.0) + amount
    total = sum(together.values())
    return {element: amount / total for element, amount in together.items()}
