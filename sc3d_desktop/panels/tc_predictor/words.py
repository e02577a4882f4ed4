"""Numbers and sentences of the answer; plain functions."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sc3d_desktop.crystal.edits import DopingLine
from sc3d_desktop.models.interface import Domain, NearestKnown, TcPrediction
from sc3d_desktop.panels.parts import text
from sc3d_desktop.panels.parts.text import kelvin

_TOO_SMALL_KELVIN = 0.05
_LIKELY_PERCENT, _VERY_LIKELY_PERCENT = 70, 90
_UNLIKELY_PERCENT = 30

COVERAGE = "9 of 10 known compounds fall inside such an interval."
PROBABILITY = (
    "How probable it is that a Tc is reported for this compound at all. Compounds without a "
    "reported Tc count as no superconductors here, although some were only never measured."
)
IN_TRAINING = "In the training set"
REMEMBERED = "remembered, not predicted"
IN_TRAINING_TIP = "In the training set: this number is remembered, not predicted."
NO_STRUCTURE = "No structure of {} comes with the program."


class Level(StrEnum):
    """How good the news is; each has its own mark."""

    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"


@dataclass(frozen=True)
class Statement:
    level: Level
    text: str


_DOMAINS: dict[Domain, Statement] = {
    "inside": Statement(Level.GOOD, "Inside the training data: similar compounds known."),
    "edge": Statement(Level.FAIR, "At the edge of the training data: larger errors."),
    "outside": Statement(Level.POOR, "Outside the training data: take Tc as a guess."),
}


def interval(prediction: TcPrediction) -> str:
    return text.interval(prediction.tc_low_kelvin, prediction.tc_high_kelvin)


def percent(probability: float) -> str:
    """A whole percentage; a model is never quite sure, so neither 0 nor 100."""
    n = round(100 * probability)
    return "<1 %" if n < 1 else ">99 %" if n > 99 else f"{n} %"


def verdict(probability: float) -> Statement:
    """Whether it is a superconductor at all, in words and as a number that agree."""
    n, number = round(100 * probability), percent(probability)
    if n < _UNLIKELY_PERCENT:
        return Statement(Level.POOR, f"Probably not a superconductor ({number})")
    if n < _LIKELY_PERCENT:
        return Statement(Level.FAIR, f"Superconductor: uncertain ({number})")
    word = "very likely" if n >= _VERY_LIKELY_PERCENT else "likely"
    return Statement(Level.GOOD, f"Superconductor: {word} ({number})")


def domain(state: Domain) -> Statement:
    return _DOMAINS[state]


def novelty(distance: float | None) -> str:
    return "" if distance is None else f"Distance to the training compositions: {distance:.3g}"


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


def known_tip(known: NearestKnown) -> str:
    """Everything about a known superconductor, for the note under the mouse."""
    pressure = "" if known.pressure_gpa is None else f" at {known.pressure_gpa:g} GPa"
    opens = "Double-click or press Enter to open its crystal."
    lines = (
        f"{known.formula}, Tc {kelvin(known.tc_kelvin)} K{pressure}",
        known.reference,
        opens if known.structure else NO_STRUCTURE.format(known.formula),
    )
    return "\n".join(line for line in lines if line)


def axis_label(line: DopingLine, label: str) -> str:
    """What x is on the curve: ``x, Al for Mg on Mg1``."""
    return f"x, {line.dopant or 'vacancies'} for {line.host} on {label}"
