"""Structures of an OPTIMADE database as pieces."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from sc3d_desktop.crystal.names import one_line
from sc3d_desktop.errors import CrystalError
from sc3d_desktop.screening.sources.optimade.asked import Asked, asked_from_json
from sc3d_desktop.screening.sources.optimade.manners import POLITE, Manners, base_url
from sc3d_desktop.screening.sources.source import Piece

if TYPE_CHECKING:
    from sc3d_desktop.screening.sources.optimade.pages import Entries

_LONGEST_ID = 500


class Optimade:
    """What a database has that meets the conditions, by its identifiers where it can sort.

    ``provider`` stands before each identifier; empty, it is the host. Entries that come to the
    database between a run and its resumption move those after them.
    """

    def __init__(
        self, url: str, asked: Asked | None = None, provider: str = "", manners: Manners = POLITE
    ) -> None:
        self._base = base_url(url)
        self._asked = asked or Asked()
        self._provider = provider or urlsplit(self._base).hostname or ""
        self._manners = manners

    @property
    def title(self) -> str:
        return f"{self._provider} (OPTIMADE)"

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": "optimade",
            "url": self._base,
            "provider": self._provider,
            "asked": self._asked.as_json(),
        }

    def count(self) -> int:
        with self._entries() as entries:
            return entries.count()

    def pieces(self, start: int = 0) -> Iterator[Piece]:
        with self._entries() as entries:
            for number, entry in enumerate(entries.all(start), start + 1):
                yield self._piece(entry, number)

    @contextmanager
    def _entries(self) -> Iterator[Entries]:
        from sc3d_desktop.screening.sources.optimade.pages import Entries
        from sc3d_desktop.screening.sources.optimade.structures import FIELDS
        from sc3d_desktop.screening.sources.optimade.web import Web

        wanted = {"filter": self._asked.as_filter(), "response_fields": ",".join(FIELDS)}
        with Web(self._base, self._manners) as web:
            yield Entries(web, f"{self._base}/v1/structures", **wanted)

    def _piece(self, entry: Any, number: int) -> Piece:
        from sc3d_desktop.screening.sources.optimade.structures import crystal_of

        found = entry.get("id") if isinstance(entry, dict) else None
        if not isinstance(found, str) or not 0 < len(found) <= _LONGEST_ID:
            identifier = f"{self._provider} entry {number}"
            return Piece(identifier, None, self._base, "", identifier, "The entry has no id.")
        identifier = f"{self._provider} {one_line(found)}"
        path = f"{self._base}/v1/structures/{quote(found, safe='')}"
        try:
            crystal = crystal_of(entry.get("attributes"), found)
        except CrystalError as error:
            return Piece(identifier, None, path, found, identifier, str(error))
        return Piece(identifier, crystal, path, found, identifier)


def optimade_from_json(data: dict[str, Any]) -> Optimade:
    return Optimade(data["url"], asked_from_json(data["asked"]), data["provider"])
