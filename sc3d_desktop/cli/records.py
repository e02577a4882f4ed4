"""What ``predict`` and ``scan`` say of one crystal, as JSON and as a line of a table."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.disorder import classify
from sc3d_desktop.crystal.formula import formula
from sc3d_desktop.models.interface import TcPrediction

Record = dict[str, Any]

_EMPTY: Record = {
    "file": None,
    "block": None,
    "formula": None,
    "disorder": None,
    "n_sites": None,
    "tc_kelvin": None,
    "tc_low_kelvin": None,
    "tc_high_kelvin": None,
    "p_superconductor": None,
    "domain": None,
    "warnings": [],
    "error": None,
    "model": None,
}


def prediction_record(file: str, crystal: Crystal, prediction: TcPrediction) -> Record:
    return _EMPTY | {
        "file": file,
        "block": crystal.block,
        "formula": formula(crystal.composition),
        "disorder": str(classify(crystal)),
        "n_sites": len(crystal),
        "tc_kelvin": _rounded(prediction.tc_kelvin),
        "tc_low_kelvin": _rounded(prediction.tc_low_kelvin),
        "tc_high_kelvin": _rounded(prediction.tc_high_kelvin),
        "p_superconductor": prediction.p_superconductor,
        "domain": prediction.domain,
        "warnings": list(crystal.notes),
        "model": prediction.model,
    }


def error_record(file: str, error: str) -> Record:
    return _EMPTY | {"file": file, "error": error}


def json_line(record: Record) -> str:
    """Plain ASCII, so that it is JSON whatever the encoding of the terminal or the pipe."""
    return json.dumps(record, allow_nan=False)


def _rounded(kelvin: float) -> float | None:
    """Six significant digits; None when the model overflowed."""
    return float(f"{kelvin:.6g}") if math.isfinite(kelvin) else None


def table_row(cells: Sequence[str], widths: Sequence[int]) -> str:
    """Left-aligned text, two spaces apart; a cell that is too long pushes the rest."""
    return "  ".join(c.ljust(w) for c, w in zip(cells, widths, strict=True)).rstrip()


def kelvin(value: float | None) -> str:
    """``38.2``: three significant digits, whole above 100."""
    if value is None:
        return "–"
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def interval(record: Record) -> str:
    return f"{kelvin(record['tc_low_kelvin'])} – {kelvin(record['tc_high_kelvin'])}"
