"""Small JSON files that are either whole or not there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sc3d_desktop.paths import write_whole


def write_json(path: Path, data: dict[str, Any]) -> None:
    """Replace the file at once: a crash or a full disk leaves the old one."""
    write_whole(path, json.dumps(data, indent=1, allow_nan=False).encode())


def read_json(path: Path, version: int) -> dict[str, Any] | None:
    """The data, or None; a damaged file or one of another version is kept aside as ``.bad``."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError:
        return None  # no file, or none that may be read: there is nothing to keep aside
    except (ValueError, RecursionError):
        data = None
    if isinstance(data, dict) and data.get("version") == version:
        return data
    set_aside(path)
    return None


def set_aside(path: Path) -> None:
    path.replace(path.with_suffix(path.suffix + ".bad"))
