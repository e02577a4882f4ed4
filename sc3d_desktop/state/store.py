"""Small JSON files that are either whole or not there."""

from __future__ import annotations

import json
import os
from pathlib import Path
from tempfile import mkstemp
from typing import Any


def write_json(path: Path, data: dict[str, Any]) -> None:
    """Replace the file at once: a crash or a full disk leaves the old one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # A name of its own, so that two windows of the program never write into one unfinished file.
    handle, name = mkstemp(dir=path.parent, prefix=f".{path.name}-")
    unfinished = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(data, file, indent=1, allow_nan=False)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


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
