"""The job that writes candidates: whole files, or a reason and none."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest
from generated_cases import random_candidate

from sc3d_desktop.errors import GenerationError
from sc3d_desktop.generation.export import table_text
from sc3d_desktop.jobs.events import Progress
from sc3d_desktop.jobs.generated import ExportGenerated

CANDIDATES = tuple(random_candidate(i) for i in range(1, 6))


def run(job: ExportGenerated) -> tuple[list[Any], Path]:
    steps, events = job.run(None), []  # type: ignore[arg-type]
    while True:
        try:
            events.append(next(steps))
        except StopIteration as stop:
            return events, stop.value


def test_a_table_is_written(tmp_path: Path) -> None:
    _, out = run(ExportGenerated(CANDIDATES, tmp_path / "t.csv"))
    assert out.read_bytes().decode() == table_text(CANDIDATES)


def test_an_archive_is_written_with_progress_for_each_candidate(tmp_path: Path) -> None:
    events, out = run(ExportGenerated(CANDIDATES, tmp_path / "t.zip"))
    assert Progress(4, 5) in events
    with zipfile.ZipFile(out) as archive:
        assert archive.testzip() is None
        assert sum(name.endswith(".cif") and "/" not in name for name in archive.namelist()) == 5


def test_a_job_that_is_cancelled_leaves_the_file_that_was_there(tmp_path: Path) -> None:
    out = tmp_path / "t.zip"
    out.write_bytes(b"before")
    steps = ExportGenerated(CANDIDATES, out).run(None)  # type: ignore[arg-type]
    next(steps)
    next(steps)
    steps.close()
    assert out.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [out]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(GenerationError, match=r"t\.csv could not be written"):
        run(ExportGenerated(CANDIDATES, tmp_path / "gone" / "t.csv"))
