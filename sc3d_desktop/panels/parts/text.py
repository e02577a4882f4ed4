"""Numbers and formulas as all panels write them."""

from __future__ import annotations

import re
from html import escape

from sc3d_desktop.crystal.disorder import DisorderClass
from sc3d_desktop.viz.theme import DISORDER_NAMES

_AMOUNT = re.compile(r"(?<=[A-Za-z)\]])(\d+(?:\.\d+)?)")
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def kelvin(value: float) -> str:
    """Three significant digits at most, two below 1 K: 112, 38.2, 4.27, 0.35, 0.00032."""
    if value >= 99.95:
        return f"{value:.0f}"
    if value >= 9.995:
        return f"{value:.1f}"
    return f"{value:.2f}" if value >= 0.095 or not value else f"{value:.2g}"


def formula_markup(formula: str) -> str:
    """A formula as rich text, with its amounts as subscripts."""
    return _AMOUNT.sub(r"<sub>\1</sub>", escape(formula))


def formula_text(formula: str) -> str:
    """The same as plain text, for what draws no markup and cuts what is too long."""
    return _AMOUNT.sub(lambda found: found[1].translate(_SUBSCRIPTS), formula)


def disorder_word(kind: str) -> str:
    if not kind:
        return "no structure"
    return f"{kind} {DISORDER_NAMES[DisorderClass(kind)]}"


def interval(low_kelvin: float, high_kelvin: float) -> str:
    """``21–69 K``: two significant digits are all an interval deserves."""
    return f"{_two_digits(low_kelvin)}–{_two_digits(high_kelvin)} K"


def _two_digits(value: float) -> str:
    if value >= 9.95:
        return f"{value:.0f}"
    return f"{value:.1f}" if value >= 0.95 else f"{value:.2f}"


def space_group_html(symbol: str) -> str:
    """A Hermann-Mauguin symbol as printed: letters in italics, screw axes as subscripts, bars."""
    return re.sub(r"[A-Za-z]+|_\d|-\d", _set_part, symbol)


def _set_part(match: re.Match[str]) -> str:
    part = match.group()
    if part.startswith("_"):
        return f"<sub>{part[1]}</sub>"
    return f"{part[1]}\u0305" if part.startswith("-") else f"<i>{part}</i>"
