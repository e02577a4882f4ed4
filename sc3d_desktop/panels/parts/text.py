"""Numbers and formulas as all panels write them."""

from __future__ import annotations

import re
from html import escape

from sc3d_desktop.crystal.disorder import DisorderClass
from sc3d_desktop.viz.theme import DISORDER_NAMES

_AMOUNT = re.compile(r"(?<=[A-Za-z)\]])(\d+(?:\.\d+)?)")


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


def disorder_word(kind: str) -> str:
    if not kind:
        return "no structure"
    return f"{kind} {DISORDER_NAMES[DisorderClass(kind)]}"
