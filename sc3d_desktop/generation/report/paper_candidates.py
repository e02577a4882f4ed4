"""The 32 candidates of the paper's Tables 12 and 13, beside a run and under our own judges."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import spearmanr

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.cif import parse_cif
from sc3d_desktop.crystal.formula import formula, parse_formula
from sc3d_desktop.errors import TrainingError
from sc3d_desktop.generation.judge.validity import validity
from sc3d_desktop.generation.report.diversity import systems
from sc3d_desktop.generation.report.metrics import Floats
from sc3d_desktop.generation.report.second_judge import Judged

Row = dict[str, Any]
JudgeOf = Callable[[Sequence[Crystal]], Judged]

_TABLES = ("table_12_generated_cuprate_hrich.csv", "table_13_generated_others.csv")
_CIFS = "generated_cifs.zip"


@dataclass(frozen=True)
class Theirs:
    """A row of the tables with the structure of its composition. The archive numbers two of them
    the other way round, and one is named with another element than its structure has, so that the
    structure is looked for by composition first and by number then.
    """

    index: int
    kind: str
    formula: str
    tc_kelvin: float
    crystal: Crystal


def read_theirs(data: Path) -> list[Theirs]:
    """All of them. Raises ``TrainingError`` where the tables are not in the data folder."""
    folder = data / "paper_tables"
    try:
        rows = [row for name in _TABLES for row in _table(folder / name)]
        by_number = _crystals(folder / _CIFS)
    except FileNotFoundError as error:
        raise TrainingError(
            f"There is no {error.filename}.", "Give the data folder with --data."
        ) from error
    by_formula = {formula(c.composition): c for c in by_number.values()}
    return [_theirs(row, by_number, by_formula) for row in rows]


def compare(
    theirs: Sequence[Theirs],
    run: Sequence[Crystal],
    judges: Mapping[str, JudgeOf],
) -> Row:
    """What a run has found of them again, and what our judges say of all of them."""
    made = {formula(c.composition) for c in run}
    made_systems = set(systems(run))
    crystals = [t.crystal for t in theirs]
    said = {name: judge(crystals).tc_kelvin for name, judge in judges.items()}
    paper = np.array([t.tc_kelvin for t in theirs])
    rows = [
        {
            "index": t.index,
            "type": t.kind,
            "formula": t.formula,
            "paper_kelvin": t.tc_kelvin,
            "structure": formula(t.crystal.composition),
            "same_composition": formula(t.crystal.composition) in made,
            "same_system": system in made_systems,
            "faults": list(validity(t.crystal).faults),
        }
        | {name: float(tc[i]) for name, tc in said.items()}
        for i, (t, system) in enumerate(zip(theirs, systems(crystals), strict=True))
    ]
    return {
        "rows": rows,
        "same_composition": sum(row["same_composition"] for row in rows),
        "same_system": sum(row["same_system"] for row in rows),
        "valid": sum(not row["faults"] for row in rows),
        "rank_correlation": {name: rank_correlation(paper, tc) for name, tc in said.items()},
    }


def rank_correlation(one: Floats, other: Floats) -> Row:
    """Spearman's, with its two-sided p value; None where either does not vary."""
    if min(np.ptp(one), np.ptp(other)) == 0:
        return {"rho": None, "p": None, "of": len(one)}
    found = spearmanr(one, other)
    return {"rho": float(found.statistic), "p": float(found.pvalue), "of": len(one)}


def _theirs(
    row: dict[str, str], by_number: dict[int, Crystal], by_formula: dict[str, Crystal]
) -> Theirs:
    index, amounts = int(row["index"]), parse_formula(row["formula"])
    named = formula(amounts) if amounts else ""
    crystal = by_formula.get(named, by_number[index])
    return Theirs(index, row["type"], row["formula"], float(row["tc_pred_K"]), crystal)


def _table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _crystals(path: Path) -> dict[int, Crystal]:
    with zipfile.ZipFile(path) as archive:
        return {
            int(name.split("_")[0]): parse_cif(archive.read(name).decode(), name)[0]
            for name in archive.namelist()
        }
