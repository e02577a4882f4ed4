"""Candidates are judged by composition at once, and by structure one by one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from browser_cases import fe_se, fill
from screening_cases import SumModel

from sc3d_desktop.crystal.cif import write_cif
from sc3d_desktop.data import Catalogue
from sc3d_desktop.jobs import Partial
from sc3d_desktop.jobs.kin import FindKin, FoundKin
from sc3d_desktop.jobs.screening import Screen
from sc3d_desktop.screening.sources import Files


class Services:
    def tc_model(self) -> SumModel:
        return SumModel()


@pytest.fixture
def job(tmp_path: Path) -> FindKin:
    """FeSe0.4Te0.6 beside a catalogue with FeSe0.5Te0.5, FeSe and others."""
    cif = tmp_path / "c.cif"
    cif.write_text(write_cif(fe_se(0.6)))
    run = tmp_path / "r.sqlite"
    for _ in Screen(run, (Files([cif]).as_json(),), workers=0).run(Services()):
        pass
    path = fill(tmp_path / "catalogue.sqlite")
    with Catalogue.open(path) as catalogue:
        return FindKin(run, (1,), path, catalogue.columns())


def found(job: FindKin) -> list[FoundKin]:
    steps: list[Any] = list(job.run(Services()))
    return [step.value for step in steps if isinstance(step, Partial)]


def test_relatives_come_first_by_composition_then_with_their_structures(job: FindKin) -> None:
    first, last = found(job)
    assert (first.final, last.final) == (False, True)
    assert [r.same_type for r in first.kin[1].relatives][:1] == [None]
    nearest = last.kin[1].relatives[0]
    assert (nearest.formula, nearest.same_type) == ("FeSe0.5Te0.5", True)
    assert "relative of known" in last.kin[1].badges


def test_without_its_file_a_candidate_is_judged_by_composition(
    job: FindKin, tmp_path: Path
) -> None:
    (tmp_path / "c.cif").unlink()
    first, last = found(job)
    assert last.final
    assert last.kin == first.kin
