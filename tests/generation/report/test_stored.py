"""Runs are read for the report as they were written."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from report_crystals import candidate, ordered_crystal

from sc3d_desktop.errors import GenerationError
from sc3d_desktop.generation.record import candidate_as_json
from sc3d_desktop.generation.report.stored import read_stored
from sc3d_desktop.generation.request import Request

REQUEST = Request(count=5, tc_kelvin=40.0, required=("Cu",))


def write_run(folder: Path, n: int = 3) -> list[str]:
    rng = np.random.default_rng(0)
    lines = [json.dumps(candidate_as_json(candidate(i, ordered_crystal(rng)))) for i in range(n)]
    about = {"request": REQUEST.as_json(), "model": "weights"}
    (folder / "request.json").write_text(json.dumps(about))
    dropped = json.dumps({"index": 9, "dropped": "It is flat."})
    (folder / "candidates.jsonl").write_text("".join(f"{x}\n" for x in [*lines, dropped]))
    return lines


def test_what_is_stored_is_read(tmp_path: Path) -> None:
    lines = write_run(tmp_path)
    found = read_stored(tmp_path)
    assert [json.dumps(candidate_as_json(c)) for c in found.candidates] == lines
    assert (found.request, found.dropped, found.model) == (REQUEST, 1, "weights")


def test_a_torn_last_line_is_left_out(tmp_path: Path) -> None:
    lines = write_run(tmp_path)
    with (tmp_path / "candidates.jsonl").open("a") as stream:
        stream.write(lines[0][:50])
    assert len(read_stored(tmp_path).candidates) == 3


def test_what_is_no_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(GenerationError, match="no run"):
        read_stored(tmp_path)
    write_run(tmp_path, n=0)
    with pytest.raises(GenerationError, match="no candidates"):
        read_stored(tmp_path)
