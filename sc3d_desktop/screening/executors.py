"""Where the work of a screening is done: in this process, or with worker processes beside it.

Reading and filtering go to workers. The model stays with the caller, who owns the device.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import threading
import time
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from typing import Protocol, TypeVar

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.errors import ScreeningError
from sc3d_desktop.models.interface import TcModel, TcPrediction
from sc3d_desktop.screening.filters import Filters
from sc3d_desktop.screening.prepare import Numbered, Prepared, prepare, refused

R = TypeVar("R")
F_co = TypeVar("F_co", covariant=True)
Steps = Generator[None, None, R]
"""Yields while there is nothing yet, so that others get their turn."""

Answer = TcPrediction | ScreeningError
"""What the model says of a structure, or that it failed on it."""

PREDICTED_AT_ONCE = 4
"""Few enough that a live Tc never waits long behind them."""

_LOOK_SECONDS = 0.02
_CRASHED = "Reading it ended the worker process, twice."
_log = logging.getLogger(__name__)


class Executor(Protocol):
    """Chunks go in and come out in the same order. So many may be under way at once:
    ``preparing_ahead`` on the way to the model, ``predicting_ahead`` in it.
    """

    @property
    def preparing_ahead(self) -> int: ...

    @property
    def predicting_ahead(self) -> int: ...

    def prepare(self, chunk: Sequence[Numbered], filters: Filters) -> Steps[list[Prepared]]: ...

    def predict(self, crystals: Sequence[Crystal]) -> Steps[list[Answer]]: ...

    def close(self) -> None: ...


@contextmanager
def threads_left(workers: int) -> Iterator[None]:
    """Leave the model the cores that ``workers`` do not take: threads of torch that wait for a core
    hold up all the others.
    """
    import torch

    usual = torch.get_num_threads()
    torch.set_num_threads(max(1, usual - workers))
    try:
        yield
    finally:
        torch.set_num_threads(usual)


class InProcess:
    """Everything in this process, one thing after the other."""

    preparing_ahead = predicting_ahead = 1

    def __init__(self, model: TcModel) -> None:
        self._model = model

    def prepare(self, chunk: Sequence[Numbered], filters: Filters) -> Steps[list[Prepared]]:
        lines: list[Prepared] = []
        for numbered in chunk:
            lines += prepare([numbered], filters)
            yield
        return lines

    def predict(self, crystals: Sequence[Crystal]) -> Steps[list[Answer]]:
        return predict_in_steps(self._model, crystals)

    def close(self) -> None:
        """There is nothing to close."""


class Processes:
    """Reading in worker processes. One that dies is replaced, and what killed it is refused."""

    predicting_ahead = 1

    def __init__(self, model: TcModel, workers: int) -> None:
        self._model = model
        self._workers = workers
        self._pool = _new_pool(workers)
        self.preparing_ahead = 2 * workers + 1

    def prepare(self, chunk: Sequence[Numbered], filters: Filters) -> Steps[list[Prepared]]:
        pool = self._pool
        try:
            future = pool.submit(prepare, chunk, filters)
        except BrokenProcessPool:
            self._replace(pool)
            pool = self._pool
            future = pool.submit(prepare, chunk, filters)
        return self._prepared(pool, future, chunk, filters)

    def _prepared(
        self,
        pool: ProcessPoolExecutor,
        future: Waiting[list[Prepared]],
        chunk: Sequence[Numbered],
        filters: Filters,
    ) -> Steps[list[Prepared]]:
        try:
            return (yield from result_of(future))
        except BrokenProcessPool:
            self._replace(pool)
            return (yield from _again(chunk, filters))

    def predict(self, crystals: Sequence[Crystal]) -> Steps[list[Answer]]:
        return predict_in_steps(self._model, crystals)

    def close(self) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _replace(self, broken: ProcessPoolExecutor) -> None:
        if self._pool is broken:
            broken.shutdown(wait=False, cancel_futures=True)
            self._pool = _new_pool(self._workers)


class Waiting(Protocol[F_co]):
    """A future, of whichever library."""

    def done(self) -> bool: ...

    def result(self) -> F_co: ...


def result_of(future: Waiting[R]) -> Steps[R]:
    while not future.done():
        time.sleep(_LOOK_SECONDS)
        yield
    return future.result()


def predict_in_steps(model: TcModel, crystals: Sequence[Crystal]) -> Steps[list[Answer]]:
    """A few at a time. Where the model fails on some they are tried one by one; raises
    ``ScreeningError`` where it fails on all of several, which is no fault of theirs.
    """
    answers: list[Answer] = []
    for start in range(0, len(crystals), PREDICTED_AT_ONCE):
        answers += _predicted(model, crystals[start : start + PREDICTED_AT_ONCE])
        yield
    failed = [answer for answer in answers if isinstance(answer, ScreeningError)]
    if len(failed) == len(answers) > PREDICTED_AT_ONCE:
        raise failed[0]
    return answers


def _predicted(model: TcModel, crystals: Sequence[Crystal]) -> list[Answer]:
    try:
        return [*model.predict(crystals)]
    except Exception as error:  # noqa: BLE001 - torch raises whatever it likes
        _log.warning("The model failed on %d structures", len(crystals), exc_info=True)
        if len(crystals) == 1:
            said = f"The model failed on it: {type(error).__name__}: {error}."
            return [ScreeningError(said, "Report it with the structure.")]
        return [answer for crystal in crystals for answer in _predicted(model, [crystal])]


def _again(chunk: Sequence[Numbered], filters: Filters) -> Steps[list[Prepared]]:
    """In a process of its own: the one that died may have done so over another chunk."""
    try:
        return (yield from _alone(chunk, filters))
    except BrokenProcessPool:
        return (yield from _one_by_one(chunk, filters))


def _one_by_one(chunk: Sequence[Numbered], filters: Filters) -> Steps[list[Prepared]]:
    """Each piece in a process of its own: only the one at fault goes down with it. Raises
    ``ScreeningError`` where a process goes down with nothing to do: no piece is at fault then.
    """
    lines: list[Prepared] = []
    try:
        yield from _alone([], filters)
    except BrokenProcessPool as error:
        raise ScreeningError(
            "The worker processes end as soon as they begin.",
            "Free some memory, or read without them (--workers 0); then go on with the run.",
        ) from error
    for number, piece in chunk:
        try:
            lines += yield from _alone([(number, piece)], filters)
        except BrokenProcessPool:
            lines.append(refused(number, piece, _CRASHED))
    return lines


def _alone(pieces: Sequence[Numbered], filters: Filters) -> Steps[list[Prepared]]:
    pool = _new_pool(1)
    try:
        return (yield from result_of(pool.submit(prepare, pieces, filters)))
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _new_pool(workers: int) -> ProcessPoolExecutor:
    # Spawned: a fork would copy the threads of Qt and torch in whatever state they are in.
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(workers, mp_context=context, initializer=_end_with_parent)


def _end_with_parent() -> None:
    """A program that is killed cannot end its workers, so they look after themselves."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_wait_and_end, args=(parent,), daemon=True).start()


def _wait_and_end(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)
