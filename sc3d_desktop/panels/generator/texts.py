"""How the panel says requests, states and judgements."""

from __future__ import annotations

from sc3d_desktop.generation.candidate import Candidate, Judgement, Match
from sc3d_desktop.generation.request import Request
from sc3d_desktop.panels.parts.text import kelvin
from sc3d_desktop.state.generation import StoredRun, network_calls

NOT_KNOWN = "not known"
DOMAIN_WORDS = {
    "inside": "like what the model was trained on",
    "edge": "at the edge of what the model was trained on",
    "outside": "unlike anything the model was trained on",
}
_NOVELTY_WORDS = {
    "structure": "known",
    "ordered child": "child of known",
    "composition": "known formula",
}
_MOST_NAMED = 8


def duration(seconds: float) -> str:
    """``40 s``, ``12 min``, ``1.9 h``."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def estimate(request: Request, rate: float) -> str:
    """How long it takes at ``rate`` seconds for a call of the network, 0 for not known yet."""
    if not rate:
        return "How long it takes is known after the first run."
    return f"Takes about {duration(rate * network_calls(request) * request.count)}."


def left(request: Request | None, rate: float, done: int, total: int) -> str:
    """``about 12 s left``; empty where that is not known."""
    if request is None or not rate or not total:
        return ""
    return f"about {duration(rate * network_calls(request) * (total - done))} left"


def vasp_words(n: int) -> str:
    """What the hand-off of so many candidates is called."""
    return f"VASP inputs of {n:,} candidates (zip)…" if n > 1 else "Export VASP folder…"


# A request


def target(request: Request) -> str:
    if not request.guidance:
        return "Any Tc"
    return "Tc as high as possible" if request.tc_kelvin is None else f"Tc {request.tc_kelvin:g} K"


def asked(request: Request) -> str:
    """All that was asked for, in a line."""
    start = request.start
    parts = [f"{request.count:,} candidates", target(request)]
    if start is not None:
        parts.append(f"like {start.crystal.name or 'a structure'}, {start.change:.0%} changed")
    elif request.formula:
        parts.append(request.formula)
    else:
        parts.append(f"{request.fewest_atoms} to {request.most_atoms} atoms")
    parts += [elements(request)] if elements(request) else []
    parts += [f"{request.denoising_steps} steps", f"seed {request.seed}"]
    parts += [f"recipe “{request.recipe}”"] if request.recipe else []
    return " · ".join(parts)


def elements(request: Request) -> str:
    """``with H; only La, Y; without 29 others``."""
    parts = []
    if request.required:
        parts.append(f"with {', '.join(request.required)}")
    if request.allowed:
        parts.append(f"only {_named(request.allowed)}")
    if request.excluded:
        parts.append(f"without {_named(request.excluded)}")
    return "; ".join(parts)


def _named(symbols: tuple[str, ...]) -> str:
    return ", ".join(symbols) if len(symbols) <= _MOST_NAMED else f"{len(symbols)} elements"


# A run


def state(run: StoredRun, running: bool) -> str:
    """What has become of a run."""
    count = run.request.count
    done = run.made + run.dropped
    if running:
        return "running"
    return f"finished, {run.made:,}" if run.finished else f"stopped at {done:,} of {count:,}"


def counts(made: int, valid: int, dropped: int) -> str:
    said = f"{made:,} made, {valid:,} valid"
    return f"{said}, {dropped:,} dropped" if dropped else said


# A candidate


def interval(said: Judgement) -> str:
    """``38 (21–66)``."""
    if said.tc_kelvin is None:
        return ""
    if said.tc_low_kelvin is None or said.tc_high_kelvin is None:
        return kelvin(said.tc_kelvin)
    return f"{kelvin(said.tc_kelvin)} ({kelvin(said.tc_low_kelvin)}–{kelvin(said.tc_high_kelvin)})"


def percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.0f} %"


def space_groups(said: Judgement) -> str:
    """As made, and symmetrised where that is another."""
    made, after = said.space_group, said.space_group_symmetrised
    return f"{made} → {after}" if after and after != made else made


def validity(said: Judgement) -> str:
    if said.valid:
        return "valid"
    if not said.faults:
        return "charges"
    return "1 fault" if len(said.faults) == 1 else f"{len(said.faults)} faults"


def novelty(said: Judgement) -> str:
    if said.novel is None:
        return "?"
    if said.novel:
        return "new"
    kinds = {match.kind for match in said.matches}
    return next((word for kind, word in _NOVELTY_WORDS.items() if kind in kinds), "known")


def novelty_tip(said: Judgement) -> str:
    if said.novel is None:
        return f"Whether it is new is {NOT_KNOWN}: there was nothing to compare it with."
    if not said.matches:
        return "Nothing like it among what is known here."
    return " ".join(f"{match_words(match)}." for match in said.matches)


def match_words(match: Match) -> str:
    how = {
        "structure": "The same structure as",
        "composition": "The composition of",
        "ordered child": "An ordered form of",
    }[match.kind]
    return f"{how} {match.name} ({match.where})"


def duplicate(said: Judgement) -> str:
    return "" if said.duplicate_of is None else f"= {said.duplicate_of}"


def above_hull(said: Judgement) -> str:
    if said.stability is None:
        return ""
    if said.stability.above_hull is None:
        return "relaxed"
    return f"{1000 * said.stability.above_hull:+.0f}"


def tip(candidate: Candidate) -> str:
    """What is wrong with it, or why it could not be told."""
    said = candidate.judgement
    return " ".join((*said.faults, *said.notes)) or "No fault was found."
