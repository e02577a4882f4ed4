"""Whether the crystal can be what the file means: its formula, and atoms on top of each other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import gemmi
import numpy as np
from numpy.typing import NDArray

from sc3d_desktop.crystal.cif.lines import Lines
from sc3d_desktop.crystal.crystal import Crystal
from sc3d_desktop.crystal.elements import is_element
from sc3d_desktop.crystal.findings import Finding, doubtful
from sc3d_desktop.crystal.formula import formula

SAME_FRACTION = 0.01
"""Two compositions differ when some atomic fraction differs by more."""

TOO_CLOSE_ANGSTROM = 0.5
_TOGETHER = 1.01
_SHOWN = 3
_FORMULA_TAG = "_chemical_formula_sum"
_PART = re.compile(r"([A-Z][a-z]?)(\d+(?:\.\d*)?|\.\d+)?(?:\(\d+\))?")
_HYDROGEN = {"H", "D", "T"}


def doubts(block: gemmi.cif.Block, crystal: Crystal, lines: Lines) -> Iterator[Finding]:
    """What is doubtful about a crystal read from a block; it is left as it is."""
    yield from _formula_doubts(block, crystal, lines)
    yield from _overlaps(crystal, lines)


def stated_formula(text: str) -> dict[str, float] | None:
    """Element → amount of a formula such as ``La1.85 Sr0.15 Cu O4``; None where it is no plain one
    (brackets, unknown amounts, ranges).
    """
    amounts: dict[str, float] = {}
    for word in text.split():
        rest = word
        while rest:
            part = _PART.match(rest)
            if part is None or not is_element(part[1]):
                return None
            amounts[part[1]] = amounts.get(part[1], 0.0) + float(part[2] or 1)
            rest = rest[part.end() :]
    total = sum(amounts.values())
    return amounts if 0 < total < float("inf") else None


def _formula_doubts(block: gemmi.cif.Block, crystal: Crystal, lines: Lines) -> Iterator[Finding]:
    text = block.find_value(_FORMULA_TAG)
    if not text or gemmi.cif.is_null(text):
        return
    stated = stated_formula(gemmi.cif.as_string(text).strip())
    if stated is None:
        return
    found, line = crystal.composition, lines.of_tag(_FORMULA_TAG)
    if set(stated) & _HYDROGEN and not set(found) & _HYDROGEN:
        stated = {el: n for el, n in stated.items() if el not in _HYDROGEN}
        text = "The formula of the file has hydrogen, its atoms have none."
        yield doubtful("hydrogen missing", text, line)
    if stated and _differ(stated, found):
        text = f"The formula of the file is {formula(stated)}, its atoms are {formula(found)}."
        yield doubtful("formula", text, line)


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


def _overlaps(crystal: Crystal, lines: Lines) -> Iterator[Finding]:
    """Pairs of sites that cannot both be occupied as much as they are: one finding for each pair of
    labels, and a last one for those not listed.
    """
    found: dict[tuple[str, str], tuple[float, float]] = {}
    pairs, distances = _close_pairs(crystal)
    total = np.array([site.species.total for site in crystal.sites])
    for (i, j), distance in zip(pairs, distances, strict=True):
        together = float(total[i] + total[j])
        if together > _TOGETHER:
            names = crystal.sites[i].label, crystal.sites[j].label
            nearest = found.get(names)
            if nearest is None or distance < nearest[0]:
                found[names] = (float(distance), together)
    for (a, b), (distance, together) in list(found.items())[:_SHOWN]:
        whom = f"Two atoms of {a} are" if a == b else f"{a} and {b} are"
        text = f"{whom} {distance:.2f} Å apart, but occupied {together:.2f} together."
        yield doubtful("overlap", text, lines.of_atom(a))
    if len(found) > _SHOWN:
        yield doubtful("overlap", f"So are {len(found) - _SHOWN} more pairs of atoms.")


def _close_pairs(crystal: Crystal) -> tuple[Sequence[tuple[int, int]], NDArray[np.float64]]:
    """Pairs of sites closer than ``TOO_CLOSE_ANGSTROM``, images counted, and their distances."""
    from scipy.spatial import cKDTree

    if len(crystal) < 2:
        return [], np.empty(0)
    reach = TOO_CLOSE_ANGSTROM * float(np.linalg.norm(np.linalg.inv(crystal.lattice), ord=2))
    wrapped = crystal.frac_coords - np.floor(crystal.frac_coords)
    wrapped[wrapped >= 1] = 0.0
    pairs = cKDTree(wrapped, boxsize=1.0).query_pairs(min(reach, 0.49), output_type="ndarray")
    apart = wrapped[pairs[:, 0]] - wrapped[pairs[:, 1]]
    apart -= np.round(apart)
    distances = np.linalg.norm(apart @ crystal.lattice, axis=1)
    close = distances < TOO_CLOSE_ANGSTROM
    return [(int(i), int(j)) for i, j in pairs[close]], distances[close]
