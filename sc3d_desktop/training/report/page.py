"""The report as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sc3d_desktop.crystal.disorder import DisorderClass
from sc3d_desktop.training.report.ablations_page import ablation_lines
from sc3d_desktop.training.report.checks_page import recent_lines, trends_lines
from sc3d_desktop.training.report.tables import SPLITS_BESIDE_THE_PAPER, TESTED_ON
from sc3d_desktop.training.results import FOLDS, LABELS, SPLITS
from sc3d_desktop.training.supercon3d import FAMILIES

Row = dict[str, Any]

SPLIT_WORDS = {
    "fold_random": "random folds",
    "fold_grouped": "grouped folds (no chemical system shared)",
    "fold_paper_sorted": "folds drawn as in the paper's code",
}
LABEL_WORDS = {
    "supercon3d": "SuperCon3D labels only",
    "extra": "with extra formula rows",
}
FAMILY_WORDS = {
    "cuprate": "cuprate",
    "h_rich": "H-rich",
    "heavy_fermion": "heavy fermion",
    "iron_based": "iron-based",
    "others": "others",
}
NOMINAL, LOWEST, HIGHEST, LOWEST_IN_A_FAMILY = 0.90, 0.88, 0.92, 0.85
"""What an interval should hold: 88 to 92 % of all entries and 85 % of each family."""

_PREAMBLE = """\
Errors in ln K, where 0.5 is a factor of 1.65 in Tc: mean ± standard deviation between test folds
that ran. Of ten folds, test is fold k, validation fold k + 1, training the other eight. Differences
are the variant's MAE less the reference's, fold by fold; their p-values are from a t-test corrected
for overlapping training sets and from Wilcoxon's signed ranks."""


def page(report: Row, plots: Sequence[str]) -> str:
    """The whole page; ``plots`` are file names relative to it."""
    parts = [
        _overall(report),
        _extra(report["extra_against_supercon3d"]),
        _groups("By family", report["by_family"], FAMILIES),
        _groups("By class of disorder", report["by_disorder"], [str(d) for d in DisorderClass]),
        _trained_tested(report["trained_tested"]),
        _coverage(report["coverage"]),
        _probability(report["probability"]),
        trends_lines(report.get("trends", {})),
        recent_lines(report.get("recent", [])),
        _curves(report["learning_curves"]),
        _ablations(report.get("ablations", [])),
        _paper(report["paper"]),
        _plots(plots),
        _not_run(report["not_run"]),
    ]
    return "\n".join(line for part in parts for line in part) + "\n"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield "|" + "---|" * len(head)
    for row in rows:
        yield f"| {' | '.join(row)} |"
    yield ""


def number(value: float | None, std: float | None = None, signed: bool = False) -> str:
    """Three decimals, with ± where there is a spread; a dash where there is no number."""
    if value is None:
        return "–"
    shown = f"{value:+.3f}" if signed else f"{value:.3f}"
    return shown if std is None else f"{shown} ± {std:.3f}"


def _p(value: float | None) -> str:
    if value is None:
        return "–"
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def _blocks(rows: Sequence[Row]) -> Iterator[tuple[str, list[Row]]]:
    """Rows of each split and set of labels, with a heading."""
    for split in SPLITS:
        for labels in LABELS:
            block = [r for r in rows if (r["split"], r["labels"]) == (split, labels)]
            if block:
                words = SPLIT_WORDS[split]
                yield f"### {words[0].upper()}{words[1:]}, {LABEL_WORDS[labels]}", block


def _overall(report: Row) -> Iterator[str]:
    yield "# Test report"
    yield ""
    yield _PREAMBLE
    yield ""
    yield "## Errors"
    yield ""
    for heading, block in _blocks(report["overall"]):
        yield heading
        yield ""
        yield from _goal_line(block)
        yield from _table(
            ["variant", "folds", "MAE / ln K", "R²", "difference", "better in", "p (t)", "p (W)"],
            [_overall_row(row) for row in block],
        )


def _goal_line(block: Sequence[Row]) -> Iterator[str]:
    goal = block[0]["goal"]
    compared = next((r["paired"]["reference"] for r in block if r["paired"]), None)
    if goal:
        reached = [r["variant"] for r in block if r["goal"]["reached"]]
        yield f"Goal: MAE ≤ {goal['mae']:.2f} and R² ≥ {goal['r2']:.2f}; reached by"
        yield f"{', '.join(reached) or 'none'}."
    if compared:
        yield f"Differences are against {compared}."
    if goal or compared:
        yield ""


def _overall_row(row: Row) -> list[str]:
    compared = row["paired"]
    cells = [row["variant"], _folds(row), number(row["mae"], row["mae_std"])]
    cells.append(number(row["r2"], row["r2_std"]))
    return cells + (_paired_cells(compared) if compared else ["–"] * 4)


def _paired_cells(compared: Row) -> list[str]:
    return [
        number(compared["difference"], compared["std"], signed=True),
        f"{compared['better_in']} of {compared['folds']}",
        _p(compared["p_t"]),
        _p(compared["p_wilcoxon"]),
    ]


def _folds(row: Row) -> str:
    return f"{row['folds']} of {len(FOLDS)}"


def _extra(rows: Sequence[Row]) -> Iterator[str]:
    if not rows:
        return
    yield "## What the extra formula rows bring"
    yield ""
    yield "The same variant on the same folds: its MAE with the extra rows less its MAE without."
    yield ""
    yield from _table(
        ["variant", "split", "difference", "better in", "p (t)", "p (W)"],
        [[r["variant"], SPLIT_WORDS[r["split"]], *_paired_cells(r["paired"])] for r in rows],
    )


def _groups(title: str, rows: Sequence[Row], groups: Sequence[str]) -> Iterator[str]:
    if not rows:
        return
    yield f"## {title}"
    yield ""
    yield "MAE / R² over the test entries of all folds that ran, taken together."
    yield ""
    for heading, block in _blocks(rows):
        yield heading
        yield ""
        counts = {g: max(r["groups"].get(g, {}).get("n", 0) for r in block) for g in groups}
        head = [f"{FAMILY_WORDS.get(g, g)} ({n})" for g, n in counts.items()]
        yield from _table(
            ["variant", *head],
            [[r["variant"], *(_mae_r2(r["groups"].get(g)) for g in groups)] for r in block],
        )


def _mae_r2(measured: Row | None) -> str:
    if measured is None:
        return "–"
    return f"{number(measured['mae'])} / {number(measured['r2'])}"


def _trained_tested(rows: Sequence[Row]) -> Iterator[str]:
    if not rows:
        return
    yield "## Trained on and tested on"
    yield ""
    yield "MAE and R², mean ± standard deviation between folds, by the classes in each set."
    yield ""
    for heading, block in _blocks(rows):
        yield heading
        yield ""
        yield from _table(
            ["variant", "trained on", *(f"tested on {t}" for t in TESTED_ON)],
            [
                [r["variant"], r["trained_on"], *(_both(r["tested_on"].get(t)) for t in TESTED_ON)]
                for r in block
            ],
        )


def _both(measured: Row | None) -> str:
    """MAE and R² with their spreads, and the number of folds where some are missing."""
    if measured is None:
        return "not run"
    some = "" if measured["folds"] == len(FOLDS) else f" ({_folds(measured)} folds)"
    mae = number(measured["mae"], measured["mae_std"])
    return f"{mae}; {number(measured['r2'], measured['r2_std'])}{some}"


def _coverage(rows: Sequence[Row]) -> Iterator[str]:
    if not rows:
        return
    yield "## The 90 % interval"
    yield ""
    yield f"Share of test entries inside; an asterisk where it is not within {LOWEST:.0%} to"
    yield f"{HIGHEST:.0%}, or below {LOWEST_IN_A_FAMILY:.0%} in a family. Widths are end to end."
    yield ""
    for heading, block in _blocks(rows):
        yield heading
        yield ""
        yield from _table(
            ["variant", "mean width / ln K", "all", *FAMILY_WORDS.values()],
            [_coverage_row(r) for r in block],
        )


def _coverage_row(row: Row) -> list[str]:
    share = row["overall"]["share"]
    families = [row["families"].get(f) for f in FAMILIES]
    return [
        row["variant"],
        number(row["overall"]["width"]),
        _share(share, LOWEST <= share <= HIGHEST),
        *(_share(f["share"], f["share"] >= LOWEST_IN_A_FAMILY) if f else "–" for f in families),
    ]


def _share(share: float, good: bool) -> str:
    return f"{share:.1%}" + ("" if good else " *")


def _probability(rows: Sequence[Row]) -> Iterator[str]:
    if not rows:
        return
    yield "## Superconductor or not"
    yield ""
    yield "Negatives are compounds without a reported Tc; some were never cooled far enough."
    yield ""
    yield from _table(
        ["split", "n", "with a Tc", "AUC", "Brier score", "calibration error"],
        [
            [
                SPLIT_WORDS[r["split"]],
                str(r["n"]),
                f"{r['share']:.1%}",
                *(number(r[k]) for k in ("auc", "brier", "expected_calibration_error")),
            ]
            for r in rows
        ],
    )


def _curves(rows: Sequence[Row]) -> Iterator[str]:
    if not rows:
        return
    yield "## Learning curves"
    yield ""
    yield from _table(
        ["variant", "labels", "split", "rows trained on", "folds", "MAE / ln K", "R²"],
        [
            [
                r["curve"],
                LABEL_WORDS[r["labels"]],
                SPLIT_WORDS[r["split"]],
                f"{p['n_train']:.0f}",
                _folds(p),
                number(p["mae"], p["mae_std"]),
                number(p["r2"], p["r2_std"]),
            ]
            for r in rows
            for p in r["points"]
        ],
    )


def _ablations(rows: Sequence[Row]) -> Iterator[str]:
    if not rows:
        return
    yield "## SODNet alone, and parts of it left out"
    yield ""
    yield "Trained on SuperCon3D's entries only, without a composition branch, all with the same"
    yield "settings. Differences are against SODNet alone on the same folds; above zero is worse."
    yield ""
    cells = ([SPLIT_WORDS[split], *rest] for split, *rest in ablation_lines(rows))
    yield from _table(
        ["split", "variant", "folds", "MAE / ln K", "R²", "difference", "better in"], cells
    )


def _paper(paper: Row) -> Iterator[str]:
    yield "## The paper's tables, with ours beside"
    yield ""
    yield f"{paper['source']}. MAE / ln K; R². The paper's own folds cannot be recovered; ours are"
    yield "trained on SuperCon3D labels only. A dash: no counterpart here."
    yield ""
    for title, key in (("Table 1", "table_1"), ("Table 2, ablations", "table_2")):
        yield f"### {title}"
        yield ""
        yield from _table(
            ["method", "trained on", "tested on", "paper", "ours"]
            + [f"ours, {SPLIT_WORDS[s]}" for s in SPLITS_BESIDE_THE_PAPER],
            [_paper_row(row) for row in paper[key]],
        )


def _paper_row(row: Row) -> list[str]:
    theirs = f"{number(row['mae'], row['mae_std'])}; {number(row['r2'], row['r2_std'])}"
    cells = [row["method"], row["trained_on"], row["tested_on"], theirs, row["ours"] or "–"]
    ours = [_both(row["by_split"][s]) if row["ours"] else "–" for s in SPLITS_BESIDE_THE_PAPER]
    return cells + ours


def _plots(plots: Sequence[str]) -> Iterator[str]:
    if not plots:
        return
    yield "## Plots"
    yield ""
    for plot in plots:
        yield f"![{plot.rsplit('/', 1)[-1].removesuffix('.png').replace('_', ' ')}]({plot})"
        yield ""


def _not_run(rows: Sequence[Row]) -> Iterator[str]:
    yield "## Not run"
    yield ""
    if not rows:
        yield "Every fold ran."
        return
    yield "These folds have no result; no figure above stands for them."
    yield ""
    missing: dict[tuple[str, str], dict[str, list[int]]] = {}
    for r in rows:
        missing.setdefault((r["variant"], r["labels"]), {})[r["split"]] = r["folds"]
    yield from _table(
        ["variant", "labels", *(SPLIT_WORDS[s] for s in SPLITS)],
        [
            [variant, LABEL_WORDS[labels], *(_fold_list(by.get(s, [])) for s in SPLITS)]
            for (variant, labels), by in missing.items()
        ],
    )


def _fold_list(folds: Sequence[int]) -> str:
    if len(folds) == len(FOLDS):
        return "all ten"
    return ", ".join(map(str, folds)) or "–"
