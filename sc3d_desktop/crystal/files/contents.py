"""The bytes of one file or one member of an archive, and their text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sc3d_desktop.crystal.text import decoded


@dataclass(frozen=True)
class Content:
    """``name`` decides on the format; ``member`` is empty for a file that is none of an archive.
    ``read`` gives the bytes, at most ``MAX_BYTES``, or raises ``CifError``.
    """

    name: str
    member: str
    read: Callable[[], bytes]

    def text(self) -> str:
        return decoded(self.read(), self.name)
