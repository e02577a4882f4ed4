"""Which edits belong together: one drag, or key presses in quick succession, are one undo entry."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer

PAUSE_MS = 1500
"""Key presses further apart than this are separate edits."""


class Gesture:
    """Hands out the token under which the document merges edits."""

    def __init__(self) -> None:
        self._token = object()
        self._since = QElapsedTimer()

    def begin(self) -> object:
        """A new token: the mouse went down, or another value is being edited."""
        self._token = object()
        self._since.start()
        return self._token

    def go_on(self) -> object:
        """The present token, or a new one after a pause."""
        if not self._since.isValid() or self._since.elapsed() > PAUSE_MS:
            return self.begin()
        self._since.start()
        return self._token

    def hold(self) -> object:
        """The present token however long the pause: the mouse is still down."""
        self._since.start()
        return self._token
