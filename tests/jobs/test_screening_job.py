"""The job of a screening can be stopped, goes on, and says how far it is."""

from __future__ import annotations

import pickle
import threading
from pathlib import Path

import pytest
from screening_cases import SumModel, some_pieces

from sc3d_desktop.errors import ScreeningError
from sc3d_desktop.jobs import Partial, Progress
from sc3d_desktop.jobs.screening import Screen, Screened
from sc3d_desktop.screening.sources import Files
from sc3d_desktop.screening.store import RunStore

N = 90


class Services:
    def tc_model(self) -> SumModel:
        return SumModel()


@pytest.fixture
def job(tmp_path: Path) -> Screen:
    folder = tmp_path / "cifs"
    folder.mkdir()
    for i, piece in enumerate(some_pieces(N, 4)):
        content = piece.content if isinstance(piece.content, bytes) else b"nothing"
        (folder / f"{i:03d}.cif").write_bytes(content)
    sources = (Files([folder]).as_json(),)
    return Screen(tmp_path / "r.sqlite", sources, workers=0)


def test_it_yields_often_and_tells_what_is_written(job: Screen) -> None:
    steps, events = job.run(Services()), []
    while True:
        try:
            events.append(next(steps))
        except StopIteration as stop:
            outcome = stop.value
            break
    assert isinstance(outcome, Screened)
    assert sum(outcome.counts.values()) == N
    progress = [event for event in events if isinstance(event, Progress)]
    assert len(progress) >= N
    assert (progress[-1].done, progress[-1].total) == (N, N)
    assert "a second" in progress[-1].text
    assert [event.value for event in events if isinstance(event, Partial)] == [job.path] * 3


def test_a_source_that_is_slow_to_count_holds_up_nobody(
    job: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = threading.Event()

    def count(source: Files) -> int:
        counted.wait(20)
        return N

    monkeypatch.setattr(Files, "count", count)
    steps = job.run(Services())
    said = [next(steps) for _ in range(6)]
    assert isinstance(said[-1], Progress)
    assert said[-1].text == "counting"
    counted.set()
    assert any(isinstance(event, Progress) and event.total == N for event in steps)


def test_a_stopped_run_is_unlocked_and_goes_on(job: Screen) -> None:
    steps = job.run(Services())
    while not isinstance(next(steps), Partial):
        pass
    steps.close()
    with RunStore.resume(job.path) as store:
        assert 0 < store.next_piece < N
    with pytest.raises(ScreeningError, match="there already"):
        list(job.run(Services()))
    list(Screen(job.path, job.sources, resume=True, workers=0).run(Services()))
    with RunStore.read(job.path) as store:
        assert store.finished


def test_it_can_be_sent_elsewhere(job: Screen) -> None:
    assert pickle.loads(pickle.dumps(job)) == job
    assert job.title == "Screening into r.sqlite"
