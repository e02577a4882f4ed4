"""The data folder beside the repository, or the one SC3D_DATA names."""

from __future__ import annotations

import csv
import os
import zipfile
from pathlib import Path

import pytest

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.cif import parse_cif

MOST_SITES = 60


@pytest.fixture(scope="session")
def ordered_superconductors() -> list[Crystal]:
    """Every fourth one of SuperCon3D, of those with cells of moderate size."""
    beside = Path(__file__).resolve().parents[4] / "shared" / "data"
    folder = Path(os.environ.get("SC3D_DATA", beside)) / "supercon3d"
    if not folder.is_dir():
        pytest.skip("the data folder with supercon3d is not there; set SC3D_DATA to it")
    with (folder / "supercon3d.csv").open(encoding="utf-8", newline="") as lines:
        rows = [r for r in csv.DictReader(lines) if r["disorder_class"] == "O"]
    files = [r["file"] for r in rows if int(r["n_sites"]) <= MOST_SITES][::4]
    with zipfile.ZipFile(folder / "supercon3d.zip") as archive:
        return [parse_cif(archive.read(f"cif/{f}").decode(), f)[0] for f in files]
