"""What shipped weights say where an expert would look first: the slopes of doping series, and seven
recent superconductors of the paper.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.models.known import known_structure
from sc3d_desktop.models.sodnet import SodnetPredictor
from sc3d_desktop.training.results import write_json
from sc3d_desktop.training.trends import TrendReport, judge, load_series

TRENDS_FILE, RECENT_FILE = "trends.json", "recent.json"


@dataclass(frozen=True)
class Recent:
    """A row of the paper's Table 3: measured and the paper's predicted Tc in K, and the block of
    the program's own structure.
    """

    formula: str
    structure: str
    measured_kelvin: float
    paper_kelvin: float
    pressure_gpa: float | None = None


RECENT = (
    Recent("CaH6", "CaH6", 215, 242.25, 172),
    Recent("Ti", "Ti-248GPa", 26, 8.5, 248),
    Recent("CsV3Sb5", "CsV3Sb5", 2.3, 2.36),
    Recent("Cs(V0.93Nb0.07)3Sb5", "CsV2.79Nb0.21Sb5", 4.45, 4.71),
    Recent("Zr4Rh2O", "Zr4Rh2O", 3.73, 4.12),
    Recent("Zr4Pd2O", "Zr4Pd2O", 2.73, 2.82),
    Recent("LaFeSiO0.9", "LaFeSiO0.9", 10, 7.93),
)


def check_trends(model: SodnetPredictor, runs: Path, name: str) -> TrendReport:
    """Judge the model on the literature's series and keep it in ``runs`` under ``name``."""

    def ln_tc(crystals: Sequence[Crystal]) -> NDArray[np.float64]:
        return np.log([p.tc_kelvin for p in model.predict(crystals)])

    report = judge(load_series(), ln_tc)
    file = runs / TRENDS_FILE
    kept = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    write_json(file, kept | {name: report.as_json()})
    return report


def check_recent(model: SodnetPredictor, runs: Path) -> list[dict[str, Any]]:
    """Predict the paper's seven recent superconductors and keep the rows in ``runs``."""
    predicted = model.predict([known_structure(r.structure) for r in RECENT])
    rows = [
        {
            "formula": r.formula,
            "pressure_gpa": r.pressure_gpa,
            "measured_kelvin": r.measured_kelvin,
            "paper_kelvin": r.paper_kelvin,
            "tc_kelvin": p.tc_kelvin,
            "tc_low_kelvin": p.tc_low_kelvin,
            "tc_high_kelvin": p.tc_high_kelvin,
            "in_training": p.in_training,
        }
        for r, p in zip(RECENT, predicted, strict=True)
    ]
    write_json(runs / RECENT_FILE, rows)
    return rows
