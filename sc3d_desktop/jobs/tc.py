"""Jobs that predict Tc: of one crystal, and along a doping line."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.jobs.events import Partial, Progress
from sc3d_desktop.jobs.spec import Job, Priority, Services
from sc3d_desktop.models.interface import TcPrediction


@dataclass(frozen=True)
class ModelInfo:
    """Which weights answer, on what device they run, and what their card says."""

    name: str
    device: str
    card_lines: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class LoadModel(Job[ModelInfo]):
    """Load the Tc model before anyone waits for it."""

    priority = Priority.INTERACTIVE

    @property
    def title(self) -> str:
        return "Load the Tc model"

    def run(self, services: Services) -> Generator[Progress | Partial, None, ModelInfo]:
        yield Progress(0, 1)
        model = services.tc_model()
        return ModelInfo(model.name, model.device, model.card_lines)


@dataclass(frozen=True)
class PredictTc(Job[TcPrediction]):
    """Tc of one crystal. ``revision`` tells which state of the document it belongs to."""

    crystal: Crystal
    revision: int
    priority = Priority.INTERACTIVE

    @property
    def title(self) -> str:
        return f"Tc of {self.crystal.name or 'the crystal'}"

    def run(self, services: Services) -> Generator[Progress | Partial, None, TcPrediction]:
        yield Progress(0, 1)
        return services.tc_model().predict([self.crystal])[0]


_POINTS_A_STEP = 14
"""A curve is predicted in steps, so that one which is no longer wanted can be cancelled."""


@dataclass(frozen=True)
class TcCurve:
    """Predictions along a doping line, in the order of ``x``."""

    x: tuple[float, ...]
    predictions: tuple[TcPrediction, ...]


@dataclass(frozen=True)
class ScanTc(Job[TcCurve]):
    """Tc(x) over crystals that share their positions, so that their graph is built once."""

    x: tuple[float, ...]
    crystals: tuple[Crystal, ...]
    revision: int
    priority = Priority.INTERACTIVE

    @property
    def title(self) -> str:
        return f"Tc(x), {len(self.x)} points"

    def run(self, services: Services) -> Generator[Progress | Partial, None, TcCurve]:
        predictions: list[TcPrediction] = []
        for start in range(0, len(self.x), _POINTS_A_STEP):
            yield Progress(start, len(self.x))
            chunk = self.crystals[start : start + _POINTS_A_STEP]
            predictions += services.tc_model().predict(chunk)
        return TcCurve(self.x, tuple(predictions))
