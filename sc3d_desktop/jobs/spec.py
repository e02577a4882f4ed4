"""What a job is: a frozen description and a generator that does it."""

from __future__ import annotations

from collections.abc import Generator
from enum import IntEnum
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from sc3d_desktop.jobs.events import Partial, Progress
from sc3d_desktop.models.interface import TcModel

if TYPE_CHECKING:
    from sc3d_desktop.generation.sampling import CandidateSampler

R = TypeVar("R")


class Priority(IntEnum):
    """More urgent jobs run first, also between two steps of less urgent ones: an answer someone
    looks at, work of minutes that someone waits for, and work of hours.
    """

    INTERACTIVE = 0
    BULK = 1
    BACKGROUND = 2


class Services(Protocol):
    """What jobs may use; built once and owned by the thread that runs them."""

    def tc_model(self) -> TcModel:
        """The Tc model; the first call loads it and may raise ``ModelError``."""
        ...

    def sampler(self) -> CandidateSampler:
        """The generator; the first call loads it and may raise ``ModelError``."""
        ...


class Job(Generic[R]):
    """Base of all jobs: subclasses are frozen, picklable dataclasses.

    ``run`` yields at least once between any two pieces of work a user may want to cancel.
    """

    priority: Priority = Priority.BULK
    in_bar: bool = True
    """Whether the job bar shows it; what goes on by itself while someone scrolls would flicker."""

    @property
    def title(self) -> str:
        """One line for the job bar."""
        raise NotImplementedError

    def run(self, services: Services) -> Generator[Progress | Partial, None, R]:
        raise NotImplementedError
