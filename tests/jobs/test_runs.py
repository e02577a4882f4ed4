"""The jobs around screenings: counting, listing, deleting, reading one candidate."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from screening_cases import SumModel, some_pieces

from sc3d_desktop.errors import ScreeningError
from sc3d_desktop.jobs import Job, Partial
from sc3d_desktop.jobs.runs import CountSource, DeleteRun, ListRuns, ReadCandidate, RunState
from sc3d_desktop.jobs.screening import Screen
from sc3d_desktop.screening.sources import Files
from sc3d_desktop.screening.store import RunStore

N = 70


class Services:
    def tc_model(self) -> SumModel:
        return SumModel()


def result(job: Job[Any]) -> Any:
    steps = job.run(Services())
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            return stop.value


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "cifs"
    made.mkdir()
    for i, piece in enumerate(some_pieces(N, 8)):
        content = piece.content if isinstance(piece.content, bytes) else b"nothing"
        (made / f"{i:03d}.cif").write_bytes(content)
    return made


def job(folder: Path, name: str) -> Screen:
    path = folder.parent / "runs" / name
    path.parent.mkdir(exist_ok=True)
    return Screen(path, (Files([folder]).as_json(),), workers=0)


def stopped(screening: Screen) -> Path:
    steps = screening.run(Services())
    while not isinstance(next(steps), Partial):
        pass
    steps.close()
    return screening.path


def test_a_folder_is_counted_and_one_that_has_gone_is_told(folder: Path) -> None:
    described = Files([folder]).as_json()
    assert result(CountSource(described)) == N
    with pytest.raises(ScreeningError, match="There is no"):
        result(CountSource({"kind": "files", "paths": [str(folder / "gone")]}))


def test_runs_are_listed_with_how_far_they_are(folder: Path, tmp_path: Path) -> None:
    result(job(folder, "whole.sqlite"))
    part = stopped(job(folder, "part.sqlite"))
    (part.parent / "other.sqlite").write_bytes(b"no database" * 100)
    elsewhere = tmp_path / "elsewhere.sqlite"
    elsewhere.write_bytes(part.read_bytes())
    listed: tuple[RunState, ...] = result(ListRuns(part.parent, (elsewhere, tmp_path / "gone")))
    states = {state.path.name: state for state in listed}
    assert set(states) == {"whole.sqlite", "part.sqlite", "other.sqlite", "elsewhere.sqlite"}
    whole, there = states["whole.sqlite"], states["part.sqlite"]
    assert (whole.finished, whole.pieces, sum(whole.counts.values())) == (True, N, N)
    assert (there.finished, there.pieces, there.total) == (False, 32, N)
    assert there.spec is not None
    assert there.spec.model == "sums"
    assert "cannot be used" in states["other.sqlite"].problem


def test_a_run_is_deleted_whole_but_not_while_it_is_written(folder: Path) -> None:
    path = stopped(job(folder, "part.sqlite"))
    with RunStore.resume(path), pytest.raises(ScreeningError, match="Another program"):
        result(DeleteRun(path))
    assert path.exists()
    assert result(DeleteRun(path)) == path
    assert list(path.parent.iterdir()) == []


def test_a_candidate_comes_back_with_its_crystal(folder: Path) -> None:
    path = stopped(job(folder, "part.sqlite"))
    with RunStore.read(path) as store:
        ((line_id,),) = store.all("SELECT id FROM line WHERE status = 'predicted' LIMIT 1")
        (_, line) = store.lines([line_id])[0]
    found = result(ReadCandidate(path, line_id))
    assert found.identifier == line.identifier
    assert set(found.crystal.composition) == set(line.chemical_system.split("-"))
    with pytest.raises(ScreeningError, match="no line 99999"):
        result(ReadCandidate(path, 99999))
