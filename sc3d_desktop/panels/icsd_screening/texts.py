"""How the panel says numbers, times and states."""

from __future__ import annotations

from sc3d_desktop.jobs.runs import RunState
from sc3d_desktop.panels.parts.text import kelvin
from sc3d_desktop.screening.filters import flags
from sc3d_desktop.screening.relatives import Kin, Relative
from sc3d_desktop.screening.store import Line

_MOST_NAMED = 3

FLAG_WORDS = {
    "toxic": "toxic elements",
    "air-sensitive": "elements that react with air",
    "scarce": "scarce or costly elements",
    "radioactive": "radioactive elements",
}
FLAG_MARKS = {"toxic": "☠", "radioactive": "☢", "air-sensitive": "≋", "scarce": "◇"}
DOMAIN_WORDS = {
    "inside": "like what was trained on",
    "edge": "at the edge of what was trained on",
    "outside": "unlike anything trained on",
}


def duration(seconds: float) -> str:
    """``40 s``, ``12 min``, ``1.9 h``."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def estimate(total: int | None, rate: float) -> str:
    """How long ``total`` inputs take at ``rate`` a second, 0 for a rate not known yet."""
    if total is None:
        return "Counting…"
    if not total:
        return "How many inputs there are is known once they have been read."
    inputs = f"{total:,} input{'s' if total > 1 else ''}"
    if not rate:
        return f"{inputs}. How long it takes is unknown yet: nothing was screened here before."
    return f"{inputs}, about {duration(total / rate)} at the {rate:.3g} a second of the last run."


def state(run: RunState, model: str = "", running: bool = False) -> str:
    """What has become of a run; ``model`` is the one in use."""
    if run.problem or run.spec is None:
        return "cannot be used"
    if running:
        return "running"
    of = f" of {run.total:,}" if run.total and not run.finished else ""
    done = f"finished, {run.pieces:,}" if run.finished else f"stopped at {run.pieces:,}{of}"
    return f"{done}, another model" if model and run.spec.model != model else done


# A candidate

_BADGES = {
    "known": "known",
    "parent of known": "parent",
    "relative of known": "relative",
    "in training": "trained",
}
_RELATIONS = ("known", "parent", "relative")


def badges(kin: Kin) -> str:
    """``relative, trained``; the closest relation stands for those that are looser."""
    words = [_BADGES[badge] for badge in kin.badges]
    nearest = next((word for word in words if word in _RELATIONS), "")
    return ", ".join(word for word in words if word == nearest or word not in _RELATIONS)


def relations(kin: Kin) -> str:
    """In sentences which superconductors of the catalogue there are beside it."""
    parts = (
        ("Known", kin.known),
        ("Parent of", kin.parent_of),
        ("Related to", kin.relatives),
    )
    return " ".join(
        f"{words}: {', '.join(map(_relative, found[:_MOST_NAMED]))}."
        for words, found in parts
        if found
    )


def _relative(relative: Relative) -> str:
    how = ", same structure type" if relative.same_type else ""
    how += ", calculated" if relative.calculated else ""
    how += f", at {relative.pressure_gpa:g} GPa" if relative.pressure_gpa else ""
    return f"{relative.formula} ({kelvin(relative.tc_high_kelvin)} K{how})"


def interval(line: Line) -> str:
    """``38 (21–66)``."""
    if line.tc is None or line.tc_low is None or line.tc_high is None:
        return ""
    return f"{kelvin(line.tc)} ({kelvin(line.tc_low)}–{kelvin(line.tc_high)})"


def percent(share: float | None) -> str:
    return "" if share is None else f"{share:.0%}".replace("%", " %")


def marks(line: Line) -> str:
    return " ".join(FLAG_MARKS[flag] for flag in _flags(line))


def marks_tip(line: Line) -> str:
    said = ", ".join(FLAG_WORDS[flag] for flag in _flags(line))
    return f"Holds {said}" if said else ""


def _flags(line: Line) -> tuple[str, ...]:
    return flags(set(line.chemical_system.split("-")))


def domain(line: Line) -> str:
    said = DOMAIN_WORDS.get(line.domain or "", "")
    if not said or line.novelty is None:
        return said.capitalize()
    return f"{said.capitalize()} (distance {line.novelty:.2f})"


def where(line: Line) -> str:
    return f"{line.path} › {line.member}" if line.member else line.path
