"""The job that relaxes a candidate: told step by step, and added to what was judged before."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from generated_cases import random_candidate

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.data import Catalogue
from sc3d_desktop.generation.candidate import Stability
from sc3d_desktop.generation.folder import RunFolder, read_run
from sc3d_desktop.generation.judge import stability as module
from sc3d_desktop.generation.request import Request
from sc3d_desktop.jobs.events import Progress
from sc3d_desktop.jobs.relax import MISSING, Relax, relax_problem

CANDIDATE = random_candidate(3, seed=1)


class Judge:
    """Takes two steps, and says whether it was given a catalogue."""

    def __init__(self, catalogue: Catalogue | None) -> None:
        self._note = "without" if catalogue is None else f"with {len(catalogue.columns().ids)}"

    def steps(self, crystal: Crystal) -> Generator[str, None, Stability]:
        yield "step 0"
        yield "step 1"
        return Stability(-3.0, None, 0.1, 0.0, True, crystal, self._note)


def run(job: Relax) -> tuple[list[Any], Any]:
    steps, events = job.run(None), []  # type: ignore[arg-type]
    while True:
        try:
            events.append(next(steps))
        except StopIteration as stop:
            return events, stop.value


def test_a_candidate_gets_its_stability_and_keeps_all_else(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(module, "StabilityJudge", Judge)
    events, relaxed = run(Relax(CANDIDATE))
    assert [e.text for e in events if isinstance(e, Progress)][-2:] == ["step 0", "step 1"]
    assert relaxed.judgement.stability.note == "without"
    assert relaxed.crystal == CANDIDATE.crystal
    assert relaxed.judgement.matches == CANDIDATE.judgement.matches
    Catalogue.open(tmp_path / "c.sqlite").close()
    _, compared = run(Relax(CANDIDATE, tmp_path / "c.sqlite"))
    assert compared.judgement.stability.note == "with 0"


def test_what_was_relaxed_is_there_when_the_run_is_read_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(module, "StabilityJudge", Judge)
    folder = RunFolder.create(tmp_path / "run", Request(count=3), "a model")
    others = [random_candidate(i, seed=i) for i in (1, 2)]
    for candidate in (*others, CANDIDATE):
        folder.add(candidate)
    folder.close()
    _, relaxed = run(Relax(CANDIDATE, None, folder.path))
    again = read_run(folder.path)
    assert again.candidates == (*others, relaxed)
    assert again.finished
    assert again.made == 3


def test_what_is_missing_is_said_before_anything_is_imported(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from sc3d_desktop.jobs import relax

    monkeypatch.setattr(relax, "find_spec", lambda name: None)
    assert relax_problem() == MISSING
    monkeypatch.setattr(relax, "find_spec", lambda name: object())
    assert relax_problem() == ""
