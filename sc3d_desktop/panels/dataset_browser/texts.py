"""What the cells of the table say; plain functions of a line."""

from __future__ import annotations

import re
from html import escape

from sc3d_desktop.crystal.disorder import DisorderClass
from sc3d_desktop.data.entry import Row
from sc3d_desktop.panels.parts.text import kelvin
from sc3d_desktop.viz.families import FAMILY_NAMES
from sc3d_desktop.viz.theme import DISORDER_NAMES

_SCREW = re.compile(r"_(\d)")
_BAR = re.compile(r"-(\d)")
_LETTER = re.compile(r"([A-Za-z])(?![^<]*>)")


def tc(row: Row) -> str:
    """``31–39 K (3)``: the spread of the reports and their number, where there are several."""
    low, high = row.tc_low_kelvin, row.tc_high_kelvin
    if low is None or high is None:
        return _none_seen(row)
    number = f" ({row.n_measurements})" if row.n_measurements > 1 else ""
    calculated = " calc." if row.calculated else ""
    return f"{spread(low, high)}{calculated}{number}"


def _none_seen(row: Row) -> str:
    if not row.not_superconducting:
        return ""
    return "not SC" if row.down_to_kelvin is None else f"not SC > {row.down_to_kelvin:g} K"


def spread(low: float, high: float) -> str:
    ends = kelvin(low), kelvin(high)
    return f"{ends[0]} K" if ends[0] == ends[1] else f"{ends[0]}–{ends[1]} K"


def predicted(row: Row) -> str:
    """``35.1 K (21–58)``: the prediction and its 90 % interval."""
    tc, low, high = row.predicted_kelvin, row.predicted_low_kelvin, row.predicted_high_kelvin
    if tc is None or low is None or high is None:
        return ""
    return f"{kelvin(tc)} K ({_two_digits(low)}–{_two_digits(high)})"


def probability(row: Row) -> str:
    p = row.p_superconductor
    return "" if p is None else f"{min(99, max(1, round(100 * p)))} %"


def family(row: Row) -> str:
    return FAMILY_NAMES[row.family] if row.family else ""


def disorder(row: Row) -> str:
    return f"{row.disorder} {DISORDER_NAMES[DisorderClass(row.disorder)]}" if row.disorder else ""


def pressure(row: Row) -> str:
    return "" if row.pressure_gpa is None else f"{row.pressure_gpa:g}"


def sites(row: Row) -> str:
    return f"{row.n_sites:,}" if row.n_sites else ""


def in_training(row: Row) -> str:
    return "" if row.in_training is None else "yes" if row.in_training else "no"


def findings(row: Row) -> str:
    """A mark, and how many things were noticed in the file."""
    return f"⚠ {row.findings}" if row.findings else ""


def space_group_markup(symbol: str) -> str:
    """``P6_3/mmc`` and ``Fm-3m`` as they are printed: italics, subscripts and bars."""
    text = _SCREW.sub(r"<sub>\1</sub>", escape(symbol))
    text = _BAR.sub(r'<span style="text-decoration: overline">\1</span>', text)
    return _LETTER.sub(r"<i>\1</i>", text)


def _two_digits(value: float) -> str:
    if value >= 9.95:
        return f"{value:.0f}"
    return f"{value:.1f}" if value >= 0.95 else f"{value:.2f}"
