"""SuperCon3D from its archive and table: crystals with measured Tc, family and disorder class."""

from __future__ import annotations

import csv
import hashlib
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.cif import parse_cif
from sc3d_desktop.errors import TrainingError

FAMILIES = ("cuprate", "h_rich", "heavy_fermion", "iron_based", "others")


@dataclass(frozen=True)
class Entry:
    """One superconductor: its crystal and Tc in K."""

    id: str
    crystal: Crystal
    tc_kelvin: float
    family: str
    disorder: str

    @property
    def ln_tc(self) -> float:
        return float(np.log(self.tc_kelvin))


@dataclass(frozen=True)
class SuperCon3D:
    """The entries in the order of the table; ``sha256`` is the hash of table and archive."""

    entries: tuple[Entry, ...]
    sha256: str


@dataclass(frozen=True)
class Split:
    """Indices into the entries; the three sets are disjoint."""

    name: str
    train: NDArray[np.int64]
    validation: NDArray[np.int64]
    test: NDArray[np.int64]


def load_supercon3d(data: Path) -> SuperCon3D:
    """Read ``supercon3d/supercon3d.csv`` and the CIFs of ``supercon3d/supercon3d.zip`` in ``data``.

    Raises ``TrainingError`` where the files are missing.
    """
    table, archive = data / "supercon3d" / "supercon3d.csv", data / "supercon3d" / "supercon3d.zip"
    rows = _rows(table)
    if not archive.is_file():
        raise TrainingError(f"There is no {archive.name} in {archive.parent}.", _DATA_HINT)
    digest = hashlib.sha256(table.read_bytes() + archive.read_bytes()).hexdigest()
    with zipfile.ZipFile(archive) as cifs:
        members = {Path(name).name: name for name in cifs.namelist() if name.endswith(".cif")}
        entries = tuple(_entry(row, cifs.read(members[row["file"]]).decode()) for row in rows)
    return SuperCon3D(entries, digest)


def load_split(data: Path, kind: str, fold: int, ids: list[str]) -> Split:
    """Fold ``fold`` of column ``kind``: test = fold, validation = the next, training = the rest."""
    rows = {r["id"]: r for r in _rows(data / "splits" / "supercon3d_10fold.csv")}
    if ids and kind not in rows[ids[0]]:
        raise TrainingError(f"There is no split “{kind}”.", "Use fold_random or fold_grouped.")
    folds = np.array([int(rows[i][kind]) for i in ids])
    if fold not in folds:
        raise TrainingError(f"There is no fold {fold} in {kind}.", "Folds are 0 to 9.")
    following = (fold + 1) % 10
    kept = (folds != fold) & (folds != following)
    train, validation, test = (np.flatnonzero(m) for m in (kept, folds == following, folds == fold))
    return Split(f"{kind} {fold}", train, validation, test)


_DATA_HINT = "Give the data folder with --data."


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        raise TrainingError(f"There is no {path.name} in {path.parent}.", _DATA_HINT)
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _entry(row: dict[str, str], cif: str) -> Entry:
    crystal = parse_cif(cif, row["file"])[0]
    return Entry(row["id"], crystal, float(row["tc_K"]), row["family"], row["disorder_class"])
