"""Small JSON files that are either whole or not there."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any


def write_json(path: Path, data: dict[str, Any]) -> None:
    """Replace the file at once: a crash or a full disk leaves the old one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(path.suffix + ".part")
    with unfinished.open("w", encoding="utf-8") as file:
        json.dump(data, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    os.replace(unfinished, path)


def read_json(path: Path, version: int) -> dict[str, Any] | None:
    """The data, or None; a damaged file or one of another version is kept aside as ``.bad``."""
    if not path.is_file():
        return None
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(data, dict) and data.get("version") == version:
            return data
    except ValueError:
        pass
    set_aside(path)
    return None


def set_aside(path: Path) -> None:
    os.replace(path, path.with_suffix(path.suffix + ".bad"))
