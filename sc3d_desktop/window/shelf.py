"""Crystals with unsaved edits that made room for another: on disk until they are taken back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sc3d_desktop.crystal.formula import formula
from sc3d_desktop.state.autosave import Autosave, Unsaved
from sc3d_desktop.state.document import Document

_ROOM = 10


class Shelf:
    """The latest comes first; beyond ten the oldest is forgotten."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._items: dict[Path, Unsaved] = {}
        for file in sorted(self._folder.glob("*.json"), key=lambda f: -f.stat().st_mtime):
            item = Autosave(Document(), file).unsaved()
            if item is not None:
                self._items[file] = item

    def __iter__(self) -> Iterator[Unsaved]:
        return iter(list(self._items.values()))

    def __len__(self) -> int:
        return len(self._items)

    def put(self, item: Unsaved) -> None:
        """Keep an item, on disk before it leaves the screen."""
        document = Document()
        document.restore(item.opened, item.crystal, item.path)
        file = self._folder / f"{item.crystal.key[:16]}.json"
        Autosave(document, file).write()
        self._items = {file: item} | {f: i for f, i in self._items.items() if f != file}
        for old in list(self._items)[_ROOM:]:
            self._forget(old)

    def take(self, item: Unsaved) -> None:
        """The item is on screen again, or no longer wanted."""
        for file in [f for f, kept in self._items.items() if kept is item]:
            self._forget(file)

    def _forget(self, file: Path) -> None:
        del self._items[file]
        file.unlink(missing_ok=True)


def title(item: Unsaved) -> str:
    """What to call an item: its formula as edited, and its file or name."""
    name = item.path.name if item.path else item.opened.name
    said = formula(item.crystal.composition)
    return f"{said} ({name})" if name and name != said else said
