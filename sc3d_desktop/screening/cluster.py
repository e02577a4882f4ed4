"""The work of a screening on a Dask cluster: workers read, and predict with a model of their own.

The scheduler is Dask's: it moves the work of a worker that dies to another, and gives some to one
that joins. Nothing is written by workers; what they find comes back to the one store.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from functools import cache, partial
from typing import Any, TypeVar

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.errors import ScreeningError
from sc3d_desktop.models.interface import TcModel
from sc3d_desktop.screening.executors import Answer, Steps, predict_in_steps, result_of
from sc3d_desktop.screening.filters import Filters
from sc3d_desktop.screening.prepare import Numbered, Prepared, prepare, refused
from sc3d_desktop.steps import finish

R = TypeVar("R")
_CRASHED = "Reading it ended several workers."
_CONNECT_SECONDS = 20
_CHUNKS_A_THREAD = 3
LoadModel = Callable[[], TcModel]


def load_shipped_model() -> TcModel:
    from sc3d_desktop.models.sodnet import load_model

    return load_model()


class Cluster:
    """A ``screening.Executor`` on the cluster of a scheduler's address, such as ``tcp://host:8786``.

    Every worker must have this version of the program. ``load`` makes the model there, and must be
    a function that a worker can import; a model of another name than ``model`` is refused.
    """

    def __init__(self, address: str, model: str, load: LoadModel = load_shipped_model) -> None:
        from distributed import Client

        self._model, self._load = model, load
        try:
            self._client = Client(address, timeout=_CONNECT_SECONDS, set_as_default=False)
        except (OSError, ValueError) as error:
            raise ScreeningError(
                f"There is no Dask scheduler at {address} ({error}).",
                "Start one with “dask scheduler”, workers with “dask worker ADDRESS”.",
            ) from error

    @property
    def preparing_ahead(self) -> int:
        """By the workers there are at the moment: they come and go."""
        threads = sum(int(n) for n in self._client.nthreads().values())
        return max(4, _CHUNKS_A_THREAD * threads)

    @property
    def predicting_ahead(self) -> int:
        return self.preparing_ahead

    def prepare(self, chunk: Sequence[Numbered], filters: Filters) -> Steps[list[Prepared]]:
        future = self._client.submit(prepare, list(chunk), filters, pure=False)
        return self._prepared(future, chunk, filters)

    def predict(self, crystals: Sequence[Crystal]) -> Steps[list[Answer]]:
        job = partial(predict_there, self._load, self._model)
        return _plainly(result_of(self._client.submit(job, list(crystals), pure=False)))

    def close(self) -> None:
        self._client.close()

    def _prepared(
        self, future: Any, chunk: Sequence[Numbered], filters: Filters
    ) -> Steps[list[Prepared]]:
        """Where a chunk has killed workers, its pieces are tried one by one."""
        from distributed import KilledWorker

        lines: list[Prepared] = []
        try:
            lines += yield from _plainly(result_of(future))
            return lines
        except KilledWorker:
            if len(chunk) == 1:
                return [refused(*chunk[0], _CRASHED)]
        for numbered in chunk:
            lines += yield from self.prepare([numbered], filters)
        return lines


def predict_there(load: LoadModel, name: str, crystals: Sequence[Crystal]) -> list[Answer]:
    """Predict on a worker, which keeps the model. Raises ``ScreeningError`` for another model."""
    model = _kept(load)
    if model.name != name:
        raise ScreeningError(
            f"A worker has the model {model.name}, the run {name}.",
            "Install the same program there, and let the shipped version of the model answer.",
        )
    return finish(predict_in_steps(model, crystals))


@cache
def _kept(load: LoadModel) -> TcModel:
    return load()


def _plainly(steps: Steps[R]) -> Generator[None, None, R]:
    """A cluster that is gone is said as such."""
    from distributed import CancelledError
    from distributed.comm import CommClosedError

    try:
        return (yield from steps)
    except (CancelledError, CommClosedError, TimeoutError) as error:
        raise ScreeningError(
            f"The cluster is gone ({type(error).__name__}).",
            "Start it again and go on with the run (--resume).",
        ) from error
