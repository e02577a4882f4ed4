"""Formulas with Tc: read from three tables, merged by composition, and left out by compound."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest
from composition_cases import random_fractions
from data_cases import write_csv
from sodnet_cases import random_crystal

from sc3d_desktop.crystal.elements import atomic_number
from sc3d_desktop.errors import TrainingError
from sc3d_desktop.paths import resources
from sc3d_desktop.training.labels import (
    SAME_FRACTION,
    Labels,
    chemical_systems,
    contradicted,
    crystal_fractions,
    formula_fractions,
    load_labels,
    same_compositions,
)

SUPERCON = "supercon_formulas/SuperCon_11949.csv"
STANEV = "supercon_formulas/Supercon_data_by_2018_Stanev.csv"
THREE_DSC = "3dsc_mp/3dsc_mp.csv"


def rows(*formulas: str) -> np.ndarray:
    return np.stack([formula_fractions(f) for f in formulas])


@pytest.fixture
def data(tmp_path):
    """``data(supercon, stanev, three_dsc)``: a folder with these pairs of formula and Tc."""

    def write(supercon=(("Pb", 7.2),), stanev=(("Nb", 9.2),), three_dsc=(("V", 5.4),)):
        write_csv(tmp_path / SUPERCON, [{"Formula": f, "Tc": tc} for f, tc in supercon])
        write_csv(tmp_path / STANEV, [{"name": f, "Tc": tc} for f, tc in stanev])
        write_csv(tmp_path / THREE_DSC, [{"formula_sc": f, "tc_K": tc} for f, tc in three_dsc])
        return tmp_path

    return write


def as_dict(labels: Labels) -> dict[frozenset, float]:
    return dict(zip(chemical_systems(labels.fractions), np.exp(labels.ln_tc), strict=True))


def elements(*symbols: str) -> frozenset[int]:
    return frozenset(atomic_number(s) for s in symbols)


# --- formulas -----------------------------------------------------------------------------------


def test_a_formula_becomes_atomic_fractions_by_atomic_number():
    row = formula_fractions("YBa2Cu3O6.5")
    assert row.shape == (104,)
    assert {z: row[z] for z in np.flatnonzero(row)} == pytest.approx(
        {8: 6.5 / 12.5, 29: 3 / 12.5, 39: 1 / 12.5, 56: 2 / 12.5}
    )


def test_brackets_and_fractional_groups_are_read():
    np.testing.assert_allclose(*rows("(La0.9Sr0.1)2CuO4", "La1.8Sr0.2CuO4"))


@pytest.mark.parametrize("formula", ["", "1234", "not a formula", "Mg-B2", "Mg(B2"])
def test_what_is_no_formula_is_none(formula):
    assert formula_fractions(formula) is None


def test_the_fractions_of_a_crystal_count_its_occupancies():
    crystal = random_crystal(4, 3)
    (row,) = crystal_fractions([crystal])
    total = sum(crystal.composition.values())
    assert row.sum() == pytest.approx(1)
    for symbol, amount in crystal.composition.items():
        assert row[atomic_number(symbol)] == pytest.approx(amount / total)


# --- tables -------------------------------------------------------------------------------------


def test_all_three_tables_are_read(data):
    found = as_dict(load_labels(data()).superconductors)
    assert found == pytest.approx({elements("Pb"): 7.2, elements("Nb"): 9.2, elements("V"): 5.4})


def test_one_compound_has_one_row_with_the_mean_of_its_ln_tc(data):
    folder = data((("MgB2", 39), ("Mg2B4", 36)), (("B2Mg", 30),), (("V", 5.4),))
    labels = load_labels(folder).superconductors
    assert len(labels) == 2
    mean = np.exp(np.mean(np.log([39, 36, 30])))
    assert as_dict(labels)[elements("Mg", "B")] == pytest.approx(mean)


def test_what_has_no_tc_is_unreported_unless_another_row_gives_one(data):
    folder = data((("Nb3Sn", 18),), (("NaCl", 0), ("Nb3Sn", 0), ("Cu", 0)), (("Cu2", 0), ("Si", 0)))
    tables = load_labels(folder)
    assert chemical_systems(tables.superconductors.fractions) == [elements("Nb", "Sn")]
    found = chemical_systems(tables.unreported)
    assert len(found) == 3
    assert set(found) == {elements("Na", "Cl"), elements("Cu"), elements("Si")}


def test_an_empty_field_is_no_tc(data):
    tables = load_labels(data(three_dsc=(("Si", ""),)))
    assert chemical_systems(tables.unreported) == [elements("Si")]


def test_a_tc_beyond_the_known_is_neither_used_nor_taken_for_none(data):
    tables = load_labels(data((("LaH10", 250), ("Pb", 7.2))))
    every = [*chemical_systems(tables.superconductors.fractions)]
    every += chemical_systems(tables.unreported)
    assert elements("La", "H") not in every


def test_a_formula_nobody_can_read_is_passed_over(data):
    tables = load_labels(data((("YBCO-like (?)", 90), ("Pb", 7.2))))
    assert len(tables.superconductors) == 3


def test_a_doubtful_row_is_passed_over_in_any_order_of_elements(data):
    found = load_labels(data((("B0.67Mg0.33", 6.1), ("Pb", 7.2)))).superconductors
    assert elements("Mg", "B") not in as_dict(found)


def test_the_formula_of_a_doubtful_row_with_another_tc_is_kept(data):
    found = as_dict(load_labels(data((("B0.67Mg0.33", 38.0),))).superconductors)
    assert found[elements("Mg", "B")] == pytest.approx(38.0)


def test_every_doubtful_row_has_a_reason_and_is_in_the_tables(data_folder):
    text = (resources() / "science" / "doubtful_labels.json").read_text(encoding="utf-8")
    rows = json.loads(text)["rows"]
    wanted = {row["tc_kelvin"] for row in rows}
    listed = [r for name in (SUPERCON, STANEV) for r in read_with_tc(data_folder / name, wanted)]
    for row in rows:
        assert row["reason"]
        fractions = formula_fractions(row["formula"])
        same = [np.allclose(f, fractions, atol=1e-6) for f, tc in listed if tc == row["tc_kelvin"]]
        assert any(same), row["formula"]


def read_with_tc(path, wanted):
    """(fractions, Tc) of the rows with one of these Tc."""
    with path.open(encoding="utf-8", newline="") as lines:
        for formula, tc, *_ in list(csv.reader(lines))[1:]:
            if float(tc or 0) in wanted and (found := formula_fractions(formula)) is not None:
                yield found, float(tc)


@pytest.mark.parametrize("name", [SUPERCON, STANEV, THREE_DSC])
def test_a_missing_table_is_named_with_a_way_out(data, name):
    folder = data()
    (folder / name).unlink()
    with pytest.raises(TrainingError, match=name.split("/")[1]) as caught:
        load_labels(folder)
    assert "--data" in caught.value.hint


def test_the_hash_is_that_of_the_contents(data):
    first = load_labels(data()).sha256
    assert load_labels(data()).sha256 == first
    assert load_labels(data((("Pb", 7.3),))).sha256 != first


# --- left out -----------------------------------------------------------------------------------


def test_same_compositions_are_those_no_fraction_of_which_differs_by_more():
    a, b = random_fractions(80, seed=1), random_fractions(60, seed=2)
    rng = np.random.default_rng(0)
    b[:30] = a[:30] + rng.uniform(-2, 2, (30, 104)) * SAME_FRACTION * (a[:30] > 0)
    largest = np.abs(a[:, None] - b).max(axis=2)
    expected = (largest <= SAME_FRACTION).any(axis=1)
    assert 3 < expected.sum() < 27
    assert same_compositions(a, b).tolist() == expected.tolist()


def test_the_limit_is_given_by_the_caller():
    a, b = rows("MgB2"), rows("Mg1.001B2")
    assert same_compositions(a, b).tolist() == [True]
    assert same_compositions(a, b, 1e-5).tolist() == [False]


def test_nothing_is_the_same_as_nothing():
    assert same_compositions(rows("Pb", "Nb"), np.zeros((0, 104))).tolist() == [False, False]


@pytest.fixture
def labels() -> Labels:
    x = rows("MgB2", "Mg0.9Al0.1B2", "MgB4", "AlB2", "YBa2Cu3O7", "YBa2Cu3O6.5")
    return Labels(x, np.arange(6.0))


def test_formulas_are_left_out_with_their_labels(labels):
    left = labels.without_formulas(rows("Mg3B6", "YBa2Cu3O6.5", "Pb"))
    assert left.ln_tc.tolist() == [1, 2, 3, 4]
    np.testing.assert_array_equal(left.fractions, labels.fractions[1:5])
    assert len(labels) == 6


def test_systems_are_left_out_whole(labels):
    left = labels.without_systems({elements("Mg", "B"), elements("Y", "Ba", "Cu", "O")})
    assert left.ln_tc.tolist() == [1, 3]


def test_with_nothing_held_out_everything_stays(labels):
    assert labels.without_formulas(np.zeros((0, 104))).ln_tc.tolist() == labels.ln_tc.tolist()
    assert labels.without_systems(set()).ln_tc.tolist() == labels.ln_tc.tolist()


# --- contradictions -----------------------------------------------------------------------------


def labels_of(*pairs: tuple[str, float]) -> Labels:
    return Labels(rows(*(f for f, _ in pairs)), np.log([tc for _, tc in pairs]))


LSCO = tuple((f"La{2 - x:.3f}Sr{x}CuO4", 36.0 + i) for i, x in enumerate((0.15, 0.153, 0.156)))


def test_a_row_far_from_its_near_neighbours_contradicts_them():
    found = contradicted(labels_of(*LSCO, ("La1.85Sr0.15CuO3.99", 12.0)))
    assert found.tolist() == [False, False, False, True]


def test_what_has_few_neighbours_or_other_elements_or_lies_apart_contradicts_nothing():
    others = (
        ("La1.85Sr0.15CuO3.9", 12.0),  # a fraction differs by 0.007
        ("La1.85Ba0.15CuO4", 12.0),
        ("La1.846Sr0.15Zn0.004CuO4", 12.0),
        ("Mg0.99B2", 39.0),
        ("MgB2", 5.0),
    )
    assert not contradicted(labels_of(*LSCO, *others)).any()


@pytest.mark.parametrize("seed", range(3))
def test_contradictions_are_those_of_a_comparison_of_all_pairs(seed):
    rng = np.random.default_rng(seed)
    near = random_fractions(20, seed).repeat(5, axis=0)
    near *= 1 + rng.normal(0, 3e-3, near.shape)
    labels = Labels(near / near.sum(axis=1, keepdims=True), rng.normal(0, 0.4, len(near)))
    found = contradicted(labels)
    assert 0 < found.sum() < len(found)
    for i, (x, y) in enumerate(zip(labels.fractions, labels.ln_tc, strict=True)):
        close = np.abs(labels.fractions - x).max(axis=1) <= 2e-3
        close &= ((labels.fractions > 0) == (x > 0)).all(axis=1)
        close[i] = False
        away = close.sum() >= 3 and abs(y - np.median(labels.ln_tc[close])) > 0.4
        assert found[i] == away
