"""The data folder beside the repository, or the one SC3D_DATA names."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sc3d_desktop.training.supercon3d import SuperCon3D, load_supercon3d


@pytest.fixture(scope="session")
def data_folder() -> Path:
    beside = Path(__file__).resolve().parents[3] / "shared" / "data"
    folder = Path(os.environ.get("SC3D_DATA", beside))
    if not (folder / "supercon3d").is_dir():
        pytest.skip(f"the data folder is not there ({folder.name}); set SC3D_DATA to it")
    return folder


@pytest.fixture(scope="session")
def supercon3d(data_folder: Path) -> SuperCon3D:
    return load_supercon3d(data_folder)
