"""Where structures to screen come from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from sc3d_desktop.errors import ScreeningError
from sc3d_desktop.screening.sources.catalogue import CatalogueEntries, catalogue_from_json
from sc3d_desktop.screening.sources.files import Files
from sc3d_desktop.screening.sources.optimade import Asked, Optimade, optimade_from_json
from sc3d_desktop.screening.sources.source import Piece, PieceSource

__all__ = [
    "Asked",
    "CatalogueEntries",
    "Files",
    "Optimade",
    "Piece",
    "PieceSource",
    "Sources",
    "sources_from_json",
]


class Sources:
    """Several sources, one after the other, as one."""

    def __init__(self, sources: Sequence[PieceSource]) -> None:
        if not sources:
            raise ScreeningError("There is nothing to screen.", "Add a folder, file or collection.")
        self._sources = tuple(sources)

    @property
    def title(self) -> str:
        return " and ".join(source.title for source in self._sources)

    def as_json(self) -> tuple[dict[str, Any], ...]:
        return tuple(source.as_json() for source in self._sources)

    def count(self) -> int:
        counts = [source.count() for source in self._sources]
        return sum(counts) if all(counts) else 0

    def pieces(self, start: int = 0) -> Iterator[Piece]:
        """From piece ``start`` on: the sources before it are counted by reading them."""
        for source in self._sources:
            left = source.pieces(start)
            if (first := next(left, None)) is not None:
                yield first
                yield from left
                start = 0
            elif start:
                start -= sum(1 for _ in source.pieces())


_MAKERS: dict[str, Callable[[dict[str, Any]], PieceSource]] = {
    "files": lambda data: Files([Path(path) for path in data["paths"]]),
    "catalogue": catalogue_from_json,
    "optimade": optimade_from_json,
}


def sources_from_json(described: Sequence[dict[str, Any]]) -> Sources:
    """The sources that ``as_json`` describes. Raises ``ScreeningError`` where one is not there."""
    try:
        return Sources([_MAKERS[data["kind"]](data) for data in described])
    except (KeyError, TypeError, ValueError) as error:
        raise ScreeningError(
            f"The run has an unknown source: {error!r}.", "Start a new run."
        ) from error
