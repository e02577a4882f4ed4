"""What ``predict`` and ``scan`` say of one crystal, as JSON and as a line of a table."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.disorder import classify
from sc3d_desktop.crystal.formula import formula
from sc3d_desktop.models.interface import NearestKnown, TcPrediction

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
    "novelty": None,
    "in_training": None,
    "nearest": [],
    "notes": [],
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
        "p_superconductor": _rounded(prediction.p_superconductor),
        "domain": prediction.domain,
        "novelty": _rounded(prediction.novelty),
        "in_training": prediction.in_training,
        "nearest": [_known(known) for known in prediction.nearest],
        "notes": list(prediction.notes),
        "warnings": list(crystal.notes),
        "model": prediction.model,
    }


def error_record(file: str, error: str) -> Record:
    return _EMPTY | {"file": file, "error": error}


def json_line(record: Record) -> str:
    """Plain ASCII, so that it is JSON whatever the encoding of the terminal or the pipe."""
    return json.dumps(record, allow_nan=False)


def _known(known: NearestKnown) -> Record:
    return asdict(known) | {
        "tc_kelvin": _rounded(known.tc_kelvin),
        "distance": _rounded(known.distance),
        "pressure_gpa": _rounded(known.pressure_gpa),
    }


def _rounded(value: float | None) -> float | None:
    """Six significant digits; None when it is not stated or the model overflowed."""
    stated = value is not None and math.isfinite(value)
    return float(f"{value:.6g}") if stated else None


def table_row(cells: Sequence[str], widths: Sequence[int]) -> str:
    """Left-aligned text, two spaces apart; a cell that is too long pushes the rest."""
    return "  ".join(c.ljust(w) for c, w in zip(cells, widths, strict=True)).rstrip()


def kelvin(value: float | None) -> str:
    """``38.2``: three significant digits, whole above 100."""
    if value is None:
        return "–"
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


ANSWER_HEADINGS = ("Tc / K", "90 % interval / K", "P(SC)", "domain")
ANSWER_WIDTHS = (7, 17, 5, 20)


def answer_cells(record: Record) -> tuple[str, ...]:
    """What a table says of the answer: Tc, interval, probability, domain."""
    ends = (kelvin(record["tc_low_kelvin"]), kelvin(record["tc_high_kelvin"]))
    domain = record["domain"] or "–"
    return (
        kelvin(record["tc_kelvin"]),
        " – ".join(ends),
        percent(record["p_superconductor"]),
        f"{domain}, trained on" if record["in_training"] else domain,
    )


def remarks(record: Record) -> str:
    """Warnings and notes, each on a line of its own below the row."""
    return "".join(f"\n    {text}" for text in (*record["warnings"], *record["notes"]))


def percent(probability: float | None) -> str:
    """A whole percentage; a model is never quite sure, so neither 0 nor 100."""
    if probability is None:
        return "–"
    n = round(100 * probability)
    return "<1 %" if n < 1 else ">99 %" if n > 99 else f"{n} %"
