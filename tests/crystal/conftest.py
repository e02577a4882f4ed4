"""The shipped examples and, where the data folder is there, all of SuperCon3D."""

from __future__ import annotations

import csv
import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.cif import read_cif
from sc3d_desktop.paths import examples

EXAMPLES = sorted(path.stem for path in examples().glob("*.cif"))
REPOSITORY = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Entry:
    """One superconductor: its crystal as read here, and its row of the table."""

    crystal: Crystal
    row: dict[str, str]

    @property
    def id(self) -> str:
        return self.row["id"]


@pytest.fixture(scope="session")
def supercon3d() -> list[Entry]:
    """All entries, read once; skipped where the data folder is absent."""
    from sc3d_desktop.training.supercon3d import load_supercon3d

    folder = Path(os.environ.get("SC3D_DATA", REPOSITORY.parent / "shared" / "data"))
    table = folder / "supercon3d" / "supercon3d.csv"
    if not table.is_file():
        pytest.skip(f"SuperCon3D is not in {folder}; set SC3D_DATA to the data folder")
    with table.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    entries = load_supercon3d(folder).entries
    return [Entry(e.crystal, row) for e, row in zip(entries, rows, strict=True)]


@pytest.fixture(params=EXAMPLES)
def example(request: pytest.FixtureRequest) -> Crystal:
    return read_cif(examples() / f"{request.param}.cif")[0]


@pytest.fixture
def mgb2() -> Crystal:
    return read_cif(examples() / "MgB2.cif")[0]


@pytest.fixture
def lsco() -> Crystal:
    return read_cif(examples() / "La1.85Sr0.15CuO4.cif")[0]
