"""A run loses at most the chunk in flight, and goes on to the table an undisturbed one has."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest
from crystal_cases import cif
from screening_cases import SPEC, Given, SumModel, run_all, some_pieces, table

from sc3d_desktop.errors import ScreeningError
from sc3d_desktop.models.interface import TcPrediction
from sc3d_desktop.screening.executors import InProcess
from sc3d_desktop.screening.filters import Filters
from sc3d_desktop.screening.run import CHUNK, Written, screen
from sc3d_desktop.screening.sources import Piece
from sc3d_desktop.screening.store import STATUSES, RunStore

N, SEED = 400, 5
_RUN = f"""
import sys
from pathlib import Path
from screening_cases import SPEC, SumModel, run_all, some_pieces
from sc3d_desktop.screening.executors import InProcess
from sc3d_desktop.screening.store import RunStore
path = Path(sys.argv[1])
with (RunStore.resume if path.exists() else lambda p: RunStore.create(p, SPEC))(path) as store:
    print("begun", flush=True)
    run_all(store, some_pieces({N}, {SEED}), InProcess(SumModel(0.002)))
"""


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[object, ...]]:
    path = tmp_path_factory.mktemp("run") / "r.sqlite"
    with RunStore.create(path, SPEC) as store:
        run_all(store, some_pieces(N, SEED))
        assert store.finished
        counts = store.counts()
    assert all(counts[status] > 5 for status in STATUSES), counts
    assert sum(counts.values()) == N
    return table(path)


def test_a_run_killed_at_any_moment_goes_on_to_the_same_table(
    tmp_path: Path, undisturbed: list[tuple[object, ...]]
) -> None:
    path = tmp_path / "r.sqlite"
    rng = random.Random()
    reached, kills = [0], 0
    while kills < 20:
        kills += _run_and_kill(path, rng.uniform(0.0, 0.12))
        with RunStore.read(path) as store:
            reached.append(store.next_piece)
            assert store.next_piece % CHUNK == 0 or store.next_piece == N
            assert store.all("PRAGMA integrity_check") == [("ok",)]
            assert sum(store.counts().values()) == store.next_piece
        if reached[-1] == N:
            assert table(path) == undisturbed
            path.unlink()
            reached = [0]
    assert reached == sorted(reached)
    with RunStore.resume(path, SPEC) if path.exists() else RunStore.create(path, SPEC) as store:
        run_all(store, some_pieces(N, SEED))
        assert store.finished
    assert table(path) == undisturbed


def _run_and_kill(path: Path, wait: float) -> int:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    process = subprocess.Popen(
        [sys.executable, "-c", _RUN, str(path)], env=environment, stdout=subprocess.PIPE
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"begun\n"
        time.sleep(wait)
        process.kill()
    return int(process.returncode != 0)


def test_a_run_stopped_between_any_two_steps_goes_on_to_the_same_table(
    tmp_path: Path, undisturbed: list[tuple[object, ...]]
) -> None:
    path = tmp_path / "r.sqlite"
    rng = random.Random(3)
    RunStore.create(path, SPEC).close()
    finished = False
    while not finished:
        with RunStore.resume(path, SPEC) as store:
            steps = screen(store, Given(some_pieces(N, SEED)), Filters(), InProcess(SumModel()))
            for _ in range(rng.randint(20, 200)):
                if next(steps, "end") == "end":
                    break
            steps.close()
            finished = store.finished
    assert table(path) == undisturbed


def test_the_same_structure_is_predicted_once(tmp_path: Path) -> None:
    one = cif("Fe1 Fe 0 0 0 1\nSe1 Se 0.5 0.5 0.25 1", (4, 4, 6, 90, 90, 90))
    moved = cif("Se1 Se 0 0 0.25 1\nFe1 Fe 0.5 0.5 0 1", (4, 4, 6, 90, 90, 90))
    doubled = cif(
        "Fe1 Fe 0 0 0 1\nFe2 Fe 0 0 0.5 1\nSe1 Se 0.5 0.5 0.125 1\nSe2 Se 0.5 0.5 0.625 1",
        (4, 4, 12, 90, 90, 90),
    )
    other = cif("Fe1 Fe 0 0 0 1\nSe1 Se 0.5 0.5 0.25 0.9", (4, 4, 6, 90, 90, 90))
    texts = [one, moved, other, doubled, *[one] * CHUNK]
    pieces = [Piece(f"{i}.cif", text.encode(), f"{i}.cif") for i, text in enumerate(texts)]
    model = SumModel()
    with RunStore.create(tmp_path / "r.sqlite", SPEC) as store:
        run_all(store, pieces, InProcess(model))
        assert store.counts() == {
            "predicted": 2, "same": len(pieces) - 2, "skipped": 0, "refused": 0,
        }  # fmt: skip
        lines = dict(store.lines(list(range(1, len(pieces) + 1))))
    assert len(model.asked) == 2
    assert {line.same_as for line in lines.values() if line.status == "same"} == {1}
    assert {line.tc for line in lines.values() if line.status == "same"} == {lines[1].tc}


def test_a_structure_the_model_fails_on_is_refused_and_stops_nothing(tmp_path: Path) -> None:
    texts = [cif(f"A1 {el} 0 0 0 1") for el in ("Nb", "U", "Ta", "V", "Mo", "W", "Re", "U")]
    pieces = [Piece(f"{i}.cif", text.encode(), f"{i}.cif") for i, text in enumerate(texts)]
    with RunStore.create(tmp_path / "r.sqlite", SPEC) as store:
        run_all(store, pieces)
        lines = [line for _, line in store.lines(list(range(1, 9)))]
    assert [line.status for line in lines] == [
        "predicted", "refused", *["predicted"] * 5, "refused",
    ]  # fmt: skip
    assert "no uranium" in lines[1].reason


class Broken(SumModel):
    def predict(self, crystals: object) -> list[TcPrediction]:
        raise RuntimeError("CUDA error")


def test_a_model_that_fails_on_everything_stops_the_run_and_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "r.sqlite"
    with RunStore.create(path, SPEC) as store:
        steps = screen(store, Given(some_pieces(N, SEED)), Filters(), InProcess(SumModel()))
        while not isinstance(next(steps), Written):
            pass
        steps.close()
        with pytest.raises(ScreeningError, match="CUDA error"):
            run_all(store, some_pieces(N, SEED), InProcess(Broken()))
        assert store.next_piece == CHUNK
        run_all(store, some_pieces(N, SEED))
        assert store.finished


def test_a_full_disk_stops_the_run_and_it_goes_on(
    tmp_path: Path, undisturbed: list[tuple[object, ...]]
) -> None:
    path = tmp_path / "r.sqlite"
    with RunStore.create(path, SPEC) as store:
        ((pages,),) = store.all("PRAGMA page_count")
        store.all(f"PRAGMA max_page_count = {pages + 30}")
        with pytest.raises(ScreeningError, match="full") as caught:
            run_all(store, some_pieces(N, SEED))
        assert "go on" in caught.value.hint
        assert 0 < store.next_piece < N
        store.all("PRAGMA max_page_count = 1000000")
        run_all(store, some_pieces(N, SEED))
    assert table(path) == undisturbed


def test_an_empty_source_gives_an_empty_finished_run(tmp_path: Path) -> None:
    with RunStore.create(tmp_path / "r.sqlite", SPEC) as store:
        run_all(store, [])
        assert store.finished
        assert sum(store.counts().values()) == 0


class Breaking(Given):
    """A source that is gone in the middle."""

    def pieces(self, start: int = 0) -> Iterator[Piece]:
        yield from islice(super().pieces(start), 5 * CHUNK + 7 - start)
        raise ScreeningError("The network is gone.", "Go on later.")


def test_what_came_before_a_source_broke_off_is_kept(
    tmp_path: Path, undisturbed: list[tuple[object, ...]]
) -> None:
    path = tmp_path / "r.sqlite"
    with RunStore.create(path, SPEC) as store:
        steps = screen(store, Breaking(some_pieces(N, SEED)), Filters(), InProcess(SumModel()))
        with pytest.raises(ScreeningError, match="network is gone"):
            list(steps)
        assert store.next_piece == 5 * CHUNK
        assert not store.finished
        run_all(store, some_pieces(N, SEED))
    assert table(path) == undisturbed


class Slow(Given):
    """A source whose network does not answer until it is let."""

    def __init__(self, pieces: list[Piece]) -> None:
        super().__init__(pieces)
        self.answers = threading.Event()

    def pieces(self, start: int = 0) -> Iterator[Piece]:
        self.answers.wait(20)
        yield from super().pieces(start)


def test_a_slow_source_holds_up_nobody(tmp_path: Path) -> None:
    source = Slow(some_pieces(40, 1))
    with RunStore.create(tmp_path / "r.sqlite", SPEC) as store:
        steps = screen(store, source, Filters(), InProcess(SumModel()))
        began = time.monotonic()
        assert [next(steps) for _ in range(10)] == [None] * 10
        assert time.monotonic() - began < 10
        source.answers.set()
        assert sum(isinstance(step, Written) for step in steps) == 2
        assert store.finished


def test_a_run_that_is_stopped_reads_no_further(tmp_path: Path) -> None:
    before = threading.active_count()
    with RunStore.create(tmp_path / "r.sqlite", SPEC) as store:
        steps = screen(store, Given(some_pieces(N, SEED)), Filters(), InProcess(SumModel()))
        next(steps)
        steps.close()
    assert threading.active_count() == before
