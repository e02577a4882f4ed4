"""Numbers and sentences of the answer; plain functions."""

from __future__ import annotations

from collections.abc import Mapping

from sc3d_desktop.crystal.edits import DopingLine
from sc3d_desktop.models.interface import TcPrediction

_HYDRIDE_SHARE = 0.5
_TOO_SMALL_KELVIN = 0.05

COVERAGE = "9 of 10 known compounds fall inside such an interval."
HYDRIDE = (
    "Hydride: the known values behind this are mostly calculated at high pressure, "
    "so read it as a Tc under pressure."
)


def kelvin(value: float) -> str:
    """Three significant digits, two decimals at most: 112, 38.2, 4.27, 0.35."""
    if value >= 99.95:
        return f"{value:.0f}"
    return f"{value:.1f}" if value >= 9.995 else f"{value:.2f}"


def interval(prediction: TcPrediction) -> str:
    """``21–69 K``: two significant digits are all an interval deserves."""
    low, high = (_two_digits(x) for x in (prediction.tc_low_kelvin, prediction.tc_high_kelvin))
    return f"{low}–{high} K"


def change(now: TcPrediction, before: TcPrediction) -> str:
    """The change against the crystal as opened."""
    delta = now.tc_kelvin - before.tc_kelvin
    if abs(delta) < _TOO_SMALL_KELVIN:
        return "unchanged from the crystal as opened"
    sign = "+" if delta > 0 else "−"
    percent = abs(delta) / before.tc_kelvin * 100
    return (
        f"{sign}{kelvin(abs(delta))} K ({sign}{percent:.0f} %) from the crystal as opened, "
        f"{kelvin(before.tc_kelvin)} K"
    )


def is_hydride(composition: Mapping[str, float]) -> bool:
    """At least every second atom is hydrogen: hydroxides and hydrates stay out."""
    hydrogen = sum(composition.get(el, 0.0) for el in ("H", "D", "T"))
    return hydrogen >= _HYDRIDE_SHARE * sum(composition.values())


def axis_label(line: DopingLine, label: str) -> str:
    """What x is on the curve: ``x, Al for Mg on Mg1``."""
    return f"x, {line.dopant or 'vacancies'} for {line.host} on {label}"


def _two_digits(value: float) -> str:
    if value >= 9.95:
        return f"{value:.0f}"
    return f"{value:.1f}" if value >= 0.95 else f"{value:.2f}"
