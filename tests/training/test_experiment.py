"""Whole folds on a small data set of the real layout: results on disk, resumed, and no leak."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from data_cases import OTHERS, N, write_csv, write_data
from sodnet_cases import SMALL

from sc3d_desktop.errors import TrainingError
from sc3d_desktop.models.sodnet import SodnetConfig
from sc3d_desktop.training import experiment as module
from sc3d_desktop.training.composition import CompositionSettings, group_numbers
from sc3d_desktop.training.entries import Entries, extra_rows
from sc3d_desktop.training.experiment import (
    LARGEST_RESIDUAL,
    Experiment,
    Place,
    fit_branch,
    run_experiment,
    training_rows,
)
from sc3d_desktop.training.labels import Labels, chemical_systems
from sc3d_desktop.training.results import FoldResult, load_folds
from sc3d_desktop.training.sodnet import TrainSettings
from sc3d_desktop.training.supercon3d import load_split

TABLES = (
    ("supercon3d/supercon3d.csv", "formula", "tc_K"),
    ("supercon_formulas/SuperCon_11949.csv", "Formula", "Tc"),
    ("supercon_formulas/Supercon_data_by_2018_Stanev.csv", "name", "Tc"),
)


def small(folder: Path) -> Experiment:
    return Experiment(
        write_data(folder / "data"),
        folder / "runs",
        folds=(0,),
        labels=("supercon3d", "extra"),
        config=SodnetConfig(**(SMALL | {"blocks": 1})),
        settings=TrainSettings(epochs=1, batch_size=16, warmup_epochs=1),
    )


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Experiment:
    """An experiment that has been run."""
    experiment = small(tmp_path_factory.mktemp("experiment"))
    run_experiment(experiment)
    return experiment


def results(experiment: Experiment) -> dict[tuple, FoldResult]:
    return {(r.split, r.labels, r.variant): r for r in load_folds(experiment.runs)}


def change(data: Path, chosen: Callable[[str], bool]) -> int:
    """A hundredth of the Tc, in every table, of the formulas chosen; how many rows that were."""
    n = 0
    for name, formula, value in TABLES:
        with (data / name).open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines))
        for row in rows:
            if chosen(row[formula]) and float(row[value]) > 0:
                row[value] = str(float(row[value]) / 100)
                n += 1
        write_csv(data / name, rows)
    return n


def held_out_formulas(data: Path) -> set[str]:
    with (data / "supercon3d" / "supercon3d.csv").open(encoding="utf-8", newline="") as lines:
        return {
            row["formula"] for row in csv.DictReader(lines) if int(row["id"][1:]) % 10 in (0, 1)
        }


# --- what is left on disk -----------------------------------------------------------------------


def test_every_fold_leaves_the_branch_alone_and_with_the_network(done):
    assert set(results(done)) == {
        (split, labels, variant)
        for split in ("fold_random", "fold_grouped")
        for labels in ("supercon3d", "extra")
        for variant in ("composition", "sodnet")
    }


def test_the_results_are_of_the_test_entries_with_their_own_tc(done):
    entries = Entries(done.data)
    for result in results(done).values():
        assert result.ids == [f"e{i}" for i in range(0, N, 10)]
        np.testing.assert_allclose(result.true_ln_tc, entries.ln_tc[::10])
        assert result.family == entries.family[::10].tolist()
        assert result.disorder == entries.disorder[::10].tolist()
        assert (result.low_ln_tc < result.predicted_ln_tc).all()
        assert (result.predicted_ln_tc < result.high_ln_tc).all()


def test_a_result_says_what_it_was_trained_on(done):
    for (_, labels, _), result in results(done).items():
        extra = len(OTHERS) if labels == "extra" else 0
        assert result.about["n_train"] == 0.8 * N + extra
        assert result.about["config"] == done.config.as_json()
        assert len(result.about["data_sha256"]) == 64
        assert ("tables_sha256" in result.about) == (labels == "extra")


def test_the_network_counts_by_its_share(done, tmp_path):
    """At no share the two variants are one; at twice the share they differ twice as much."""
    more = replace(done, runs=tmp_path, splits=("fold_random",), labels=("extra",), share=1.0)
    run_experiment(more)
    residual = {}
    for name, experiment in (("half", done), ("whole", more)):
        found = results(experiment)
        network, branch = (
            found["fold_random", "extra", v].predicted_ln_tc for v in ("sodnet", "composition")
        )
        residual[name] = network - branch
    assert np.abs(residual["half"]).max() > 1e-3
    np.testing.assert_allclose(residual["whole"], 2 * residual["half"], atol=1e-5)


def test_the_extra_formulas_change_what_is_predicted(done):
    found = results(done)
    for split in ("fold_random", "fold_grouped"):
        one, other = (
            found[split, k, "composition"].predicted_ln_tc for k in ("supercon3d", "extra")
        )
        assert not np.allclose(one, other, atol=1e-4)


# --- nothing twice ------------------------------------------------------------------------------


def forbid(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    def forbidden(*_: object) -> None:
        raise AssertionError("this has been done before")

    for name in names:
        monkeypatch.setattr(module, name, forbidden)


def test_a_second_run_trains_nothing_and_writes_nothing(done, monkeypatch):
    forbid(monkeypatch, "train", "fit_composition", "save_fold")
    said: list[str] = []
    assert run_experiment(done, said.append) == []
    assert said == []


def test_only_what_is_missing_is_run_again(done, monkeypatch, tmp_path):
    again = replace(done, runs=tmp_path)
    for result in results(done).values():
        if (result.split, result.labels) != ("fold_grouped", "extra"):
            module.save_fold(again.runs, result)
    said: list[str] = []
    written = run_experiment(again, said.append)
    assert [f.relative_to(tmp_path).parts[:3] for f in written] == [
        ("fold_grouped", "extra", "composition"),
        ("fold_grouped", "extra", "sodnet"),
    ]
    assert len(said) == 2
    key = ("fold_grouped", "extra", "sodnet")
    np.testing.assert_array_equal(
        results(again)[key].predicted_ln_tc, results(done)[key].predicted_ln_tc
    )


def test_a_trained_network_is_not_trained_again(done, monkeypatch):
    """A run that was stopped between training and writing goes on with its checkpoint."""
    before = results(done)["fold_random", "extra", "sodnet"]
    file = done.runs / "fold_random" / "extra" / "sodnet" / "fold-0.json"
    kept = file.read_bytes()
    file.unlink()

    def epoch(*_: object) -> float:
        raise AssertionError("an epoch was run")

    monkeypatch.setattr("sc3d_desktop.training.sodnet._epoch", epoch)
    run_experiment(done)
    after = results(done)["fold_random", "extra", "sodnet"]
    file.write_bytes(kept)
    np.testing.assert_array_equal(after.predicted_ln_tc, before.predicted_ln_tc)


# --- no leak ------------------------------------------------------------------------------------


def test_no_tc_of_test_or_validation_changes_a_prediction(done, tmp_path):
    again = small(tmp_path)
    held_out = held_out_formulas(again.data)
    assert change(again.data, lambda formula: formula in held_out) == 40
    run_experiment(again)
    before, after = results(done), results(again)
    for key in before:
        for name in ("predicted_ln_tc", "low_ln_tc", "high_ln_tc"):
            np.testing.assert_array_equal(
                getattr(after[key], name), getattr(before[key], name), str((key, name))
            )
        assert np.abs(after[key].true_ln_tc - before[key].true_ln_tc).min() > 4


def test_a_tc_that_is_trained_on_changes_the_predictions(done, tmp_path):
    """So that the test above looks at something."""
    again = replace(small(tmp_path), splits=("fold_random",))
    assert change(again.data, lambda formula: formula in OTHERS) == len(OTHERS)
    run_experiment(again)
    before, after = results(done), results(again)
    for variant in ("composition", "sodnet"):
        key = ("fold_random", "extra", variant)
        assert not np.allclose(after[key].predicted_ln_tc, before[key].predicted_ln_tc, atol=1e-3)
        key = ("fold_random", "supercon3d", variant)
        np.testing.assert_array_equal(after[key].predicted_ln_tc, before[key].predicted_ln_tc)


def test_only_the_training_entries_reach_the_network(done, monkeypatch, tmp_path):
    entries = Entries(done.data)
    trained = load_split(done.data, "fold_random", 0, entries.ids).train
    seen = []

    def train(graphs, residual, *rest):
        seen.append((graphs, residual))
        return real(graphs, residual, *rest)

    real = module.train
    monkeypatch.setattr(module, "train", train)
    run_experiment(replace(done, runs=tmp_path, splits=("fold_random",), labels=("extra",)))
    ((graphs, residual),) = seen
    assert len(graphs) == len(residual) == len(trained)
    for graph, i in zip(graphs, trained, strict=True):
        elements = set(graph.species_number.tolist())
        assert elements == set(np.flatnonzero(entries.fractions[i]).tolist())


# --- what the network is taught -----------------------------------------------------------------


@pytest.fixture(scope="module")
def fitted(done):
    entries = Entries(done.data)
    split = load_split(done.data, "fold_grouped", 0, entries.ids)
    rows = training_rows(entries, split.train, extra_rows(entries, split, "fold_grouped"), "extra")
    (systems,) = group_numbers(chemical_systems(rows.fractions))
    groups = {"formula": np.arange(len(rows)), "system": systems}
    return rows, {
        k: fit_branch(rows, len(split.train), g, done.composition) for k, g in groups.items()
    }


def test_training_entries_stand_before_the_further_formulas(done, fitted):
    entries = Entries(done.data)
    train = load_split(done.data, "fold_grouped", 0, entries.ids).train
    rows, _ = fitted
    np.testing.assert_array_equal(rows.fractions[: len(train)], entries.fractions[train])
    np.testing.assert_array_equal(rows.ln_tc[: len(train)], entries.ln_tc[train])
    np.testing.assert_allclose(rows.ln_tc[len(train) :], np.log(9.0))


def test_what_is_left_out_is_the_training_entry_or_its_whole_system(fitted):
    rows, branches = fitted
    n = int(0.8 * N)
    formula, system = branches["formula"].left_out, branches["system"].left_out
    for left_out in (formula, system):
        np.testing.assert_array_equal(left_out.true, rows.ln_tc[:n])
        np.testing.assert_array_equal(left_out.fractions, rows.fractions[:n])
        assert not np.allclose(left_out.predicted, left_out.true, atol=0.1)
    systems = chemical_systems(rows.fractions)
    alone = np.array([systems.count(s) == 1 for s in systems[:n]])
    assert 0 < alone.sum() < n
    assert (system.novelty >= formula.novelty).all()
    np.testing.assert_allclose(system.novelty[alone], formula.novelty[alone], atol=1e-6)


def test_the_branch_is_kernel_and_forest_by_their_share(fitted):
    rows, branches = fitted
    branch, x = branches["formula"].branch, torch.from_numpy(rows.fractions[:40]).float()
    with torch.no_grad():
        parts = branch.kernel(x).ln_tc, branch.forest(x)
        share = CompositionSettings().forest_share
        expected = (1 - share) * parts[0] + share * parts[1]
        np.testing.assert_allclose(branch(x).ln_tc, expected, atol=1e-5)
    assert (parts[0] - parts[1]).abs().max() > 0.05


@pytest.mark.parametrize("kind", ["fold_random", "fold_grouped"])
def test_the_network_is_taught_what_is_unknown_in_its_kind_of_fold(
    done, monkeypatch, tmp_path, kind
):
    """On grouped folds it meets new systems, so it learns what the branch leaves over of those."""
    seen = []
    real_fit, real_train = module.fit_branch, module.train_network

    def fit(rows, n, groups, settings):
        seen.append((rows, groups))
        seen.append(real_fit(rows, n, groups, settings))
        return seen[-1]

    def train(experiment, graphs, left_out, *place):
        seen.append(left_out)
        return real_train(experiment, graphs, left_out, *place)

    monkeypatch.setattr(module, "fit_branch", fit)
    monkeypatch.setattr(module, "train_network", train)
    run_experiment(replace(done, runs=tmp_path, splits=(kind,), labels=("extra",)))
    (rows, groups), fitted, taught = seen
    assert taught is fitted.left_out
    systems = chemical_systems(rows.fractions)
    expected = len(set(systems)) if kind == "fold_grouped" else len(rows)
    assert len(set(groups.tolist())) == expected


def test_a_residual_beyond_reason_is_cut(done, monkeypatch, fitted, tmp_path):
    left_out = fitted[1]["formula"].left_out
    far = replace(left_out, true=left_out.true + 50.0)
    seen = []
    monkeypatch.setattr(module, "train", lambda graphs, residual, *_: seen.append(residual))
    module.train_network(replace(done, runs=tmp_path), [], far, "name")
    assert (seen[0] == LARGEST_RESIDUAL).all()


# --- a part of the training set -----------------------------------------------------------------


def test_a_part_of_the_training_set_is_a_point_of_a_learning_curve(done, tmp_path):
    small_part = replace(
        done, runs=tmp_path, splits=("fold_random",), labels=("extra",), train_size=30
    )
    run_experiment(small_part)
    found = {r.variant: r for r in load_folds(tmp_path)}
    assert set(found) == {"composition.n30", "sodnet.n30"}
    for result in found.values():
        assert result.about["n_train"] == 30
        assert result.about["curve"] in ("composition", "sodnet")
    whole = results(done)["fold_random", "extra", "composition"]
    assert found["composition.n30"].ids == whole.ids
    assert not np.allclose(found["composition.n30"].predicted_ln_tc, whole.predicted_ln_tc)


def test_a_smaller_part_is_in_every_larger_one_and_entries_stand_first():
    rows = Labels(np.eye(104)[np.arange(60) % 104], np.arange(60.0))
    train_on = np.arange(100, 140)
    chosen = {}
    for size in (10, 25, 60):
        entries, part = module._part(train_on, rows, Place("fold_random", "extra", 3, size))
        assert len(part) == size
        chosen[size] = set(part.ln_tc)
        np.testing.assert_array_equal(entries, train_on[part.ln_tc[: len(entries)].astype(int)])
        assert (part.ln_tc[len(entries) :] >= len(train_on)).all()
    assert chosen[10] < chosen[25] < chosen[60]


@pytest.mark.parametrize("size", [0, -1, 61])
def test_a_part_that_cannot_be_is_refused(size):
    rows = Labels(np.eye(104)[:60], np.arange(60.0))
    with pytest.raises(TrainingError, match="60 rows"):
        module._part(np.arange(40), rows, Place("fold_random", "extra", 0, size))
