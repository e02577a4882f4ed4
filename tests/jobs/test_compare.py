from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from compare_cases import mgb2, shuffled_and_moved

from sc3d_desktop.crystal.files import write_structure
from sc3d_desktop.errors import CifError
from sc3d_desktop.jobs import Job
from sc3d_desktop.jobs.compare import MatchSites, ReadFirst


def done(job: Job[Any]) -> Any:
    steps = job.run(None)  # type: ignore[arg-type]
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def test_sites_are_matched_and_the_symmetry_of_a_is_found() -> None:
    a = mgb2()
    found = done(MatchSites(a, shuffled_and_moved(a)))
    assert found.matching.pairs.tolist() == [[0, 1], [1, 2], [2, 0]]
    assert found.symmetry.number == 191
    assert found.a is a


def test_the_first_structure_of_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "MgB2.cif"
    write_structure(mgb2(), path)
    assert done(ReadFirst(path)).composition == mgb2().composition


@pytest.mark.parametrize("content", ["", "nothing of the kind"])
def test_why_there_is_none_is_said(tmp_path: Path, content: str) -> None:
    path = tmp_path / "bad.cif"
    path.write_text(content)
    with pytest.raises(CifError, match=r"bad\.cif"):
        done(ReadFirst(path))
