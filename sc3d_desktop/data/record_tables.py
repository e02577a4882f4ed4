"""Lab records as a table for a spreadsheet, or as JSON with everything they hold."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from sc3d_desktop.data.lab_record import LabRecord
from sc3d_desktop.data.records import KeptRecord
from sc3d_desktop.data.tables import Cell, csv_text, whole
from sc3d_desktop.errors import CatalogueError

FORMATS = (".csv", ".json")

HEADINGS = (
    "formula", "tc_kelvin", "tc_onset_kelvin", "tc_zero_kelvin", "down_to_kelvin",
    "pressure_gpa", "measured_on", "sample", "note", "attachments", "predicted_kelvin",
    "predicted_low_kelvin", "predicted_high_kelvin", "p_superconductor", "in_training", "model",
    "predicted_at", "structure", "file", "file_sha256", "edits", "recorded_at", "uid",
)  # fmt: skip


def write_records(records: Iterable[KeptRecord], out: Path) -> Path:
    """The suffix chooses the format. Raises ``CatalogueError`` where it cannot be written."""
    if out.suffix.lower() not in FORMATS:
        raise CatalogueError(
            f"{out.name} is no table.", f"Give it the suffix {' or '.join(FORMATS)}."
        )
    text = records_csv(records) if out.suffix.lower() == ".csv" else records_json(records)
    try:
        with whole(out) as unfinished:
            unfinished.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        message = f"{out.name} could not be written: {error.strerror}."
        raise CatalogueError(message, "Choose another folder, or free some space.") from error
    return out


def records_csv(records: Iterable[KeptRecord]) -> str:
    return csv_text([HEADINGS, *(_line(kept.formula, kept.record) for kept in records)])


def records_json(records: Iterable[KeptRecord]) -> str:
    data = [{"formula": kept.formula} | kept.record.as_json() for kept in records]
    return json.dumps(data, indent=1, allow_nan=False) + "\n"


def _line(formula: str, r: LabRecord) -> tuple[Cell, ...]:
    before, origin = r.before, r.origin
    predicted: tuple[Cell, ...] = (None,) * 7
    if before is not None:
        predicted = (
            before.tc_kelvin, before.tc_low_kelvin, before.tc_high_kelvin, before.p_superconductor,
            before.in_training, before.model, before.made_at,
        )  # fmt: skip
    day = r.measured_on.isoformat() if r.measured_on else None
    return (
        formula, r.tc_kelvin, r.tc_onset_kelvin, r.tc_zero_kelvin, r.down_to_kelvin, r.pressure_gpa,
        day, r.sample, r.note, "; ".join(r.attachments), *predicted, origin.opened, origin.file,
        origin.sha256, "; ".join(origin.edits), r.recorded_at, r.uid,
    )  # fmt: skip
