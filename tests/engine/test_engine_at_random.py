"""Many jobs of all kinds, cancelled and replaced at random: the promises hold for each."""

from __future__ import annotations

import random
import time
from collections.abc import Generator
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from sc3d_desktop.engine import Engine
from sc3d_desktop.jobs import (
    Cancelled,
    Event,
    Failed,
    Finished,
    Partial,
    Priority,
    Progress,
    Queued,
    Started,
    Terminal,
)

JOBS = 250


def random_body(chance: random.Random) -> Any:
    steps, fails_at = chance.randrange(6), chance.choice([None, None, None, 0, 2])
    error = chance.choice([RuntimeError, SystemExit, KeyboardInterrupt, OSError])
    stubborn, naps = chance.random() < 0.2, chance.random() < 0.3

    def body() -> Generator[Any, None, int]:
        for i in range(steps):
            if i == fails_at:
                raise error("at random")
            if naps:
                time.sleep(0.0005)
            try:
                yield Progress(i, steps) if i % 2 else Partial(i)
            except GeneratorExit:
                if not stubborn:
                    raise
                yield Progress(i, steps)
        return steps

    return body


def check(events: list[Event]) -> None:
    """Queued, then perhaps Started and steps in order, then one end, then nothing."""
    assert events[0] == Queued()
    assert isinstance(events[-1], Terminal)
    assert sum(isinstance(event, Terminal) for event in events) == 1
    between = events[1:-1]
    if not between:
        assert events[-1] == Cancelled()
        return
    assert between[0] == Started()
    steps = between[1:]
    assert [s.done if isinstance(s, Progress) else s.value for s in steps] == [*range(len(steps))]
    if isinstance(events[-1], Finished):
        assert events[-1].result == len(steps)


@pytest.mark.parametrize("closes_early", [False, True], ids=["to the end", "closed early"])
@pytest.mark.parametrize("seed", range(4))
def test_every_job_has_its_events_in_order_and_exactly_one_end(
    qtbot: QtBot, qapp: QApplication, record_of: Any, script: Any, seed: int, closes_early: bool
) -> None:
    chance = random.Random(seed)
    engine = Engine(object)
    record = record_of(engine)
    ids: list[int] = []
    for _ in range(JOBS):
        priority = chance.choice(list(Priority))
        job = script(random_body(chance), priority)
        ids.append(engine.submit(job, replace=chance.choice([None, None, "a", "b"])))
        if chance.random() < 0.2:
            engine.cancel(chance.choice(ids))
        if chance.random() < 0.1:
            qapp.processEvents()
        if chance.random() < 0.01:
            engine.cancel_all()
    if not closes_early:
        qtbot.waitUntil(lambda: not engine.jobs(), timeout=30_000)
    engine.close()
    assert len(set(ids)) == JOBS
    for job_id in ids:
        check(record.of(job_id))
    assert engine.jobs() == {}
    kinds = {type(record.ends(job_id)[0]) for job_id in ids}
    assert Cancelled in kinds
    if not closes_early:
        assert kinds == {Cancelled, Finished, Failed}
