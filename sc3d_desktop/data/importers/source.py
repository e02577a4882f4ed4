"""What an importer offers: its collection, and one item for each entry, made when it is new."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from sc3d_desktop.data.entry import Collection, Draft
from sc3d_desktop.errors import CatalogueError

READER = 1
"""Raised when the importers read the same bytes differently, so that all is read anew once."""


@dataclass(frozen=True)
class Item:
    """One entry of a source. ``key`` names it within the collection; ``fingerprint`` changes when
    what it is made of does, so that an import that is repeated, or goes on after it was stopped,
    makes only what is new. ``make`` raises ``Sc3dError`` where no entry can be made.
    """

    key: str
    fingerprint: str
    make: Callable[[], Draft]


def item_of_file(
    key: str, read: Callable[[], bytes], made_of: str, make: Callable[[bytes], Draft]
) -> Item:
    """An item of a file's bytes and of what else stands in ``made_of``. A file that cannot be read
    is a problem of this item and stops no others.
    """
    try:
        raw = read()
    except CatalogueError as error:
        return Item(key, fingerprint(str(error)), partial(_fail, error))
    return Item(key, fingerprint(raw, made_of), partial(make, raw))


def _fail(error: CatalogueError) -> Draft:
    raise error


class EntrySource(Protocol):
    """Entries to import. Making the source raises ``CatalogueError`` where there is none."""

    @property
    def collection(self) -> Collection: ...

    def count(self) -> int:
        """How many items there are; 0 where that is not known beforehand."""
        ...

    def items(self) -> Iterator[Item]: ...


def fingerprint(*parts: str | bytes) -> str:
    """A hash of what an entry is made of."""
    digest = hashlib.blake2b(str(READER).encode(), digest_size=16)
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()
