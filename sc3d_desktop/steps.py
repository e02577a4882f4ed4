"""Work done in steps: generators that yield how far they are and return a result."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import closing
from typing import TypeVar

S = TypeVar("S")
T = TypeVar("T")
R = TypeVar("R")


def finish(steps: Generator[object, None, R]) -> R:
    """Go through all steps, and return the result."""
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            result: R = stop.value
            return result


def retell(steps: Generator[S, None, R], say: Callable[[S], T]) -> Generator[T, None, R]:
    """The same steps, each said in other words; they end when this does, in whatever way."""
    with closing(steps):
        while True:
            try:
                step = next(steps)
            except StopIteration as stop:
                result: R = stop.value
                return result
            yield say(step)
