"""Results on disk: what is written is read back, and what is wrong is refused by name."""

from __future__ import annotations

import json

import numpy as np
import pytest
from report_cases import fold_result

from sc3d_desktop.errors import TrainingError
from sc3d_desktop.training.results import (
    FoldResult,
    ProbabilityResult,
    load_folds,
    load_probabilities,
    save_fold,
    save_probability,
    variant_name,
)


def same(one: FoldResult, other: FoldResult) -> bool:
    pairs = [(getattr(one, name), getattr(other, name)) for name in vars(one)]
    return all(np.array_equal(a, b) if a is not None else b is None for a, b in pairs)


def test_a_result_is_read_back_as_it_was_written(tmp_path):
    written = fold_result("rf-c", 3, about={"n_train": 1262})
    file = save_fold(tmp_path, written)
    assert file == tmp_path / "fold_random" / "supercon3d" / "rf-c" / "fold-3.json"
    (read,) = load_folds(tmp_path)
    assert same(read, written)


def test_a_result_without_an_interval_keeps_none(tmp_path):
    save_fold(tmp_path, fold_result("sodnet", 0, width=None))
    (read,) = load_folds(tmp_path)
    assert read.low_ln_tc is None
    assert read.high_ln_tc is None


def test_every_digit_of_a_number_is_kept(tmp_path):
    written = fold_result("rf-c", 0)
    save_fold(tmp_path, written)
    (read,) = load_folds(tmp_path)
    assert read.predicted_ln_tc.tolist() == written.predicted_ln_tc.tolist()


def test_results_come_by_split_labels_variant_and_fold(tmp_path):
    keys = [
        ("fold_random", "extra", "b", 1),
        ("fold_random", "supercon3d", "a", 2),
        ("fold_random", "supercon3d", "a", 9),
        ("fold_grouped", "supercon3d", "a", 0),
    ]
    for split, labels, variant, fold in reversed(keys):
        save_fold(tmp_path, fold_result(variant, fold, split=split, labels=labels))
    assert [(r.split, r.labels, r.variant, r.fold) for r in load_folds(tmp_path)] == keys


def test_a_second_result_replaces_the_first_and_leaves_nothing_behind(tmp_path):
    save_fold(tmp_path, fold_result("rf-c", 0, error=0.1))
    save_fold(tmp_path, fold_result("rf-c", 0, error=0.9))
    (read,) = load_folds(tmp_path)
    assert np.abs(read.predicted_ln_tc - read.true_ln_tc).mean() == pytest.approx(0.9)
    assert [f.name for f in tmp_path.rglob("*") if f.is_file()] == ["fold-0.json"]


def test_a_write_that_fails_leaves_the_old_result(tmp_path, monkeypatch):
    file = save_fold(tmp_path, fold_result("rf-c", 0))
    before = file.read_bytes()

    def full(*_: object, **__: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="no space"):
        save_fold(tmp_path, fold_result("rf-c", 0, error=0.9))
    assert file.read_bytes() == before


def test_other_files_in_the_folder_are_no_results(tmp_path):
    save_fold(tmp_path, fold_result("rf-c", 0))
    (tmp_path / "sodnet").mkdir()
    (tmp_path / "sodnet" / "report.json").write_text("{}")
    assert len(load_folds(tmp_path)) == 1


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"variant": "../up"}, "name of a variant"),
        ({"variant": ""}, "name of a variant"),
        ({"fold": 10}, "no fold 10"),
        ({"split": "fold_magic"}, "fold_magic"),
        ({"labels": "all"}, "labels all"),
        ({"high_ln_tc": None}, "both its ends"),
        ({"family": ["others"]}, "differ in length"),
        ({"predicted_ln_tc": [1.0]}, "differ in length"),
    ],
)
def test_a_result_that_cannot_be_is_refused(change, named):
    given = vars(fold_result("rf-c", 0)) | change
    with pytest.raises(TrainingError, match=named):
        FoldResult(**given)


def test_an_entry_twice_in_one_fold_is_refused():
    given = vars(fold_result("rf-c", 0))
    ids = [given["ids"][0], *given["ids"][:-1]]
    with pytest.raises(TrainingError, match="twice"):
        FoldResult(**(given | {"ids": ids}))


@pytest.mark.parametrize("column", ["true_ln_tc", "predicted_ln_tc", "low_ln_tc", "high_ln_tc"])
def test_a_number_that_is_not_finite_is_refused(column):
    given = vars(fold_result("rf-c", 0))
    numbers = given[column].copy()
    numbers[2] = np.nan
    with pytest.raises(TrainingError, match="not finite"):
        FoldResult(**(given | {column: numbers}))


@pytest.mark.parametrize("content", ["{", "[]", '{"variant": "rf-c"}', ""])
def test_a_damaged_file_is_named(tmp_path, content):
    file = save_fold(tmp_path, fold_result("rf-c", 0))
    file.write_text(content)
    with pytest.raises(TrainingError, match=r"fold-0\.json"):
        load_folds(tmp_path)


def test_a_file_in_the_place_of_another_fold_is_named(tmp_path):
    file = save_fold(tmp_path, fold_result("rf-c", 0))
    file.rename(file.with_name("fold-1.json"))
    with pytest.raises(TrainingError, match=r"fold-1\.json holds another result"):
        load_folds(tmp_path)


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(TrainingError, match="no folder"):
        load_folds(tmp_path / "nowhere")


def test_the_name_of_a_variant_says_what_part_it_was_trained_on():
    assert variant_name("rf-c") == "rf-c"
    assert variant_name("rf-c", "O/SD") == "rf-c.O-SD"
    assert variant_name("rf-c", size=400) == "rf-c.n400"


# --- superconductor or not ----------------------------------------------------------------------


def test_probabilities_are_read_back(tmp_path):
    file = save_probability(tmp_path, ProbabilityResult("fold_grouped", [0.2, 0.7], [0, 1]))
    assert json.loads(file.read_text())["auc"] == 1.0
    (read,) = load_probabilities(tmp_path)
    assert read.split == "fold_grouped"
    assert read.probability.tolist() == [0.2, 0.7]
    assert read.label.tolist() == [0, 1]


def test_the_auc_is_the_share_of_pairs_in_the_right_order():
    rng = np.random.default_rng(0)
    label = rng.integers(0, 2, 60)
    probability = np.round(rng.random(60), 1)
    pairs = [(p, n) for p in probability[label == 1] for n in probability[label == 0]]
    right = [1.0 if p > n else 0.5 if p == n else 0.0 for p, n in pairs]
    result = ProbabilityResult("fold_random", probability, label)
    assert result.auc == pytest.approx(np.mean(right))


def test_an_auc_in_the_file_that_is_wrong_is_not_believed(tmp_path):
    file = save_probability(tmp_path, ProbabilityResult("fold_random", [0.9, 0.1], [0, 1]))
    file.write_text(file.read_text().replace('"auc": 0.0', '"auc": 0.99'))
    (read,) = load_probabilities(tmp_path)
    assert read.auc == 0


@pytest.mark.parametrize(
    ("probability", "label"),
    [([0.2, 1.2], [0, 1]), ([0.2, 0.3], [0, 2]), ([0.2, 0.3], [1, 1]), ([0.2], [0, 1])],
)
def test_probabilities_that_cannot_be_are_refused(probability, label):
    with pytest.raises(TrainingError, match="fold_random"):
        ProbabilityResult("fold_random", probability, label)
