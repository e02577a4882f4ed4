"""Small files of a project, and free names beside what there is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sc3d_desktop.errors import ProjectError

BAD_JSON = (ValueError, RecursionError)
"""What ``plain_json`` raises for a text that is none."""


def plain_json(text: str | bytes) -> Any:
    """JSON that can be written again: no number without end, and no half of a character."""
    data = json.loads(text)
    json.dumps(data, allow_nan=False, ensure_ascii=False).encode()
    return data


def read_json(path: Path) -> Any:
    """Raises ``ProjectError`` where the text is no JSON."""
    try:
        return plain_json(path.read_bytes())
    except BAD_JSON as error:
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
