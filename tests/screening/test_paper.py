"""The paper's candidates as they ship, beside the paper's tables and under a model."""

from __future__ import annotations

import csv
import importlib.util
import sys
from pathlib import Path

import pytest

from sc3d_desktop.crystal.disorder import classify
from sc3d_desktop.crystal.formula import parse_formula
from sc3d_desktop.models.sodnet import load_model
from sc3d_desktop.paths import resources
from sc3d_desktop.screening.paper import check_paper, paper_candidates, paper_crystals
from sc3d_desktop.screening.relatives import distance

ROOT = Path(__file__).resolve().parents[2]
TABLES = ROOT.parent / "shared" / "data" / "paper_tables"


def test_every_crystal_has_the_formula_of_the_paper() -> None:
    crystals = paper_crystals()
    assert len(crystals) == 21
    for text, crystal in crystals.items():
        composition = parse_formula(text)
        assert composition is not None
        assert distance(composition, crystal.composition) < 1e-4, text
        assert crystal.findings == (), text


def test_a_row_has_a_crystal_and_what_was_assumed_or_the_reason_why_not() -> None:
    for row in paper_candidates():
        there = row.formula in paper_crystals()
        assert there == bool(row.built) == bool(row.judgement) == (not row.not_built), row.formula
    assert len({row.icsd for row in paper_candidates()}) == 27


def test_the_committed_crystals_are_what_the_tables_make() -> None:
    script = ROOT / "packaging" / "make_known_structures.py"
    spec = importlib.util.spec_from_file_location("make_known_structures", script)
    assert spec is not None
    assert spec.loader is not None
    generator = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = generator
    spec.loader.exec_module(generator)
    del sys.modules[spec.name]
    types, rows = (
        (generator.TABLES / f"{name}.txt").read_text(encoding="utf-8")
        for name in ("types", "candidates")
    )
    made = generator.make(types, rows, generator.ABOUT["candidates"])
    shipped = resources() / "science" / "paper_candidates.cif"
    assert made == shipped.read_text(encoding="utf-8")


@pytest.mark.skipif(not TABLES.is_dir(), reason="needs shared/data/paper_tables")
def test_the_rows_are_those_of_the_papers_tables() -> None:
    said = []
    for name in ("table_10_screening_cuprate_hrich", "table_11_screening_others"):
        text = (TABLES / f"{name}.csv").read_text(encoding="utf-8")
        said += list(csv.DictReader(text.splitlines()))
    for row, ours in zip(said, paper_candidates(), strict=True):
        assert int(row["icsd_code"]) == ours.icsd
        assert row["formula"] == ours.formula
        assert float(row["tc_pred_K"]) == ours.paper_kelvin
        assert row["disorder_class"] == ours.disorder


def test_a_disagreement_is_a_paper_value_outside_the_interval() -> None:
    checked = check_paper(load_model())
    for row in checked:
        if row.ours is None:
            assert not row.disagrees
            continue
        inside = row.ours.tc_low_kelvin <= row.candidate.paper_kelvin <= row.ours.tc_high_kelvin
        assert row.disagrees is not inside
    assert {row.disagrees for row in checked} == {True, False}


def test_the_shipped_model_does_not_follow_the_paper_to_alkaline_earth_alloys() -> None:
    checked = {row.candidate.formula: row for row in check_paper(load_model())}
    for alloy in ("BaSr", "Ba0.515Ca0.485"):
        ours = checked[alloy].ours
        assert ours is not None
        assert checked[alloy].disagrees
        assert ours.p_superconductor is not None
        assert ours.p_superconductor < 0.2
    unlike_any = checked["Ba0.515Ca0.485"].ours
    assert unlike_any is not None
    assert unlike_any.domain == "outside"
    doped = checked["Ba0.83Fe2Rb0.17As2"]
    assert doped.ours is not None
    assert not doped.disagrees
    assert doped.ours.p_superconductor is not None
    assert doped.ours.p_superconductor > 0.8


def test_what_a_crystal_is_in_disorder_is_told_where_it_differs_from_the_paper() -> None:
    """The paper's own classes do not always fit its formulas, such as an ordered Mg1.02Ti1.98H6."""
    rows = {row.formula: row for row in paper_candidates()}
    ordered = [f for f, c in paper_crystals().items() if str(classify(c)) == "O"]
    assert {rows[f].disorder for f in ordered} == {"O"}
