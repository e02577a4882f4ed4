"""The report says what the results on disk say, and nothing about folds that did not run."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from report_cases import fold_result, report, save
from scipy import stats

from sc3d_desktop.errors import TrainingError
from sc3d_desktop.training.report import ReportSettings, write_report
from sc3d_desktop.training.report.paper import TABLE_1, TABLE_2
from sc3d_desktop.training.report.series import coverage, errors, group, paired
from sc3d_desktop.training.results import (
    ProbabilityResult,
    save_fold,
    save_probability,
)

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """Ten folds of a good and a bad variant, two of a third."""
    folder = tmp_path / "runs"
    save(folder, "mean-geo", {k: 0.6 + 0.01 * k for k in range(10)}, width=1.0)
    save(folder, "sodnet", {k: 0.5 + 0.012 * k for k in range(10)}, width=2.0)
    save(folder, "median", {4: 1.2, 7: 1.4}, width=None)
    return folder


def drawn(runs: Path, **options) -> tuple[dict, str]:
    """The whole report in its folder."""
    out = runs.with_name("out")
    written = write_report(ReportSettings(runs, out, **options))
    assert json.loads((out / "report.json").read_text()) == written
    return written, (out / "report.md").read_text()


def row(written: dict, variant: str, table: str = "overall", **also: str) -> dict:
    wanted = {"variant": variant} | also
    (found,) = [r for r in written[table] if wanted.items() <= r.items()]
    return found


# --- errors -------------------------------------------------------------------------------------


def test_errors_are_means_and_sample_deviations_over_folds(runs):
    found = row(report(runs)[0], "sodnet")
    mae = 0.5 + 0.012 * np.arange(10)
    assert found["mae"] == pytest.approx(mae.mean())
    assert found["mae_std"] == pytest.approx(mae.std(ddof=1))
    assert (found["folds"], found["n"]) == (10, 200)
    r2 = [1 - k**2 / fold_result("x", n).true_ln_tc.var() for n, k in enumerate(mae)]
    assert found["r2"] == pytest.approx(np.mean(r2))
    assert found["r2_std"] == pytest.approx(np.std(r2, ddof=1))


def test_the_page_shows_the_figures(runs):
    page = report(runs)[1]
    assert "| sodnet | 10 of 10 | 0.554 ± 0.036 |" in page


def test_the_best_variant_comes_first(runs):
    order = [r["variant"] for r in report(runs)[0]["overall"]]
    assert order == ["sodnet", "mean-geo", "median"]


def test_a_variant_with_few_folds_stands_below_one_with_all(runs):
    save(runs, "lucky", {2: 0.1})
    order = [r["variant"] for r in report(runs)[0]["overall"]]
    assert order == ["sodnet", "mean-geo", "median", "lucky"]


def test_a_single_fold_has_no_spread(tmp_path):
    save(tmp_path / "runs", "sodnet", {0: 0.5})
    written, page = report(tmp_path / "runs")
    assert row(written, "sodnet")["mae_std"] is None
    assert "| sodnet | 1 of 10 | 0.500 |" in page


# --- paired differences -------------------------------------------------------------------------


def differences() -> np.ndarray:
    return -0.1 + 0.002 * np.arange(10)


def test_differences_are_taken_fold_by_fold(runs):
    found = row(report(runs)[0], "sodnet")["paired"]
    assert found["reference"] == "mean-geo (supercon3d)"
    assert found["difference"] == pytest.approx(differences().mean())
    assert found["std"] == pytest.approx(differences().std(ddof=1))
    assert (found["better_in"], found["folds"]) == (10, 10)


def test_p_values_are_of_the_signed_ranks_and_of_the_corrected_t(runs):
    found = row(report(runs)[0], "sodnet")["paired"]
    assert found["p_wilcoxon"] == pytest.approx(stats.wilcoxon(differences()).pvalue)
    plain = stats.ttest_1samp(differences(), 0).statistic
    corrected = plain / np.sqrt(1 + 10 / 8)
    assert found["p_t"] == pytest.approx(2 * stats.t.sf(abs(corrected), 9))


def test_the_corrected_t_rarely_finds_a_difference_where_there_is_none():
    """Between folds whose errors share part of their chance, as those of overlapping sets do."""
    rng = np.random.default_rng(0)
    found = 0
    for _ in range(200):
        shared, own = rng.normal(0, 0.3), rng.normal(0, 1, 10)
        errors_by_fold = 1 + 0.01 * (shared + own)
        one = group([fold_result("a", k, error=e) for k, e in enumerate(errors_by_fold)])
        other = group([fold_result("b", k, error=1.0) for k in range(10)])
        compared = paired(one[0], other[0])
        assert compared is not None
        assert compared.p_t is not None
        found += compared.p_t < 0.05
    assert found / 200 < 0.08


def test_a_variant_that_answers_the_same_has_no_p_value():
    one, other = (group([fold_result(v, k) for k in range(10)])[0] for v in "ab")
    compared = paired(one, other)
    assert compared is not None
    assert compared.difference == 0
    assert (compared.p_t, compared.p_wilcoxon) == (None, None)


def test_only_folds_of_both_are_compared(runs):
    found = row(report(runs)[0], "median")["paired"]
    assert found["folds"] == 2
    assert (found["p_t"], found["p_wilcoxon"]) == (None, None)
    assert found["difference"] == pytest.approx((1.2 - 0.64 + 1.4 - 0.67) / 2)


def test_the_reference_can_be_chosen(runs):
    references = {"supercon3d": "sodnet", "extra": "sodnet"}
    written = report(runs, references=references)[0]
    assert row(written, "sodnet")["paired"] is None
    assert row(written, "mean-geo")["paired"]["difference"] == pytest.approx(-differences().mean())


def test_folds_with_other_truth_are_not_compared(runs):
    given = vars(fold_result("other", 0))
    save_fold(runs, type(fold_result("x", 0))(**(given | {"true_ln_tc": given["true_ln_tc"] + 1})))
    with pytest.raises(TrainingError, match="other values of Tc"):
        report(runs)


def test_what_extra_rows_bring_is_said(runs):
    save(runs, "median", {4: 1.0, 7: 1.1}, labels="extra")
    written, page = report(runs)
    assert row(written, "median", "extra_against_supercon3d")["paired"]["difference"] == (
        pytest.approx(-0.25)
    )
    assert "What the extra formula rows bring" in page


# --- groups -------------------------------------------------------------------------------------


def test_families_are_judged_over_all_folds_together(tmp_path):
    runs = tmp_path / "runs"
    results = [fold_result("sodnet", k, error=0.1 * (k + 1)) for k in range(2)]
    for result in results:
        save_fold(runs, result)
    groups = row(report(runs)[0], "sodnet", "by_family")["groups"]
    assert groups["cuprate"]["n"] == 8
    assert groups["cuprate"]["mae"] == pytest.approx(0.15)
    assert set(groups) == {"cuprate", "h_rich", "heavy_fermion", "iron_based", "others"}


def test_a_family_without_an_entry_is_a_dash(tmp_path):
    result = fold_result("sodnet", 0)
    families = ["others" if f == "h_rich" else f for f in result.family]
    save_fold(tmp_path / "runs", type(result)(**(vars(result) | {"family": families})))
    written, page = report(tmp_path / "runs")
    assert "h_rich" not in row(written, "sodnet", "by_family")["groups"]
    assert "H-rich (0)" in page


def test_trained_on_and_tested_on_are_told_apart(runs):
    about = {"trained_on": "O"}
    save(runs, "sodnet.O", dict.fromkeys(range(10), 0.8), about=about)
    rows = report(runs)[0]["trained_tested"]
    assert {(r["variant"], r["trained_on"]) for r in rows} == {
        ("sodnet", "O/SD/PD/SPD"),
        ("sodnet.O", "O"),
    }
    (limited,) = [r for r in rows if r["variant"] == "sodnet.O"]
    assert [limited["tested_on"][t]["n"] for t in ("O", "O/SD", "O/SD/PD/SPD")] == [50, 100, 200]
    assert "sodnet.O" not in [r["variant"] for r in report(runs)[0]["overall"]]


# --- interval -----------------------------------------------------------------------------------


def test_coverage_is_the_share_inside(runs):
    written, page = report(runs)
    assert row(written, "sodnet", "coverage")["overall"] == {"n": 200, "share": 1.0, "width": 2.0}
    assert row(written, "mean-geo", "coverage")["overall"]["share"] == 0
    (line,) = [x for x in page.splitlines() if x.startswith("| mean-geo | 1.000 |")]
    assert line.count("0.0% *") == 6
    assert "median" not in [r["variant"] for r in written["coverage"]]


def test_an_entry_on_the_edge_of_its_interval_is_inside():
    (series,) = group([fold_result("a", 0, error=1.0, width=2.0, n=40)])
    given = vars(series.folds[0])
    exact = type(series.folds[0])(**(given | {"low_ln_tc": given["true_ln_tc"]}))
    found = coverage(group([exact])[0], lambda r: r.predicted_ln_tc > r.true_ln_tc)
    assert found is not None
    assert found.share == 1


# --- what did not run ---------------------------------------------------------------------------


def test_missing_folds_are_listed_and_enter_no_figure(runs):
    written, page = report(runs)
    found = row(written, "median", "not_run", split="fold_random")
    assert found["folds"] == [0, 1, 2, 3, 5, 6, 8, 9]
    assert row(written, "median")["mae"] == pytest.approx(1.3)
    line = "| median | SuperCon3D labels only | 0, 1, 2, 3, 5, 6, 8, 9 | all ten | all ten |"
    assert line in page.splitlines()
    assert row(written, "median", "not_run", split="fold_grouped")["folds"] == list(range(10))


def test_a_part_of_the_training_set_is_missed_only_where_it_was_begun(runs):
    about = {"train_size": 100, "n_train": 100}
    save(runs, "svm-c.n100", {0: 0.8}, about=about)
    missing = [r for r in report(runs)[0]["not_run"] if r["variant"] == "svm-c.n100"]
    assert [(r["split"], r["folds"]) for r in missing] == [("fold_random", list(range(1, 10)))]


def test_a_row_of_the_paper_that_did_not_run_says_so(runs):
    written, page = report(runs)
    assert row(written, "rf-c.O", "not_run", split="fold_random")["folds"] == list(range(10))
    (line,) = [x for x in page.splitlines() if x.startswith("| RF-c |")]
    assert line.endswith("| 0.738 ± 0.165; 0.711 ± 0.050 | rf-c | not run | not run |")


def test_a_method_without_a_counterpart_is_a_dash_and_not_missing(runs):
    written, page = report(runs)
    (line,) = [x for x in page.splitlines() if x.startswith("| SchNet |")]
    assert line.endswith("| – | – | – |")
    assert not [r for r in written["not_run"] if not r["variant"]]


def test_ours_stand_beside_the_paper(runs):
    save(runs, "sodnet-alone", {0: 0.5, 1: 0.7}, split="fold_paper_sorted")
    save(runs, "sodnet-alone", {0: 0.5, 1: 0.6})
    written, page = report(runs)
    last = written["paper"]["table_1"][-1]
    assert last["by_split"]["fold_random"]["mae"] == pytest.approx(0.55)
    assert last["by_split"]["fold_paper_sorted"]["folds"] == 2
    assert "(2 of 10 folds)" in page


def test_the_goal_is_reached_by_all_folds_only(tmp_path):
    runs = tmp_path / "runs"
    save(runs, "nine", dict.fromkeys(range(9), 0.1))
    save(runs, "ten", dict.fromkeys(range(10), 0.2))
    save(runs, "bad", dict.fromkeys(range(10), 0.7))
    written, page = report(runs)
    reached = {r["variant"]: r["goal"]["reached"] for r in written["overall"]}
    assert reached == {"nine": False, "ten": True, "bad": False}
    assert "Goal: MAE ≤ 0.54 and R² ≥ 0.75; reached by\nten." in page


def test_a_folder_without_results_is_refused(tmp_path):
    with pytest.raises(TrainingError, match="no results"):
        write_report(ReportSettings(tmp_path, tmp_path / "out"))


def test_folds_that_share_an_entry_are_refused():
    one = fold_result("a", 0)
    other = type(one)(**(vars(one) | {"fold": 1}))
    with pytest.raises(TrainingError, match="share the entry"):
        group([one, other])


def test_folds_trained_on_different_parts_are_refused():
    folds = [fold_result("a", k, about={"trained_on": c}) for k, c in enumerate(("O", "O/SD"))]
    with pytest.raises(TrainingError, match="different parts"):
        group(folds)


# --- the paper's figures ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "file"),
    [(TABLE_1, "table_01_prediction.csv"), (TABLE_2, "table_02_sodnet_ablation.csv")],
)
def test_the_papers_figures_are_the_papers(data_folder, table, file):
    lines = (data_folder / "paper_tables" / file).read_text().splitlines()[1:]
    theirs = [tuple(float(x) for x in line.split(",")[-4:]) for line in lines]
    assert [(r.mae, r.mae_std, r.r2, r.r2_std) for r in table] == theirs
    for row_, line in zip(table, lines, strict=True):
        assert row_.method in line


# --- probability and curves ---------------------------------------------------------------------


def test_probabilities_are_judged_by_auc_and_calibration(runs):
    rng = np.random.default_rng(0)
    probability = rng.random(4000)
    label = (rng.random(4000) < probability).astype(int)
    save_probability(runs, ProbabilityResult("fold_grouped", probability, label))
    written, page = drawn(runs)
    (found,) = written["probability"]
    assert found["auc"] == pytest.approx(5 / 6, abs=0.02)
    assert found["expected_calibration_error"] < 0.03
    assert found["brier"] == pytest.approx(1 / 6, abs=0.02)
    assert sum(b["n"] for b in found["bins"]) == 4000
    assert "Superconductor or not" in page
    assert (runs.with_name("out") / "plots" / "reliability.png").is_file()


def test_a_learning_curve_runs_from_few_rows_to_all(runs):
    for size, error in ((100, 0.9), (400, 0.7)):
        about = {"curve": "svm-c", "n_train": size, "train_size": size}
        save(runs, f"svm-c.n{size}", dict.fromkeys(range(10), error), about=about)
    save(runs, "svm-c", dict.fromkeys(range(10), 0.6), about={"curve": "svm-c", "n_train": 1262})
    written, _ = drawn(runs)
    (curve,) = written["learning_curves"]
    assert [(p["n_train"], round(p["mae"], 3)) for p in curve["points"]] == [
        (100, 0.9),
        (400, 0.7),
        (1262, 0.6),
    ]
    assert "svm-c.n100" not in [r["variant"] for r in written["overall"]]
    assert (runs.with_name("out") / "plots" / "learning_fold_random.png").is_file()


# --- plots --------------------------------------------------------------------------------------


def test_plots_of_the_best_and_of_the_reference_are_drawn_and_shown(runs):
    written, page = drawn(runs)
    names = {Path(p).stem for p in written["plots"]}
    for variant in ("sodnet", "mean-geo"):
        assert f"parity_fold_random_supercon3d_{variant}" in names
        assert f"interval_fold_random_supercon3d_{variant}" in names
    assert "families_fold_random_supercon3d" in names
    assert not [n for n in names if "median" in n]
    for plot in written["plots"]:
        assert (runs.with_name("out") / plot).read_bytes().startswith(PNG)
        assert f"]({plot})" in page


def test_a_variant_can_be_chosen_for_the_plots(runs):
    written, _ = drawn(runs, shown=["median"])
    assert {Path(p).stem for p in written["plots"]} == {
        "parity_fold_random_supercon3d_median",
        "families_fold_random_supercon3d",
    }
    with pytest.raises(TrainingError, match="oracle"):
        drawn(runs, shown=["oracle"])


def test_errors_of_a_choice_without_entries_are_none():
    (series,) = group([fold_result("a", 0)])
    assert errors(series, lambda r: np.zeros(len(r.ids), dtype=bool)) is None
