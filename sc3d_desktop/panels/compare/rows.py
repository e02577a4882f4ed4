"""The difference of two crystals in words and numbers, line by line; plain functions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sc3d_desktop.crystal import Crystal, Species
from sc3d_desktop.crystal.difference import Difference, Moved, Occupied, Quantity, group_name
from sc3d_desktop.crystal.formula import formula
from sc3d_desktop.crystal.matching import TOLERANCE_ANGSTROM, Matching
from sc3d_desktop.crystal.symmetry import Symmetry

SAME, NONE, PENDING, NO_SITE = "same", "none", "…", "no such site"
_DIGITS = {"Å": 4, "°": 3, "Å³": 3, "in the cell": 4, "% of atoms": 2}


@dataclass(frozen=True)
class Line:
    """Cells of a line; ``changed`` is whether A and B differ in it. ``said`` stands in place of
    numbers.
    """

    name: str
    a: str
    b: str
    change: str = ""
    percent: str = ""
    changed: bool = True
    said: str = ""

    @property
    def cells(self) -> tuple[str, ...]:
        return self.name, self.said or self.a, self.b, self.change, self.percent


def lines_of(
    crystals: tuple[Crystal, Crystal],
    groups: tuple[Symmetry | None, Symmetry],
    difference: Difference,
    matching: Matching | None,
) -> list[Line]:
    """First what a chemist changes, then what follows from it."""
    return [
        _told("Formula", *(formula(c.composition) for c in crystals)),
        *(_occupied(o) for o in difference.occupied),
        _told("Space group", *(PENDING if g is None else group_name(g) for g in groups)),
        *_positions(difference.moved, matching, crystals),
        *map(_quantity, difference.cell),
        *map(_quantity, difference.composition),
    ]


def species_text(species: Species | None) -> str:
    """``Mg 0.9, Al 0.1``, the most abundant first, with what is vacant."""
    if species is None:
        return NO_SITE
    by_amount = sorted(species.items(), key=lambda item: -item[1])
    parts = [f"{el} {_plain(w, 4)}" for el, w in by_amount]
    if species.vacancy > 1e-3:
        parts.append(f"vacancy {_plain(species.vacancy, 4)}")
    return ", ".join(parts)


def _told(name: str, a: str, b: str) -> Line:
    known = PENDING not in (a, b)
    return Line(name, a, b, SAME if known and a == b else "", changed=known and a != b)


def _occupied(one: Occupied) -> Line:
    place = f" ({one.count}{one.letter})" if one.letter else f" (×{one.count})"
    texts = species_text(one.before), species_text(one.after)
    return Line(one.label + place, *texts, _steps(one.before, one.after))


def _steps(before: Species | None, after: Species | None) -> str:
    if before is None or after is None:
        return "new" if before is None else "gone"
    steps = {el: after.get(el, 0.0) - before.get(el, 0.0) for el in {**before, **after}}
    return ", ".join(f"{el} {signed(step, 4)}" for el, step in steps.items() if abs(step) > 5e-5)


def _positions(
    moved: Moved | None, matching: Matching | None, crystals: tuple[Crystal, Crystal]
) -> Iterator[Line]:
    if matching is None:
        yield Line("Positions", PENDING, PENDING, changed=False)
    elif moved is None:
        yield Line("Positions", "", "", changed=False, said=matching.problem)
    else:
        still = moved.largest < 5e-5
        site = "" if still else f" ({moved.furthest})"
        largest = NONE if still else f"{moved.largest:.4f} Å{site}"
        yield Line("Largest displacement", "", "", largest, changed=not still)
        rms = NONE if still else f"{moved.rms:.4f} Å, of {moved.count} sites"
        yield Line("Rms displacement", "", "", rms, changed=not still)
        if moved.shift >= 5e-4:
            yield Line("Shift of all sites, taken away", "", "", f"{moved.shift:.4f} Å")
        yield from _alone(moved, crystals)


def _alone(moved: Moved, crystals: tuple[Crystal, Crystal]) -> Iterator[Line]:
    left = [len(crystal) - moved.count for crystal in crystals]
    if any(left):
        a, b = (f"{n} of {len(c)}" for n, c in zip(left, crystals, strict=True))
        yield Line(f"Without a partner within {TOLERANCE_ANGSTROM:g} Å", a, b)


def _quantity(one: Quantity) -> Line:
    digits = _DIGITS[one.unit]
    unit = one.unit if one.unit.startswith("%") or one.unit == "in the cell" else ""
    name = f"{one.name}, {unit}" if unit else f"{one.name} ({one.unit})"
    same = abs(one.change) < 0.5 * 10**-digits
    percent = "" if same or one.percent is None else f"{signed(one.percent, 2)} %"
    change = SAME if same else signed(one.change, digits)
    a, b = (_plain(x, digits) if unit else f"{x:.{digits}f}" for x in (one.before, one.after))
    return Line(name, a, b, change, percent, not same)


def signed(value: float, digits: int) -> str:
    """With a sign as printed, and no zeros at the end."""
    text = _plain(abs(value), digits)
    return text if text == "0" else f"{'+' if value > 0 else '−'}{text}"


def _plain(value: float, digits: int) -> str:
    text = f"{value:.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
