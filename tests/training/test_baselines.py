"""The baselines: their features, what they are trained on, and what they leave on disk."""

from __future__ import annotations

import csv
import sys
import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from crystal_cases import simple_crystal, supercell
from data_cases import OTHERS, write_csv, write_data

from sc3d_desktop.cli import run
from sc3d_desktop.crystal import Crystal, Site, Species
from sc3d_desktop.crystal.cif import read_cif
from sc3d_desktop.crystal.elements import atomic_number
from sc3d_desktop.errors import TrainingError
from sc3d_desktop.paths import examples
from sc3d_desktop.training.baselines import VARIANTS, Baselines, run_baselines
from sc3d_desktop.training.baselines.composition import composition_features, element_properties
from sc3d_desktop.training.baselines.regressors import make_regressor
from sc3d_desktop.training.baselines.structure import structure_features
from sc3d_desktop.training.entries import Entries, extra_rows
from sc3d_desktop.training.labels import chemical_systems, formula_fractions, same_compositions
from sc3d_desktop.training.results import SPLITS, load_folds
from sc3d_desktop.training.supercon3d import load_split

ROOT = Path(__file__).resolve().parents[2]
QUICK = ("median", "nearest", "svm-c")


# --- features -----------------------------------------------------------------------------------


def fractions(formula: str) -> np.ndarray:
    found = formula_fractions(formula)
    assert found is not None
    return found


def test_composition_features_are_statistics_of_the_elements():
    row = composition_features(fractions("MgB2")[None])[0]
    assert row[atomic_number("B") - 1] == pytest.approx(2 / 3)
    n = element_properties().shape[1]
    mean, spread, low, high, extent, most = np.split(row[103 : 103 + 6 * n], 6)
    electronegativity = 4
    assert mean[electronegativity] == pytest.approx((2 * 2.04 + 1.31) / 3)
    assert spread[electronegativity] == pytest.approx(np.std([2.04, 2.04, 1.31]))
    assert (low[electronegativity], high[electronegativity]) == (1.31, 2.04)
    assert extent[electronegativity] == pytest.approx(0.73)
    assert most[0] == 5
    assert row[103 + 6 * n] == 2


def test_composition_features_are_finite_for_every_element():
    assert np.isfinite(composition_features(np.eye(104)[1:])).all()


def test_composition_features_do_not_depend_on_the_other_rows():
    both = composition_features(np.stack([fractions("MgB2"), fractions("Nb3Sn")]))
    alone = composition_features(fractions("Nb3Sn")[None])
    np.testing.assert_array_equal(both[1:], alone)


def bcc_niobium() -> Crystal:
    sites = tuple(Site("Nb1", Species({"Nb": 1}), (x, x, x)) for x in (0.0, 0.5))
    return Crystal(np.eye(3) * 3.3004, sites)


def test_structure_features_of_niobium():
    row = structure_features(bcc_niobium())
    assert row[0] == pytest.approx(17.975, abs=0.01)  # Å³ an atom
    assert row[2] == pytest.approx(8.58, abs=0.01)  # g/cm³
    assert row[3] == pytest.approx(4 / 3 * np.pi * 1.64**3 / 17.975, abs=1e-3)
    assert 229 in row  # Im-3m
    assert np.isclose(row, 3.3004 * np.sqrt(3) / 2).any()  # the nearest neighbour
    assert 14 in row  # eight neighbours at 2.86 Å and six at 3.30 Å


def test_structure_features_are_those_of_the_crystal_not_of_its_cell():
    crystal = read_cif(examples() / "YBa2Cu3O7.cif")[0]
    doubled = supercell(crystal, (2, 1, 1))
    np.testing.assert_allclose(
        structure_features(doubled), structure_features(crystal), rtol=1e-4, atol=1e-4
    )


def test_structure_features_tell_disorder():
    ordered = structure_features(simple_crystal({"Mg": 1}, {"O": 1}))
    mixed = structure_features(simple_crystal({"Mg": 0.5, "Al": 0.5}, {"O": 1}))
    vacant = structure_features(simple_crystal({"Mg": 1}, {"O": 0.5}))
    assert not np.allclose(ordered, mixed)
    assert np.log(2) / 2 in mixed.round(12) or np.isclose(mixed, np.log(2) / 2).any()
    assert np.isclose(vacant, 0.25).any()


@pytest.mark.parametrize("file", sorted(examples().glob("*.cif")), ids=lambda f: f.stem)
def test_structure_features_are_finite_and_as_many_for_every_crystal(file):
    row = structure_features(read_cif(file)[0])
    assert np.isfinite(row).all()
    assert row.shape == structure_features(bcc_niobium()).shape


def test_a_lone_atom_far_from_others_has_features():
    row = structure_features(simple_crystal({"Mg": 0.5}, edge=50.0))
    assert np.isfinite(row).all()


# --- methods ------------------------------------------------------------------------------------


def test_nearest_is_the_nearest_composition():
    known = [{"Mg": 1, "B": 2}, {"Y": 1, "Ba": 2, "Cu": 3, "O": 7}, {"Nb": 3, "Sn": 1}]
    queries = [{"Mg": 2.7, "Al": 0.3, "B": 6}, {"Nb": 1}, {"Y": 2, "Ba": 4, "Cu": 6, "O": 13.8}]
    ln_tc = np.array([3.66, 4.52, 2.9])
    rows = [np.stack([_row(c) for c in of]) for of in (known, queries)]
    regressor = make_regressor("nearest", 1)
    regressor.fit(rows[0], ln_tc)
    away = np.abs(rows[1][:, None] - rows[0][None]).sum(axis=2)
    expected = ln_tc[away.argmin(axis=1)]
    np.testing.assert_array_equal(regressor.predict(rows[1]), expected)
    assert expected.tolist() == [3.66, 2.9, 4.52]


def _row(composition: dict[str, float]) -> np.ndarray:
    row = np.zeros(104)
    for symbol, amount in composition.items():
        row[atomic_number(symbol)] = amount
    return row / row.sum()


@pytest.mark.parametrize("name", ["rf", "svm", "svr", "extratrees", "boosting", "nearest"])
def test_a_method_learns_and_gives_the_same_answer_twice(name):
    rng = np.random.default_rng(0)
    x = rng.random((200, 5))
    y = 2 * x[:, 0] - x[:, 1]
    answers = []
    for _ in range(2):
        regressor = make_regressor(name, 1)
        regressor.fit(x[:150], y[:150])
        answers.append(regressor.predict(x[150:]))
    np.testing.assert_array_equal(*answers)
    left = np.abs(answers[0] - y[150:]).mean()
    assert left < 0.6 * np.abs(y[150:] - np.median(y[:150])).mean()


@pytest.mark.parametrize(
    ("name", "library"), [("boosting", "lightgbm"), ("rf", "sklearn.ensemble")]
)
def test_a_library_that_is_not_installed_is_named_with_a_way_out(name, library, monkeypatch):
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(TrainingError, match=library) as caught:
        make_regressor(name, 1)
    assert "scikit-learn" in caught.value.hint


def test_the_tests_install_all_that_training_needs():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    assert set(extras["train"]) <= set(extras["test"])


# --- runs ---------------------------------------------------------------------------------------


@pytest.fixture
def small(tmp_path: Path) -> Baselines:
    return Baselines(
        data=write_data(tmp_path / "data"),
        runs=tmp_path / "runs",
        splits=("fold_random",),
        folds=(3,),
        variants=QUICK,
        threads=1,
    )


def test_every_variant_leaves_a_result_and_only_composition_uses_formulas(small):
    run_baselines(replace(small, variants=tuple(VARIANTS)))
    there = {(r.variant, r.labels) for r in load_folds(small.runs)}
    own = {(name, "supercon3d") for name in VARIANTS}
    extra = {(name, "extra") for name, v in VARIANTS.items() if v.features != "geo"}
    assert there == own | extra
    assert {name for name, _ in extra} == {n for n in VARIANTS if not n.endswith("-geo")}


def test_a_result_holds_the_test_fold(small):
    run_baselines(small)
    for result in load_folds(small.runs):
        assert result.ids == [f"e{i}" for i in range(3, 100, 10)]
        assert result.disorder[:4] == ["O", "SD", "PD", "SPD"]
        assert result.family == ["others"] * 10
        assert result.about["data_sha256"]


def test_the_mean_is_the_mean_of_its_parts(small):
    run_baselines(replace(small, variants=("extratrees-c", "boosting-c", "mean-c")))
    by = {(r.variant, r.labels): r.predicted_ln_tc for r in load_folds(small.runs)}
    parts = (by["extratrees-c", "extra"] + by["boosting-c", "extra"]) / 2
    np.testing.assert_allclose(by["mean-c", "extra"], parts)


def test_a_fold_that_is_there_is_not_run_again(small):
    (*_, kept) = run_baselines(small)
    kept.unlink()
    others = {f: f.stat().st_mtime_ns for f in small.runs.rglob("fold-*.json")}
    said: list[str] = []
    assert run_baselines(small, said.append) == [kept]
    assert len(said) == 1
    assert {f: f.stat().st_mtime_ns for f in others} == others
    assert run_baselines(small) == []


def test_labels_of_test_and_validation_reach_no_prediction(small):
    """Neither through the entries nor through the formula tables."""
    run_baselines(small)
    before = {(r.variant, r.labels): r for r in load_folds(small.runs)}
    judged = {f"e{i}" for i in range(100) if i % 10 in (3, 4)}
    _multiply_tc(small.data, judged)
    again = replace(small, runs=small.runs.with_name("again"))
    run_baselines(again)
    for result in load_folds(again.runs):
        old = before[result.variant, result.labels]
        np.testing.assert_array_equal(result.predicted_ln_tc, old.predicted_ln_tc)
        assert not np.allclose(result.true_ln_tc, old.true_ln_tc)


def _multiply_tc(data: Path, judged: set[str]) -> None:
    table = data / "supercon3d" / "supercon3d.csv"
    formulas = set()
    rows = _read(table)
    for row in rows:
        if row["id"] in judged:
            formulas.add(row["formula"])
            row["tc_K"] = str(float(row["tc_K"]) * 7)
    write_csv(table, rows)
    for name, key in (("SuperCon_11949", "Formula"), ("Supercon_data_by_2018_Stanev", "name")):
        path = data / "supercon_formulas" / f"{name}.csv"
        rows = _read(path)
        for row in rows:
            if row[key] in formulas:
                row["Tc"] = str(min(float(row["Tc"]) * 7, 140))
        write_csv(path, rows)


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_further_formulas_are_trained_on(small):
    run_baselines(small)
    about = {(r.variant, r.labels): r.about for r in load_folds(small.runs)}
    assert about["svm-c", "supercon3d"]["n_train"] == 80
    assert about["svm-c", "supercon3d"]["n_extra"] == 0
    assert about["svm-c", "extra"]["n_extra"] == len(OTHERS)
    assert about["svm-c", "extra"]["n_train"] == 80 + len(OTHERS)


def test_a_training_set_limited_to_some_classes_is_marked(small):
    limited = replace(small, trained_on="O/SD", labels=("supercon3d",), variants=("median",))
    run_baselines(limited)
    (result,) = load_folds(small.runs)
    assert result.variant == "median.O-SD"
    assert result.trained_on == "O/SD"
    table = _read(small.data / "supercon3d" / "supercon3d.csv")
    kept = [r for i, r in enumerate(table) if i % 10 not in (3, 4)]
    tc = [float(r["tc_K"]) for r in kept if r["disorder_class"] in ("O", "SD")]
    assert result.about["n_train"] == len(tc)
    np.testing.assert_allclose(result.predicted_ln_tc, np.median(np.log(tc)))


def test_a_part_of_the_training_set_is_a_point_of_a_curve(small):
    run_baselines(replace(small, train_size=20, labels=("supercon3d",), variants=("svm-c",)))
    (result,) = load_folds(small.runs)
    assert result.variant == "svm-c.n20"
    assert result.about["n_train"] == 20
    assert result.about["curve"] == "svm-c"


def test_the_interval_is_as_wide_as_the_validation_fold_asks(small):
    run_baselines(replace(small, variants=("median",), labels=("supercon3d",)))
    (result,) = load_folds(small.runs)
    assert result.low_ln_tc is not None
    assert result.high_ln_tc is not None
    table = _read(small.data / "supercon3d" / "supercon3d.csv")
    validation = np.log([float(r["tc_K"]) for i, r in enumerate(table) if i % 10 == 4])
    widest = np.abs(validation - result.predicted_ln_tc[0]).max()
    np.testing.assert_allclose((result.high_ln_tc - result.low_ln_tc) / 2, widest)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"variants": ("oracle",)}, "oracle"),
        ({"trained_on": "O"}, "no class of disorder"),
        ({"trained_on": "ordered", "labels": ("supercon3d",)}, "ordered"),
        ({"train_size": 10_000}, "not 10000"),
        ({"train_size": 0}, "not 0"),
    ],
)
def test_what_cannot_be_run_is_refused(small, change, named):
    with pytest.raises(TrainingError, match=named):
        run_baselines(replace(small, **change))
    assert not small.runs.exists()


def test_the_commands_run_what_is_asked_and_draw_it(small, capsys):
    places = ["--runs", str(small.runs)]
    chosen = ["--split", "fold_grouped", "--fold", "2", "5", "--labels", "supercon3d"]
    baselines = ["train", "baselines", "--data", str(small.data), *places, *chosen]
    assert run([*baselines, "--variant", "median", "nearest", "--threads", "1"]) == 0
    assert "4 results written" in capsys.readouterr().out
    there = {(r.variant, r.split, r.fold) for r in load_folds(small.runs)}
    assert there == {(v, "fold_grouped", k) for v in ("median", "nearest") for k in (2, 5)}
    out = small.runs.with_name("out")
    assert run(["train", "report", *places, "--out", str(out), "--reference", "median"]) == 0
    assert capsys.readouterr().out == (out / "report.md").read_text()
    assert "Differences are against median" in (out / "report.md").read_text()


def test_a_command_on_an_empty_folder_says_what_to_do(tmp_path, capsys):
    assert run(["train", "report", "--runs", str(tmp_path), "--out", str(tmp_path / "out")]) == 1
    assert "sc3d train baselines" in capsys.readouterr().err


# --- the exclusion, on the real tables ----------------------------------------------------------


@pytest.fixture(scope="module")
def entries(data_folder: Path) -> Entries:
    return Entries(data_folder)


@pytest.mark.parametrize("kind", SPLITS)
@pytest.mark.parametrize("fold", [0, 5, 9])
def test_no_extra_row_is_a_compound_of_test_or_validation(entries, data_folder, kind, fold):
    split = load_split(data_folder, kind, fold, entries.ids)
    judged = np.concatenate([split.test, split.validation])
    rows = extra_rows(entries, split, kind)
    assert len(rows) > 7000
    for held_out in (entries.fractions[judged], entries.formula_fractions[judged]):
        assert not same_compositions(rows.fractions, held_out).any()
        if kind == "fold_grouped":
            assert not set(chemical_systems(rows.fractions)) & set(chemical_systems(held_out))


def test_without_the_exclusion_nearly_every_test_compound_would_be_there(entries):
    """So that the tests above look at something."""
    found = same_compositions(entries.formula_fractions, entries.labels.fractions)
    assert found.mean() > 0.85
