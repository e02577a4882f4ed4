"""Where the program finds what ships with it and keeps what belongs to the user, and how it writes
the latter.
"""

from __future__ import annotations

import os
from pathlib import Path
from uuid import uuid4

import platformdirs

_APP = "sc3d-desktop"
_PACKAGE = Path(__file__).resolve().parent


def resources() -> Path:
    """The folder of shipped files: beside the package in a checkout, inside it in a wheel."""
    inside = _PACKAGE / "resources"
    return inside if inside.is_dir() else _PACKAGE.parent / "resources"


def examples() -> Path:
    return resources() / "examples"


def weights() -> Path:
    return resources() / "weights"


def user_data() -> Path:
    """The user's folder for sessions and results; SC3D_HOME moves it (tests, shared machines)."""
    home = os.environ.get("SC3D_HOME")
    folder = Path(home) if home else Path(platformdirs.user_data_dir(_APP, appauthor=False))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def write_whole(path: Path, content: bytes) -> None:
    """Write the file at once, with its folder: a crash or a full disk leaves the old one, and
    whoever reads sees the old one or the new.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # A name of its own, so that two windows of the program never write into one unfinished file.
    unfinished = path.with_name(f".{path.name}-{uuid4().hex[:8]}.part")
    try:
        with unfinished.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
