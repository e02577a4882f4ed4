"""Small files of a project, and free names beside what there is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sc3d_desktop.errors import ProjectError


def read_json(path: Path) -> Any:
    """Raises ``ProjectError`` where the text is no JSON."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        said = f"{path.name} of the project is damaged."
        raise ProjectError(said, "Ask for another copy.") from error


_MANY = {"entry": "entries", "saved query": "saved queries"}


def counted(n: int, one: str) -> str:
    """``1 crystal``, ``2 crystals``."""
    return f"{n:,} {one if n == 1 else _MANY.get(one, f'{one}s')}"


def free(path: Path, ending: str = "") -> Path:
    """The path with its ending, or the next with a number that is not taken."""
    tried, n = path.with_name(f"{path.name}{ending}"), 2
    while tried.exists():
        tried, n = path.with_name(f"{path.name}-{n}{ending}"), n + 1
    return tried
