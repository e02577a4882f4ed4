"""Worker processes and clusters give the table that one process gives, whatever dies meanwhile."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from crystal_cases import cif
from screening_cases import (
    SPEC,
    Given,
    SumModel,
    make_sum_model,
    run_all,
    some_pieces,
    table,
)

from sc3d_desktop.errors import ScreeningError
from sc3d_desktop.screening.cluster import Cluster
from sc3d_desktop.screening.executors import Executor, InProcess, Processes
from sc3d_desktop.screening.filters import Filters
from sc3d_desktop.screening.run import CHUNK, Written, screen
from sc3d_desktop.screening.sources import Piece
from sc3d_desktop.screening.store import RunStore

N = 250
ELEMENTS = ("Nb", "Ta", "V", "Mo", "W", "Re", "Zr", "Ti", "Hf", "Sc")


class Deadly(bytes):
    """What ends the process that looks into it, wherever that is done."""

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return _end_another_process, (os.getpid(), bytes(self))


def _end_another_process(maker: int, content: bytes) -> bytes:
    """Unpickled anywhere but where it was made, it ends that process."""
    if os.getpid() != maker and not os.environ.get("SC3D_IMMORTAL"):
        os.kill(os.getpid(), signal.SIGKILL)
    return Deadly(content)


def small_pieces() -> list[Piece]:
    """Ten crystals; reading the fourth ends the worker."""
    texts = [cif(f"A1 {el} 0 0 0 1").encode() for el in ELEMENTS]
    texts[3] = Deadly(texts[3])
    return [Piece(f"{el}.cif", text, f"{el}.cif") for el, text in zip(ELEMENTS, texts, strict=True)]


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[object, ...]]:
    path = tmp_path_factory.mktemp("expected") / "r.sqlite"
    with RunStore.create(path, SPEC) as store:
        run_all(store, some_pieces(N, 7))
    return table(path)


@pytest.fixture
def processes() -> Iterator[Processes]:
    executor = Processes(SumModel(), 2)
    yield executor
    executor.close()


def run(path: Path, pieces: list[Piece], executor: Executor) -> list[tuple[object, ...]]:
    with RunStore.create(path, SPEC) as store:
        run_all(store, pieces, executor)
    return table(path)


def test_worker_processes_give_the_same_table(
    tmp_path: Path, processes: Processes, expected: list[tuple[object, ...]]
) -> None:
    assert run(tmp_path / "r.sqlite", some_pieces(N, 7), processes) == expected


def test_a_worker_that_is_killed_is_replaced_and_nothing_is_lost(
    tmp_path: Path, processes: Processes, expected: list[tuple[object, ...]]
) -> None:
    path = tmp_path / "r.sqlite"
    with RunStore.create(path, SPEC) as store:
        steps = screen(store, Given(some_pieces(N, 7)), Filters(), processes)
        killed: list[object] = []
        for written in steps:
            pool = processes._pool
            workers = list(pool._processes)
            if isinstance(written, Written) and workers and pool not in killed:
                os.kill(workers[0], signal.SIGKILL)
                killed.append(pool)
    assert killed
    assert table(path) == expected


def test_a_piece_that_ends_its_reader_is_refused_and_the_others_are_read(
    tmp_path: Path, processes: Processes
) -> None:
    lines = run(tmp_path / "r.sqlite", small_pieces(), processes)
    assert [line[6] for line in lines] == [
        "refused" if i == 3 else "predicted" for i in range(len(ELEMENTS))
    ]
    assert "worker" in str(lines[3][7])


_KILLED = """
import os, sys
from screening_cases import SumModel, some_pieces
from sc3d_desktop.screening.executors import Processes
from sc3d_desktop.screening.filters import Filters
if __name__ == "__main__":
    executor = Processes(SumModel(), 2)
    for _ in executor.prepare(list(enumerate(some_pieces(3, 1))), Filters()):
        pass
    print(*executor._pool._processes, flush=True)
    os.kill(os.getpid(), 9)
"""


def test_workers_end_with_a_program_that_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "killed.py"
    script.write_text(_KILLED)
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, script], env=environment, stdout=subprocess.PIPE)
    workers = [int(pid) for pid in done.stdout.split()]
    assert workers
    patience = time.monotonic() + 20
    while any(_runs(pid) for pid in workers):
        assert time.monotonic() < patience, "a worker is left"
        time.sleep(0.05)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return not status.exists() or status.read_text().rsplit(") ", 1)[-1][0] != "Z"


def test_workers_that_cannot_begin_stop_the_run(
    tmp_path: Path, processes: Processes, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sc3d_desktop.screening import executors

    class Dead:
        def submit(self, *arguments: object) -> None:
            raise executors.BrokenProcessPool

        def shutdown(self, **options: object) -> None: ...

    monkeypatch.setattr(executors, "_new_pool", lambda workers: Dead())
    with RunStore.create(tmp_path / "r.sqlite", SPEC) as store:
        steps = screen(store, Given(small_pieces()), Filters(), processes)
        with pytest.raises(ScreeningError, match="end as soon as they begin"):
            list(steps)
        assert store.next_piece == 0


@pytest.fixture(scope="module")
def dask_cluster() -> Iterator[object]:
    import warnings

    from distributed import LocalCluster

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        cluster = LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None,
            host="127.0.0.1",
        )  # fmt: skip
        yield cluster
        cluster.close()


@pytest.fixture
def dask(dask_cluster: object) -> Iterator[Cluster]:
    address = dask_cluster.scheduler_address  # type: ignore[attr-defined]
    executor = Cluster(address, SumModel.name, make_sum_model)
    yield executor
    executor.close()


def test_a_cluster_gives_the_same_table(
    tmp_path: Path, dask: Cluster, expected: list[tuple[object, ...]]
) -> None:
    assert run(tmp_path / "r.sqlite", some_pieces(N, 7), dask) == expected


def test_a_cluster_may_lose_a_worker(
    tmp_path: Path, dask: Cluster, dask_cluster: object, expected: list[tuple[object, ...]]
) -> None:
    path = tmp_path / "r.sqlite"
    with RunStore.create(path, SPEC) as store:
        killed = False
        for written in screen(store, Given(some_pieces(N, 7)), Filters(), dask):
            if isinstance(written, Written) and not killed:
                nannies = dask_cluster.workers.values()  # type: ignore[attr-defined]
                os.kill(next(iter(nannies)).pid, signal.SIGKILL)
                killed = True
    assert killed
    assert table(path) == expected


def test_a_cluster_with_another_model_is_refused(tmp_path: Path, dask_cluster: object) -> None:
    address = dask_cluster.scheduler_address  # type: ignore[attr-defined]
    executor = Cluster(address, "another model", make_sum_model)
    try:
        with RunStore.create(tmp_path / "r.sqlite", SPEC) as store:
            with pytest.raises(ScreeningError, match="A worker has the model sums"):
                run_all(store, some_pieces(CHUNK, 7), executor)
            assert store.next_piece == 0
    finally:
        executor.close()


def test_no_scheduler_at_all_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    from sc3d_desktop.screening import cluster

    monkeypatch.setattr(cluster, "_CONNECT_SECONDS", 0.5)
    with pytest.raises(ScreeningError, match="no Dask scheduler") as caught:
        Cluster("tcp://127.0.0.1:9", "m", make_sum_model)
    assert "dask scheduler" in caught.value.hint


def test_one_process_yields_between_structures() -> None:
    steps = InProcess(SumModel()).prepare(list(enumerate(some_pieces(8, 1))), Filters())
    assert sum(1 for _ in steps) == 8
