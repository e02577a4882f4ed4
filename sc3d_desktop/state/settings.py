"""What the program remembers between starts."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sc3d_desktop.paths import user_data
from sc3d_desktop.state.store import read_json, write_json

_VERSION = 1
_RECENT = 10
_CHOICES = {
    "theme": ("system", "light", "dark"),
    "colour_by": ("element", "disorder", "contribution"),
    "generator_animate": ("on", "off"),
}


@dataclass
class Settings:
    """Kept in ``file``; ``save`` writes it. Qt's geometry and state are base64 text.

    ``screening_running`` is the run to be gone on with at the next start, ``screening_rate`` how
    many inputs a second the last one took, ``generator_rate`` how many seconds a candidate for each
    call of the network; 0 for unknown.
    """

    file: Path = field(default_factory=lambda: user_data() / "settings.json")
    theme: str = "system"
    colour_by: str = "element"
    recent_files: list[str] = field(default_factory=list)
    window_geometry: str = ""
    window_state: str = ""
    browser_columns: str = ""
    screening_columns: str = ""
    screening_running: str = ""
    screening_rate: float = 0.0
    generator_columns: str = ""
    generator_request: str = ""
    generator_animate: str = "on"
    generator_rate: float = 0.0
    hand_off_folder: str = ""

    @classmethod
    def load(cls, file: Path | None = None) -> Settings:
        """The settings of the last start; the defaults where there are none or they are damaged."""
        settings = cls() if file is None else cls(file)
        for name, value in (read_json(settings.file, _VERSION) or {}).items():
            if name in _FIELDS and _fits(name, value):
                setattr(settings, name, value)
        settings.recent_files = settings.recent_files[:_RECENT]
        return settings

    def save(self) -> None:
        write_json(self.file, {"version": _VERSION} | {n: getattr(self, n) for n in _FIELDS})

    def add_recent(self, path: Path) -> None:
        """Put a file first in the list of recent ones."""
        name = str(path.resolve())
        others = [p for p in self.recent_files if p != name]
        self.recent_files = [name, *others][:_RECENT]
        self.save()


_FIELDS = (
    *("theme", "colour_by", "recent_files"),
    *("window_geometry", "window_state", "browser_columns"),
    *("screening_columns", "screening_running", "screening_rate", "hand_off_folder"),
    *("generator_columns", "generator_request", "generator_animate", "generator_rate"),
)


def _fits(name: str, value: Any) -> bool:
    if name == "recent_files":
        return isinstance(value, list) and all(isinstance(p, str) for p in value)
    if name in ("screening_rate", "generator_rate"):
        return isinstance(value, float) and 0 <= value < math.inf
    return isinstance(value, str) and (name not in _CHOICES or value in _CHOICES[name])
