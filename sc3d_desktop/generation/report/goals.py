"""What was aimed at, and whether it is reached; no number stands alone that a judge contradicts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sc3d_desktop.generation.report.diversity import DRAWN
from sc3d_desktop.generation.report.metrics import Rate
from sc3d_desktop.generation.report.second_judge import NAME

Row = dict[str, Any]

FIRST = "shipped predictor"
JUDGES = (FIRST, NAME)


@dataclass(frozen=True)
class Goal:
    what: str
    key: str
    least: float


_OF_TC = (
    Goal("SR10", "sr10", 0.45),
    Goal("NSR10", "nsr10", 0.40),
    Goal("SR50", "sr50", 0.65),
)
_OF_SAMPLES = (Goal("uniqueness", "unique", 0.9), Goal("validity", "valid", 0.9))


def goals(run: Row, top_decile: Row) -> list[Row]:
    """A row for each goal, of the facts of a run and of the training set's top decile."""
    found = [_of_tc(goal, run["success"]) for goal in _OF_TC]
    found += [_of_samples(goal, run) for goal in _OF_SAMPLES]
    return [*found, _of_diversity(run["diversity"], top_decile["diversity"])]


def disagreement(one: Row, other: Row) -> str:
    """In words, beside a number, where two judges' intervals do not meet; empty where they do."""
    if not Rate(**one).apart_from(Rate(**other)):
        return ""
    does = "contradicts this and says" if other["value"] < one["value"] else "says more,"
    return f"the {NAME} {does} {words(other)}"


def words(found: Row) -> str:
    """``0.46 (0.43–0.49)``."""
    return f"{found['value']:.2f} ({found['low']:.2f}–{found['high']:.2f})"


def _of_tc(goal: Goal, success: Row) -> Row:
    first, second = (success[judge][goal.key] for judge in JUDGES)
    said = [judge for judge in JUDGES if success[judge][goal.key]["value"] >= goal.least]
    return _row(goal, words(first), words(second), _verdict(said)) | {
        "disagreement": disagreement(first, second)
    }


def _verdict(said: Sequence[str]) -> str:
    if len(said) == len(JUDGES):
        return "reached"
    return f"missed: reached by the {said[0]} alone" if said else "missed"


def _of_samples(goal: Goal, run: Row) -> Row:
    reached = run[goal.key]["value"] >= goal.least
    return _row(goal, words(run[goal.key]), "", "reached" if reached else "missed")


def _of_diversity(run: Row, top: Row) -> Row:
    key = f"systems_in_{DRAWN}"
    ours, theirs = run[key], top[key]
    known = ours is not None and theirs is not None
    verdict = ("reached" if ours >= theirs else "missed") if known else "too few samples to say"
    goal = Goal(f"chemical systems in {DRAWN}, against the top decile", key, theirs or 0.0)
    return _row(goal, "–" if ours is None else f"{ours:.1f}", "", verdict)


def _row(goal: Goal, first: str, second: str, verdict: str) -> Row:
    return {
        "goal": goal.what, "at_least": goal.least, FIRST: first, NAME: second,
        "verdict": verdict, "disagreement": "",
    }  # fmt: skip
