"""What may be trained on beside the entries of a fold: nothing that says what they will answer."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from data_cases import OTHERS, N, write_data

from sc3d_desktop.training.entries import Entries, extra_rows
from sc3d_desktop.training.labels import (
    SAME_FRACTION,
    FormulaTables,
    Labels,
    chemical_systems,
    formula_fractions,
)
from sc3d_desktop.training.results import SplitKind
from sc3d_desktop.training.supercon3d import Split, load_split

KINDS: tuple[SplitKind, ...] = ("fold_random", "fold_grouped", "fold_paper_sorted")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Entries:
    return Entries(write_data(tmp_path_factory.mktemp("data")))


@pytest.fixture(scope="module")
def related(tmp_path_factory: pytest.TempPathFactory) -> Entries:
    """As ``small``, with another formula of the chemical system of every entry in the tables."""
    folder = write_data(tmp_path_factory.mktemp("related"))
    with (folder / "supercon_formulas" / "SuperCon_11949.csv").open("a", encoding="utf-8") as table:
        for entry in Entries(folder).read.entries:
            first, *rest = entry.crystal.composition.items()
            amounts = [(first[0], 2 * first[1]), *rest]
            table.write("".join(f"{el}{n:.6f}" for el, n in amounts) + ",12.0,others\n")
    return Entries(folder)


@pytest.fixture(scope="module")
def real(data_folder: Path) -> Entries:
    return Entries(data_folder)


def split_of(entries: Entries, kind: SplitKind, fold: int) -> Split:
    return load_split(entries.data, kind, fold, entries.ids)


def held_out(entries: Entries, split: Split) -> np.ndarray:
    """By formula and by crystal, which differ in a few entries."""
    judged = np.concatenate([split.test, split.validation])
    return np.concatenate([entries.fractions[judged], entries.formula_fractions[judged]])


def nearest(rows: np.ndarray, others: np.ndarray) -> float:
    """The least, over all pairs, of the largest difference of a fraction."""
    return min(float(np.abs(rows - other).max(axis=1).min()) for other in others)


def with_other_labels(entries: Entries, changed: np.ndarray) -> Entries:
    """The same, with another Tc for the table's rows where ``changed`` (n,)."""
    again = object.__new__(Entries)
    again.__dict__.update(entries.__dict__)
    old = entries.tables
    labels = Labels(old.superconductors.fractions, old.superconductors.ln_tc + 5.0 * changed)
    again.__dict__["tables"] = FormulaTables(labels, old.unreported, old.sha256)
    return again


def of_the_judged(entries: Entries, split: Split, kind: SplitKind) -> np.ndarray:
    """Which rows of the tables are a compound of the test or validation fold, or of its system."""
    x, out = entries.labels.fractions, held_out(entries, split)
    same = np.zeros(len(x), dtype=bool)
    for row in out:
        same |= np.abs(x - row).max(axis=1) <= SAME_FRACTION
    if kind == "fold_grouped":
        systems = set(chemical_systems(out))
        same |= np.array([s in systems for s in chemical_systems(x)])
    return same


def assert_no_leak(entries: Entries, kind: SplitKind, fold: int) -> None:
    split = split_of(entries, kind, fold)
    rows, out = extra_rows(entries, split, kind), held_out(entries, split)
    assert len(rows)
    assert nearest(rows.fractions, out) > SAME_FRACTION
    if kind == "fold_grouped":
        assert not set(chemical_systems(rows.fractions)) & set(chemical_systems(out))
    changed = of_the_judged(entries, split, kind)
    assert changed.any()
    again = extra_rows(with_other_labels(entries, changed), split, kind)
    np.testing.assert_array_equal(again.fractions, rows.fractions)
    np.testing.assert_array_equal(again.ln_tc, rows.ln_tc)
    every = extra_rows(with_other_labels(entries, ~changed), split, kind)
    np.testing.assert_allclose(every.ln_tc, rows.ln_tc + 5)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("fold", [0, 9])
def test_held_out_compounds_reach_no_row_of_small_data(small, kind, fold):
    assert_no_leak(small, kind, fold)


@pytest.mark.parametrize("kind", KINDS)
def test_nor_do_other_formulas_of_their_system_on_grouped_folds(related, kind):
    assert_no_leak(related, kind, 3)
    split = split_of(related, kind, 3)
    systems = set(chemical_systems(held_out(related, split)))
    rows = extra_rows(related, split, kind)
    shared = systems & set(chemical_systems(rows.fractions))
    assert bool(shared) == (kind != "fold_grouped")


@pytest.mark.parametrize(("kind", "fold"), list(zip(KINDS, (0, 4, 9), strict=True)))
def test_held_out_compounds_reach_no_row_of_the_real_data(real, kind, fold):
    assert_no_leak(real, kind, fold)


def test_without_the_exclusion_nearly_every_entry_would_be_there(real):
    """So that the tests above look at something."""
    same = [
        np.abs(real.labels.fractions - row).max(axis=1).min() <= SAME_FRACTION
        for row in real.formula_fractions[::10]
    ]
    assert np.mean(same) > 0.85


def test_the_rows_are_neither_those_of_the_training_entries(small):
    split = split_of(small, "fold_random", 0)
    rows = extra_rows(small, split, "fold_random")
    assert nearest(rows.fractions, small.fractions[split.train]) > SAME_FRACTION


def test_all_other_formulas_are_kept_with_their_tc(small):
    rows = extra_rows(small, split_of(small, "fold_grouped", 0), "fold_grouped")
    assert len(rows) == len(OTHERS)
    others = np.stack([formula_fractions(f) for f in OTHERS])
    assert all(nearest(rows.fractions, other[None]) < 1e-4 for other in others)
    np.testing.assert_allclose(rows.ln_tc, np.log(9.0))


def test_the_columns_belong_to_the_entries(small):
    assert small.ids == [f"e{i}" for i in range(N)]
    assert small.family[:3].tolist() == ["cuprate", "others", "cuprate"]
    assert small.fractions.shape == (N, 104)
    np.testing.assert_allclose(small.fractions, small.formula_fractions, atol=1e-4)
    ln_tc = [entry.ln_tc for entry in small.read.entries]
    assert small.ln_tc.tolist() == ln_tc


def test_a_formula_that_cannot_be_read_is_taken_from_the_crystal(tmp_path):
    folder = write_data(tmp_path)
    table = folder / "supercon3d" / "supercon3d.csv"
    lines = table.read_text(encoding="utf-8").splitlines()
    cells = lines[1].split(",")
    cells[2] = "??"
    table.write_text("\n".join([lines[0], ",".join(cells), *lines[2:]]), encoding="utf-8")
    entries = Entries(folder)
    np.testing.assert_array_equal(entries.formula_fractions[0], entries.fractions[0])
