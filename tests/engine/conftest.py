"""Jobs that do what a test tells them, a model that can be held back, and what an engine says."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from sc3d_desktop.crystal import Crystal, Site, Species
from sc3d_desktop.crystal.crystal import lattice_from_parameters
from sc3d_desktop.engine import Engine
from sc3d_desktop.jobs import Event, Job, Priority, Services, Terminal
from sc3d_desktop.models.interface import TcPrediction


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
        engine.event.connect(self._on_event, Qt.ConnectionType.DirectConnection)

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
