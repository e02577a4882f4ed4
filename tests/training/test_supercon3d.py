"""The data set and its folds."""

from __future__ import annotations

import numpy as np
import pytest

from sc3d_desktop.errors import TrainingError
from sc3d_desktop.training.supercon3d import FAMILIES, load_split, load_supercon3d


def test_every_entry_is_read(supercon3d):
    assert len(supercon3d.entries) == 1578
    assert {e.family for e in supercon3d.entries} == set(FAMILIES)
    assert all(e.tc_kelvin > 0 for e in supercon3d.entries)


@pytest.mark.parametrize("kind", ["fold_random", "fold_grouped", "fold_paper_sorted"])
def test_train_validation_and_test_share_nothing(supercon3d, data_folder, kind):
    ids = [e.id for e in supercon3d.entries]
    tested = []
    for fold in range(10):
        split = load_split(data_folder, kind, fold, ids)
        parts = [set(split.train), set(split.validation), set(split.test)]
        assert sum(map(len, parts)) == len(set.union(*parts)) == 1578
        tested += split.test.tolist()
    assert sorted(tested) == list(range(1578))


def test_the_grouped_split_shares_no_chemical_system(supercon3d, data_folder):
    entries = supercon3d.entries
    split = load_split(data_folder, "fold_grouped", 0, [e.id for e in entries])
    systems = [frozenset(e.crystal.composition) for e in entries]
    trained = {systems[i] for i in split.train}
    assert not trained & {systems[i] for i in split.test}


def test_a_split_that_does_not_exist_is_named(supercon3d, data_folder):
    ids = [e.id for e in supercon3d.entries]
    with pytest.raises(TrainingError, match="fold_magic"):
        load_split(data_folder, "fold_magic", 0, ids)
    with pytest.raises(TrainingError, match="fold 12"):
        load_split(data_folder, "fold_random", 12, ids)


def test_a_missing_data_folder_is_named(tmp_path):
    with pytest.raises(TrainingError, match=r"supercon3d\.csv"):
        load_supercon3d(tmp_path)


def test_the_hash_is_of_the_data(supercon3d, data_folder):
    assert len(supercon3d.sha256) == 64
    assert np.isfinite([e.ln_tc for e in supercon3d.entries]).all()
