"""What is worked out of a draft once, when it enters the catalogue."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.disorder import classify
from sc3d_desktop.crystal.formula import formula, parse_formula
from sc3d_desktop.crystal.symmetry import find_symmetry
from sc3d_desktop.data.elements import Bits, bits_of, composition_hash
from sc3d_desktop.data.entry import FAMILIES, Draft, Measurement
from sc3d_desktop.errors import CatalogueError

_ONE = re.compile(r"(?<=[A-Za-z)\]])1(?![\d.])")
"""Data sets write Mg1B2; nobody else does."""

SAME_FRACTION = 0.01
"""Formula and structure disagree when some atomic fraction differs by more."""


@dataclass(frozen=True)
class Facts:
    """The columns of an entry that follow from its draft.

    The composition is that of the structure where there is one, as what is predicted is the
    structure; otherwise that of the formula.
    """

    formula: str
    name: str
    chemical_system: str
    bits: Bits
    composition: int
    family: str
    disorder: str
    n_sites: int
    space_group: str
    space_group_number: int
    tc_low_kelvin: float | None
    tc_high_kelvin: float | None
    n_measurements: int
    pressure_gpa: float | None
    not_superconducting: bool
    findings: int
    notes: tuple[str, ...]


def facts_of(draft: Draft) -> Facts:
    """Raises ``CatalogueError`` for a draft without a composition or with an impossible Tc."""
    _check(draft)
    stated = parse_formula(draft.formula)
    composition = draft.crystal.composition if draft.crystal is not None else stated
    if not composition:
        raise CatalogueError(f"“{draft.formula}” is no formula.", "Correct it in the source.")
    seen = [m for m in draft.measurements if m.tc_kelvin is not None]
    highest = max(seen, key=lambda m: m.tc_kelvin or 0.0, default=None)
    n_sites, disorder, group, number = _of_structure(draft.crystal)
    return Facts(
        formula=_ONE.sub("", draft.formula.strip()) or formula(composition),
        name=draft.name,
        chemical_system="-".join(sorted(composition)),
        bits=bits_of(composition),
        composition=composition_hash(composition),
        family=draft.family,
        disorder=disorder,
        n_sites=n_sites,
        space_group=group,
        space_group_number=number,
        tc_low_kelvin=min((m.tc_kelvin for m in seen if m.tc_kelvin is not None), default=None),
        tc_high_kelvin=highest.tc_kelvin if highest else None,
        n_measurements=len(draft.measurements),
        pressure_gpa=highest.pressure_gpa if highest else None,
        not_superconducting=bool(draft.measurements) and not seen,
        findings=len(draft.crystal.findings) if draft.crystal is not None else 0,
        notes=(*draft.notes, *_differences(stated, draft.crystal)),
    )


def mismatch(stated: dict[str, float] | None, crystal: Crystal | None) -> str:
    """In words, how the formula of the source differs from its structure; empty where it does not.

    Isotopes are not told from their element.
    """
    if stated is None or crystal is None:
        return ""
    of_formula, of_structure = _fractions(stated), _fractions(crystal.composition)
    missing = sorted(set(of_formula) - set(of_structure))
    more = sorted(set(of_structure) - set(of_formula))
    if missing or more:
        parts = [f"it lacks {', '.join(missing)}"] if missing else []
        parts += [f"it has {', '.join(more)} as well"] if more else []
        return f"The structure differs from the formula: {' and '.join(parts)}."
    if any(abs(of_formula[el] - of_structure[el]) > SAME_FRACTION for el in of_formula):
        return f"The structure differs from the formula: it is {formula(crystal.composition)}."
    return ""


def _differences(stated: dict[str, float] | None, crystal: Crystal | None) -> Iterator[str]:
    """How the source's formula, or that of the structure's own file, differs from the atoms."""
    if note := mismatch(stated, crystal):
        yield note
    elif crystal is not None:
        yield from (f.text for f in crystal.findings if f.code == "formula")


def _check(draft: Draft) -> None:
    if draft.family and draft.family not in FAMILIES:
        raise CatalogueError(
            f"“{draft.family}” is no family of {draft.formula}.", f"Use {', '.join(FAMILIES)}."
        )
    for number in _numbers(draft.measurements):
        if not math.isfinite(number) or number < 0:
            raise CatalogueError(
                f"{draft.formula} has the measured value {number:g}; it must be finite and not "
                "below 0.",
                "Correct it in the source.",
            )


def _numbers(measurements: Iterable[Measurement]) -> Iterable[float]:
    for m in measurements:
        values = (m.tc_kelvin, m.pressure_gpa, m.down_to_kelvin)
        yield from (value for value in values if value is not None)


def _of_structure(crystal: Crystal | None) -> tuple[int, str, str, int]:
    if crystal is None:
        return 0, "", "", 0
    symmetry = find_symmetry(crystal)
    return len(crystal), str(classify(crystal)), symmetry.space_group, symmetry.number


def _fractions(composition: dict[str, float]) -> dict[str, float]:
    total = sum(composition.values())
    amounts: dict[str, float] = {}
    for el, amount in composition.items():
        symbol = {"D": "H", "T": "H"}.get(el, el)
        amounts[symbol] = amounts.get(symbol, 0.0) + amount / total
    return amounts
