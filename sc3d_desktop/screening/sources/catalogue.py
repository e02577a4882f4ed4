"""Entries of the catalogue as pieces."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sc3d_desktop.data import Catalogue, Query
from sc3d_desktop.data.query import query_from_json
from sc3d_desktop.errors import ScreeningError
from sc3d_desktop.screening.sources.source import Piece


class CatalogueEntries:
    """The entries with a structure that a query finds, by number."""

    def __init__(self, path: Path, query: Query | None = None) -> None:
        if not path.is_file():
            raise ScreeningError(f"There is no catalogue {path}.", "Import something first.")
        self._path = path.absolute()
        self._query = query or Query()

    @property
    def title(self) -> str:
        return "the catalogue"

    def as_json(self) -> dict[str, Any]:
        return {"kind": "catalogue", "path": str(self._path), "query": self._query.as_json()}

    def count(self) -> int:
        with Catalogue.open(self._path) as catalogue:
            return len(self._ids(catalogue))

    def pieces(self, start: int = 0) -> Iterator[Piece]:
        with Catalogue.open(self._path) as catalogue:
            for entry_id in self._ids(catalogue)[start:]:
                crystal = catalogue.crystal(entry_id)
                error = "" if crystal is not None else "The entry was removed meanwhile."
                name = f"entry {entry_id}"
                yield Piece(name, crystal, str(self._path), name, name, error)

    def _ids(self, catalogue: Catalogue) -> list[int]:
        columns = catalogue.columns()
        of_text = catalogue.search(self._query.text) if self._query.text.strip() else None
        found = columns.rows_of(self._query, of_text)
        ids: list[int] = columns.ids[found[columns.n_sites[found] > 0]].tolist()
        return ids


def catalogue_from_json(data: dict[str, Any]) -> CatalogueEntries:
    return CatalogueEntries(Path(data["path"]), query_from_json(data["query"]))
