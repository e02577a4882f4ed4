"""Jobs that do what a test tells them, a model that can be held back, and what an engine says."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from PySide6.QtCore import Qt, QTimer
from pytestqt.qtbot import QtBot

from sc3d_desktop.crystal import Crystal, Site, Species
from sc3d_desktop.crystal.crystal import lattice_from_parameters
from sc3d_desktop.crystal.edits import doping_line
from sc3d_desktop.engine import Engine, TcLink
from sc3d_desktop.jobs import (
    Event,
    Job,
    PredictTc,
    Priority,
    Progress,
    Queued,
    ScanTc,
    Services,
    Terminal,
)
from sc3d_desktop.models.interface import TcPrediction
from sc3d_desktop.state.answer import AnswerStatus, TcAnswer
from sc3d_desktop.state.document import Document

PATIENCE = 10.0


class Gate:
    """Holds a job between two of its steps: ``reached`` when it is there, ``go`` to let it on."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self.go = threading.Event()

    def __call__(self) -> None:
        self.reached.set()
        assert self.go.wait(PATIENCE)

    def wait(self) -> None:
        assert self.reached.wait(PATIENCE)


@dataclass(frozen=True, eq=False)
class Script(Job[Any]):
    """A job whose generator is the test's own."""

    body: Callable[[], Any]
    priority: Priority = Priority.BULK

    @property
    def title(self) -> str:
        return "a script"

    def run(self, services: Services) -> Any:
        return self.body()

    @staticmethod
    def counting(steps: int, log: list[Any] | None = None, name: Any = None) -> Callable[[], Any]:
        """A body of so many steps, each noted as (name, step)."""

        def body() -> Generator[Progress, None, int]:
            for i in range(steps):
                if log is not None:
                    log.append((name, i))
                yield Progress(i, steps)
            return steps

        return body

    @staticmethod
    def held(gate: Gate, log: list[int], steps: int = 5) -> Callable[[], Any]:
        """A body that stops inside its first step until the gate opens."""

        def body() -> Generator[Progress, None, None]:
            for i in range(steps):
                log.append(i)
                if i == 0:
                    gate()
                yield Progress(i, steps)

        return body

    @staticmethod
    def wait_for(condition: Callable[[], object]) -> None:
        """Wait for another thread, without hearing any event."""
        deadline = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < deadline
            time.sleep(0.001)


class Model:
    """Tc is 40 K without aluminium and falls with it. ``gate`` holds answers back."""

    name, device = "a model", "no device"

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.gate.set()
        self.asked: list[tuple[Crystal, ...]] = []
        self.problem: Exception | None = None

    def predict(self, crystals: Sequence[Crystal]) -> list[TcPrediction]:
        self.asked.append(tuple(crystals))
        self.gate.wait(20)
        if self.problem is not None:
            raise self.problem
        return [prediction(crystal) for crystal in crystals]


def prediction(crystal: Crystal) -> TcPrediction:
    tc = 40.0 - 30.0 * crystal.composition.get("Al", 0.0) - abs(crystal.cell_parameters[2] - 3.524)
    return TcPrediction(tc, tc / 2, tc * 2, (0.0,) * len(crystal), "a model")


class ModelServices:
    def __init__(self, model: Model) -> None:
        self._model = model

    def tc_model(self) -> Model:
        return self._model


class Record:
    """What an engine said, by job, with the thread that heard it."""

    def __init__(self, engine: Engine, qtbot: QtBot) -> None:
        self._qtbot = qtbot
        self.heard: list[tuple[int, Event]] = []
        self.threads: set[int] = set()
        # Direct: heard where it is emitted, not where Qt would bring it for a plain function.
        engine.told.connect(self._on_event, Qt.ConnectionType.DirectConnection)

    def _on_event(self, job_id: int, event: Event) -> None:
        self.heard.append((job_id, event))
        self.threads.add(threading.get_ident())

    def of(self, job_id: int) -> list[Event]:
        return [event for heard, event in self.heard if heard == job_id]

    def ends(self, job_id: int) -> list[Event]:
        return [event for event in self.of(job_id) if isinstance(event, Terminal)]

    def end(self, job_id: int) -> Event:
        """Wait for the job's terminal event."""
        self._qtbot.waitUntil(lambda: bool(self.ends(job_id)), timeout=10_000)
        (end,) = self.ends(job_id)
        return end


class Bench:
    """Document, answer and link on a real engine whose model can be held back."""

    def __init__(self, engine: Engine, model: Any, qtbot: QtBot) -> None:
        self.engine, self.model, self._qtbot = engine, model, qtbot
        self.document, self.answer = Document(), TcAnswer()
        self.jobs: list[Job[Any]] = []
        self.shown: list[TcPrediction | None] = []
        engine.told.connect(self._on_event)
        self.link = TcLink(self.document, self.answer, engine)
        self.answer.changed.connect(self._on_changed)

    def _on_event(self, job_id: int, event: object) -> None:
        job = self.engine.job(job_id)
        if isinstance(event, Queued) and isinstance(job, PredictTc | ScanTc):
            self.jobs.append(job)

    def _on_changed(self) -> None:
        if self.answer.status is AnswerStatus.CURRENT:
            self.shown.append(self.answer.prediction)

    def scans(self) -> list[ScanTc]:
        return [job for job in self.jobs if isinstance(job, ScanTc)]

    def dope(self, x: float, gesture: object | None = None) -> None:
        self.document.substitute((0,), "Mg", "Al", x, gesture)

    def stretch(self, c: float) -> None:
        self.document.set_cell(3.086, 3.086, c, 90, 90, 120)

    def wait(self, condition: Callable[[], bool]) -> None:
        self._qtbot.waitUntil(condition, timeout=10_000)

    def rest(self, ms: int) -> QTimer:
        """Let the crystal have rested only after ``ms``."""
        (timer,) = self.link.findChildren(QTimer)
        timer.setTimerType(Qt.TimerType.PreciseTimer)
        timer.setInterval(ms)
        return timer

    def settle(self) -> None:
        """Wait for the value, the curve if there is one, and everything that was asked for."""
        self.wait(lambda: self.answer.status in ("current", "failed"))
        if self.document.doping is not None:
            self.wait(lambda: self.answer.curve_status in ("current", "failed"))
        self.wait(lambda: not self.engine.jobs())


@pytest.fixture
def gate() -> Iterator[Gate]:
    made = Gate()
    yield made
    made.go.set()


@pytest.fixture
def script() -> type[Script]:
    return Script


@pytest.fixture
def model() -> Iterator[Model]:
    made = Model()
    yield made
    made.gate.set()


@pytest.fixture
def engine(qtbot: QtBot, model: Model) -> Iterator[Engine]:
    made = Engine(lambda: ModelServices(model))
    yield made
    model.gate.set()
    made.close()


@pytest.fixture
def record(engine: Engine, qtbot: QtBot) -> Record:
    return Record(engine, qtbot)


@pytest.fixture
def record_of(qtbot: QtBot) -> Callable[[Engine], Record]:
    return lambda engine: Record(engine, qtbot)


@pytest.fixture
def mgb2() -> Crystal:
    sites = (
        Site("Mg1", Species({"Mg": 1.0}), (0, 0, 0)),
        Site("B1", Species({"B": 1.0}), (1 / 3, 2 / 3, 0.5)),
        Site("B1", Species({"B": 1.0}), (2 / 3, 1 / 3, 0.5)),
    )
    return Crystal(lattice_from_parameters(3.086, 3.086, 3.524, 90, 90, 120), sites, "MgB2")


@pytest.fixture
def predicted() -> Callable[[Crystal], TcPrediction]:
    return prediction


@pytest.fixture
def bench(engine: Engine, model: Any, qtbot: QtBot) -> Bench:
    return Bench(engine, model, qtbot)


@pytest.fixture
def opened(bench: Bench, mgb2: Crystal) -> Bench:
    """The crystal is open and its value there."""
    bench.document.open(mgb2)
    bench.settle()
    return bench


@pytest.fixture
def doped(opened: Bench, mgb2: Crystal) -> Bench:
    """The curve of aluminium on magnesium is there as well."""
    opened.document.set_doping(doping_line(mgb2, (0,), "Al"))
    opened.settle()
    return opened
