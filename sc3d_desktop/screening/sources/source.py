"""What a screening reads: pieces, each a text or a crystal, always in the same order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from sc3d_desktop.crystal import Crystal


@dataclass(frozen=True)
class Piece:
    """A file, a member of an archive, a data block of a large file, or an entry of a catalogue.

    ``content`` is what its file holds, by whose ``name`` it is read, a crystal that is one already,
    or None where it could not be had: ``error`` then says why. ``identifier`` is empty where it is
    to be taken from the text.
    """

    name: str
    content: bytes | Crystal | None
    path: str
    member: str = ""
    identifier: str = ""
    error: str = ""


class Pieces(Protocol):
    """Pieces to screen, in an order that depends on nothing but the source."""

    def pieces(self, start: int = 0) -> Iterator[Piece]:
        """From piece ``start`` on. Raises ``ScreeningError`` where the source is gone."""
        ...


class PieceSource(Pieces, Protocol):
    @property
    def title(self) -> str: ...

    def count(self) -> int:
        """How many pieces there are about; 0 where that takes reading them all."""
        ...

    def as_json(self) -> dict[str, Any]:
        """What ``source_from_json`` makes this source of again."""
        ...
