"""Where the program finds what ships with it and keeps what belongs to the user."""

from __future__ import annotations

import os
from pathlib import Path

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
