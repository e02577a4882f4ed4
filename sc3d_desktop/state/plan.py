"""What is to be screened next: sources, filters, and where the run goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from psygnal import Signal

from sc3d_desktop.screening.filters import Filters

Described = Mapping[str, Any]
"""A source as its ``as_json`` says it."""

_SUFFIX = ".sqlite"


@dataclass(frozen=True)
class Chosen:
    """A source. ``count`` is None until it is known, and 0 where only reading it all would tell;
    ``problem`` says why it cannot be used.
    """

    described: Described
    count: int | None = None
    problem: str = ""

    @property
    def title(self) -> str:
        match self.described:
            case {"kind": "files", "paths": paths}:
                return ", ".join(Path(path).name for path in paths)
            case {"kind": "catalogue", "query": {"collections": names}}:
                return f"{', '.join(names)} (catalogue)"
            case {"kind": "catalogue", "query": {"ids": ids}}:
                return f"{len(ids):,} of the catalogue"
            case {"kind": "catalogue"}:
                return "The whole catalogue"
            case {"kind": "optimade", "provider": provider}:
                return f"{provider} (OPTIMADE)"
        return "An unknown source"

    @property
    def place(self) -> str:
        """Where it lies."""
        at = self.described.get("paths") or self.described.get("url") or self.described.get("path")
        return "\n".join(at) if isinstance(at, list) else str(at or "")


class Plan:
    """``folder`` is where runs are kept; ``name`` is that of the run, without its ending."""

    changed = Signal()

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sources: tuple[Chosen, ...] = ()
        self.filters = Filters()
        self.name = ""

    def add(self, described: Described) -> bool:
        """Whether it is new."""
        if any(source.described == described for source in self.sources):
            return False
        self.sources = (*self.sources, Chosen(described))
        self.changed.emit()
        return True

    def remove(self, place: int) -> None:
        self.sources = self.sources[:place] + self.sources[place + 1 :]
        self.changed.emit()

    def clear(self) -> None:
        self.sources, self.name = (), ""
        self.changed.emit()

    def tell(self, described: Described, count: int | None, problem: str = "") -> None:
        """What has been found out about a source, if it is still chosen."""
        self.sources = tuple(
            replace(source, count=count, problem=problem)
            if source.described == described
            else source
            for source in self.sources
        )
        self.changed.emit()

    def filter_by(self, filters: Filters) -> None:
        if filters != self.filters:
            self.filters = filters
            self.changed.emit()

    def call(self, name: str) -> None:
        if name != self.name:
            self.name = name
            self.changed.emit()

    @property
    def total(self) -> int | None:
        """Inputs in all; None while some are not counted, 0 where that cannot be."""
        counts = [source.count for source in self.sources if not source.problem]
        if None in counts:
            return None
        return sum(n for n in counts if n) if all(counts) else 0

    @property
    def ready(self) -> bool:
        return bool(self.sources) and not any(source.problem for source in self.sources)

    @property
    def path(self) -> Path:
        """The file of the run: a name of its own where none was given, never one that is there."""
        if self.name.strip():
            return self.folder / _file_name(self.name)
        said = self.sources[0].title if self.sources else "screening"
        stem = _plain(said)[:40] or "screening"
        number, path = 1, self.folder / f"{stem}{_SUFFIX}"
        while path.exists():
            number += 1
            path = self.folder / f"{stem}-{number}{_SUFFIX}"
        return path


def _file_name(name: str) -> str:
    plain = name.strip().replace("/", "-").replace("\\", "-")
    return plain if plain.endswith(_SUFFIX) else plain + _SUFFIX


def _plain(text: str) -> str:
    """Letters, digits and hyphens of a title, without the ending of a file."""
    stem = text.rsplit(".", 1)[0] if "." in text else text
    return "-".join("".join(c if c.isalnum() else " " for c in stem).split())
