"""SODNet alone and its ablations: trained on the entries only, each fold's result on disk."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from data_cases import N, write_data
from report_cases import report, save
from sodnet_cases import SMALL

from sc3d_desktop.errors import TrainingError
from sc3d_desktop.models.sodnet import SodnetConfig
from sc3d_desktop.training import ablations as module
from sc3d_desktop.training.ablations import (
    ABLATIONS,
    ALONE,
    WIDE,
    WORDS,
    AblationRun,
    run_ablations,
)
from sc3d_desktop.training.report.paper import TABLE_1, TABLE_2
from sc3d_desktop.training.results import FoldResult, load_folds
from sc3d_desktop.training.sodnet import TrainSettings

SETTINGS = TrainSettings(epochs=1, batch_size=16, warmup_epochs=1)


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> AblationRun:
    folder = tmp_path_factory.mktemp("ablations")
    run = AblationRun(
        write_data(folder / "data"),
        folder / "runs",
        folds=(0,),
        variants=(ALONE, "sodnet-no-node-occupancy", "sodnet-megnet-mixing"),
        settings=SETTINGS,
    )
    run_ablations(run)
    return run


def results(run: AblationRun) -> dict[str, FoldResult]:
    return {r.variant: r for r in load_folds(run.runs)}


def test_every_ablation_is_a_configuration_of_its_own_with_words():
    changes = [change for name, change in ABLATIONS.items() if name != WIDE]
    configs = [SodnetConfig(**(SMALL | dict(change))) for change in changes]
    assert len(set(configs)) == len(configs)
    assert list(WORDS) == list(ABLATIONS)


def test_what_stands_beside_the_paper_is_trained_by_it():
    ours = {row.ours for row in (*TABLE_1, *TABLE_2) if row.ours.startswith("sodnet")}
    assert ours <= set(ABLATIONS)


def test_each_leaves_a_result_with_an_interval_and_its_configuration(done):
    found = results(done)
    assert set(found) == set(done.variants)
    for name, result in found.items():
        assert result.labels == "supercon3d"
        assert (result.low_ln_tc < result.predicted_ln_tc).all()
        width = result.high_ln_tc - result.low_ln_tc
        np.testing.assert_allclose(width, width[0])
        assert result.about["n_train"] == 0.8 * N
        for key, value in ABLATIONS[name].items():
            assert result.about["config"][key] == value
    answers = [r.predicted_ln_tc for r in found.values()]
    assert not np.allclose(answers[0], answers[1], atol=1e-4)


def test_a_second_run_trains_nothing(done, monkeypatch):
    def forbidden(*_: object) -> None:
        raise AssertionError("this has been done before")

    monkeypatch.setattr(module, "train", forbidden)
    assert run_ablations(done) == []


def test_no_checkpoint_is_left(done):
    assert not list((done.runs / "checkpoints").iterdir())


def test_a_run_that_was_stopped_goes_on_to_the_same_answer(done, tmp_path):
    """The checkpoint of its first epoch is there, and nothing else."""
    two = replace(done, settings=replace(SETTINGS, epochs=2), variants=(ALONE,))
    whole = replace(two, runs=tmp_path / "whole")
    run_ablations(whole)
    stopped = replace(two, runs=tmp_path / "stopped")
    real = module.save_fold
    calls = []

    def stop(*given):
        calls.append(given)
        raise KeyboardInterrupt

    module.save_fold = stop
    try:
        with pytest.raises(KeyboardInterrupt):
            run_ablations(stopped)
    finally:
        module.save_fold = real
    run_ablations(stopped)
    np.testing.assert_allclose(
        results(stopped)[ALONE].predicted_ln_tc, results(whole)[ALONE].predicted_ln_tc, atol=1e-6
    )


def test_classes_trained_on_mark_the_name(done, tmp_path):
    run = replace(done, runs=tmp_path, variants=(ALONE,), trained_on="O")
    run_ablations(run)
    (result,) = load_folds(tmp_path)
    assert result.variant == f"{ALONE}.O"
    assert result.trained_on == "O"
    assert result.about["n_train"] < 0.8 * N


def test_an_unknown_ablation_is_refused_with_what_there_is(tmp_path: Path):
    with pytest.raises(TrainingError, match="no ablation “magic”") as caught:
        run_ablations(AblationRun(tmp_path, tmp_path, variants=("magic",)))
    assert ALONE in caught.value.hint


# --- the report ---------------------------------------------------------------------------------


def test_what_leaving_out_a_part_costs_is_told_fold_by_fold(tmp_path):
    save(tmp_path, "sodnet-alone", {0: 0.5, 1: 0.6})
    save(tmp_path, "sodnet-no-equivariance", {1: 0.65})
    written, page = report(tmp_path)
    alone, without = written["ablations"]
    assert alone["paired"] is None
    assert without["paired"]["difference"] == pytest.approx(0.05)
    assert without["folds"] == 1
    (line,) = [x for x in page.splitlines() if "(`sodnet-no-equivariance`)" in x]
    assert line.startswith("| random folds |")
    assert line.endswith("| +0.050 | 0 of 1 |")


def test_without_sodnet_alone_there_is_nothing_to_compare(tmp_path):
    save(tmp_path, "sodnet-no-equivariance", {1: 0.65})
    written, page = report(tmp_path)
    assert written["ablations"] == []
    assert "left out" not in page
