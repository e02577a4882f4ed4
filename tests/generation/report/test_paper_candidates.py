"""The paper's candidates are read from its tables and put beside a run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from report_crystals import crystal_of

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.formula import formula
from sc3d_desktop.errors import TrainingError
from sc3d_desktop.generation.report.paper_candidates import (
    Theirs,
    compare,
    rank_correlation,
    read_theirs,
)
from sc3d_desktop.generation.report.second_judge import Judged

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
PLACES = np.array([[0.0, 0, 0], [0.5, 0.5, 0.5], [0.0, 0.5, 0.5]])


def of(*symbols: str) -> Crystal:
    return crystal_of(list(symbols), PLACES[: len(symbols)], 4.0)


def test_what_a_run_holds_again_is_told() -> None:
    theirs = [
        Theirs(1, "Others", "NaCl", 5.0, of("Na", "Cl")),
        Theirs(2, "Others", "KCl", 10.0, of("K", "Cl")),
        Theirs(3, "Others", "LiF", 20.0, of("Li", "F")),
    ]
    run = [of("Cl", "Na"), of("K", "Cl", "Cl")]

    def rising(crystals: Sequence[Crystal]) -> Judged:
        n = len(crystals)
        return Judged(np.arange(1.0, n + 1), np.ones(n))

    found = compare(theirs, run, {"judge": rising})
    assert [r["same_composition"] for r in found["rows"]] == [True, False, False]
    assert [r["same_system"] for r in found["rows"]] == [True, True, False]
    assert (found["same_composition"], found["same_system"]) == (1, 2)
    assert [r["judge"] for r in found["rows"]] == [1, 2, 3]
    assert found["rank_correlation"]["judge"]["rho"] == pytest.approx(1)


def test_rank_correlation_is_that_of_the_ranks() -> None:
    rng = np.random.default_rng(2)
    one, other = rng.random(32), rng.random(32)
    ranks = [np.argsort(np.argsort(x)) for x in (one, other)]
    found = rank_correlation(one, other)
    assert found["rho"] == pytest.approx(np.corrcoef(*ranks)[0, 1])
    assert rank_correlation(one, np.ones(32))["rho"] is None


def test_missing_tables_are_told(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="table_12"):
        read_theirs(tmp_path)


@pytest.mark.skipif(not DATA.is_dir(), reason="the data folder is not there")
def test_every_row_of_the_tables_gets_its_own_structure() -> None:
    found = read_theirs(DATA)
    assert [t.index for t in found] == list(range(1, 33))
    by_name = {t.formula: formula(t.crystal.composition) for t in found}
    # The archive numbers these two the other way round.
    assert (by_name["Th"], by_name["Ba3Pu"]) == ("Th", "Ba3Pu")
    # The paper writes Ti for what its structure has as Tl.
    assert by_name["Ti2Ca2Ba2Cu3O10"] == "Ba2Ca2Tl2Cu3O10"
    assert len(set(by_name.values())) == 32
