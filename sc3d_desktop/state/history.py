"""Undo by snapshots: a list of states and the place in it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Generic, TypeVar

T = TypeVar("T")

LIMIT = 500


@dataclass(frozen=True)
class _Entry(Generic[T]):
    state: T
    text: str
    gesture: object | None


class History(Generic[T]):
    """States in the order they came about.

    Entries of one gesture (a drag of a slider) merge into one step, and into none if the gesture
    ends where it began. ``undo`` and ``redo`` return the state to show. The oldest steps are
    forgotten beyond ``LIMIT``.
    """

    def __init__(self, state: T) -> None:
        self._entries: list[_Entry[T]] = [_Entry(state, "", None)]
        self._at = 0
        self._saved: T | None = state

    @property
    def state(self) -> T:
        return self._entries[self._at].state

    def push(self, state: T, text: str, gesture: object | None = None) -> None:
        """Add a step after the present one; what was undone is dropped."""
        top = self._entries[self._at]
        merges = gesture is not None and self._at > 0 and top.gesture == gesture
        del self._entries[self._at if merges else self._at + 1 :]
        if not merges or state != self._entries[-1].state:
            self._entries.append(_Entry(state, text, gesture))
        del self._entries[: max(0, len(self._entries) - LIMIT)]
        self._at = len(self._entries) - 1

    def undo(self) -> T:
        self._at = max(0, self._at - 1)
        return self.state

    def redo(self) -> T:
        self._at = min(len(self._entries) - 1, self._at + 1)
        return self.state

    @property
    def done(self) -> tuple[str, ...]:
        """The texts of the steps that lead to the present state, in their order."""
        return tuple(entry.text for entry in self._entries[1 : self._at + 1])

    @property
    def undo_text(self) -> str:
        """What undo takes back; empty when there is nothing."""
        return self._entries[self._at].text if self._at else ""

    @property
    def redo_text(self) -> str:
        """What redo brings back; empty when there is nothing."""
        can = self._at + 1 < len(self._entries)
        return self._entries[self._at + 1].text if can else ""

    @property
    def can_undo(self) -> bool:
        return self._at > 0

    @property
    def can_redo(self) -> bool:
        return self._at + 1 < len(self._entries)

    def mark_saved(self) -> None:
        """The present state is on disk; a gesture that goes on is a new step, so that undo can
        come back here.
        """
        self._saved = self.state
        self._entries[self._at] = replace(self._entries[self._at], gesture=None)

    def mark_unsaved(self) -> None:
        """No state of this history is known to be on disk."""
        self._saved = None

    @property
    def modified(self) -> bool:
        return self._saved is None or self.state != self._saved
