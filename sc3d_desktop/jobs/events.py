"""What a job says while it runs. Every job ends with exactly one ``Terminal`` event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Queued:
    pass


@dataclass(frozen=True)
class Started:
    pass


@dataclass(frozen=True)
class Progress:
    """``done`` of ``total`` steps; ``total`` is 0 while it is unknown."""

    done: int
    total: int
    text: str = ""


@dataclass(frozen=True)
class Partial:
    """A part of the result, usable before the job ends."""

    value: Any


@dataclass(frozen=True)
class Finished:
    result: Any


@dataclass(frozen=True)
class Cancelled:
    pass


@dataclass(frozen=True)
class Failed:
    """``error`` and ``hint`` are for the user, ``traceback`` for a report."""

    error: str
    hint: str
    traceback: str


Terminal = Finished | Cancelled | Failed
Event = Queued | Started | Progress | Partial | Finished | Cancelled | Failed
