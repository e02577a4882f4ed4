"""The report's plots, drawn with matplotlib without a display."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from sc3d_desktop.training.report.page import (
    FAMILY_WORDS,
    HIGHEST,
    LABEL_WORDS,
    LOWEST,
    LOWEST_IN_A_FAMILY,
    NOMINAL,
    SPLIT_WORDS,
    number,
)
from sc3d_desktop.training.report.series import Series, errors
from sc3d_desktop.training.supercon3d import FAMILIES

Array = NDArray[np.float64]
Row = dict[str, Any]

# Okabe and Ito's colours, which stay apart for colour-blind readers.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#999999")
FAMILY_COLOURS = dict(zip(FAMILIES, COLOURS, strict=False))
_GREY = "#888888"


def save(figure: Figure, file: Path) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(file, dpi=150, format="png", metadata={"Software": None})
    return file


def _figure(width: float, height: float, columns: int = 1) -> tuple[Figure, list[Axes]]:
    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.subplots(1, columns, squeeze=False)[0]
    for one in axes:
        one.spines[["top", "right"]].set_visible(False)
    return figure, list(axes)


def _title(series: Series) -> str:
    return f"{series.variant}, {LABEL_WORDS[series.labels]}\n{SPLIT_WORDS[series.split]}"


def parity(series: Series) -> Figure:
    """Predicted against reported Tc, every test entry once, both in K on logarithmic axes."""
    figure, (axes,) = _figure(5.4, 5)
    true, predicted = (
        np.exp(series.column(of)) for of in (lambda r: r.true_ln_tc, lambda r: r.predicted_ln_tc)
    )
    family = series.column(lambda r: r.family)
    both = np.concatenate([true, predicted])
    ends = np.array([both.min() / 1.5, both.max() * 1.5])
    for name in FAMILIES:
        chosen = family == name
        axes.scatter(
            true[chosen],
            predicted[chosen],
            s=9,
            alpha=0.6,
            linewidths=0,
            color=FAMILY_COLOURS[name],
            label=f"{FAMILY_WORDS[name]} ({chosen.sum()})",
        )
    axes.plot(ends, ends, color=_GREY, linewidth=1)
    axes.plot(ends, ends * 2, ends, ends / 2, color=_GREY, linewidth=0.6, linestyle=":")
    axes.set(xscale="log", yscale="log", xlim=ends, ylim=ends, aspect="equal")
    axes.set(xlabel="reported Tc / K", ylabel="predicted Tc / K")
    measured = errors(series)
    assert measured is not None
    said = f"MAE {number(measured.mae)} ln K, R² {number(measured.r2)}, {measured.folds} folds"
    axes.set_title(f"{_title(series)}\n{said}", fontsize=9)
    axes.legend(fontsize=8, frameon=False, loc="upper left", markerscale=2)
    return figure


def by_family(rows: Sequence[Row], title: str) -> Figure:
    """MAE of several variants in each family."""
    figure, (axes,) = _figure(7.5, 3.8)
    _bars(axes, {r["variant"]: {f: m["mae"] for f, m in r["groups"].items()} for r in rows})
    axes.set(ylabel="MAE / ln K")
    axes.set_title(title, fontsize=9)
    axes.legend(fontsize=8, frameon=False)
    return figure


def _bars(axes: Axes, values: dict[str, dict[str, float]]) -> None:
    """Bars side by side for each family; a family without a value has no bar."""
    width = 0.8 / len(values)
    for n, (name, by) in enumerate(values.items()):
        places = [
            i + (n - (len(values) - 1) / 2) * width for i, f in enumerate(FAMILIES) if f in by
        ]
        heights = [by[f] for f in FAMILIES if f in by]
        axes.bar(places, heights, width * 0.92, color=COLOURS[n % len(COLOURS)], label=name)
    axes.set_xticks(range(len(FAMILIES)), list(FAMILY_WORDS.values()))


def interval(series: Series, row: Row) -> Figure:
    """How often the 90 % interval holds, against what it says: by family, and by its width."""
    figure, (left, right) = _figure(9, 3.6, 2)
    groups = {"all": row["overall"]} | row["families"]
    for n, (name, measured) in enumerate(groups.items()):
        colour = FAMILY_COLOURS.get(name, COLOURS[6])
        _share(left, n, measured["share"], measured["n"], colour)
    names = [FAMILY_WORDS.get(g, g).replace(" ", "\n") for g in groups]
    left.set_xticks(range(len(names)), names)
    left.axhline(LOWEST_IN_A_FAMILY, color=COLOURS[1], linewidth=0.8, linestyle="--")
    for width, share, n in _by_width(series):
        _share(right, width, share, n, COLOURS[0])
    right.set(xlabel="width of the interval / ln K, fifths of the entries")
    lowest = min(0.7, *(m["share"] - 0.1 for m in groups.values()))
    for axes in (left, right):
        axes.axhspan(LOWEST, HIGHEST, color=_GREY, alpha=0.2, linewidth=0)
        axes.axhline(NOMINAL, color=_GREY, linewidth=1)
        axes.set(ylim=(lowest, 1.01), ylabel="share of entries inside")
        axes.tick_params(labelsize=8)
    figure.suptitle(f"{_title(series)}, mean width {row['overall']['width']:.2f} ln K", fontsize=9)
    return figure


def _share(axes: Axes, x: float, share: float, n: int, colour: str) -> None:
    """A share of n entries with its 95 % interval (Wilson)."""
    z = 1.96
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    axes.vlines(x, middle - half, middle + half, color=colour)
    axes.plot([x], [share], "o", color=colour)


def _by_width(series: Series) -> list[tuple[float, float, int]]:
    """Mean width, share inside and number, in fifths of the entries ordered by width; all entries
    as one where the widths hardly differ.
    """
    low, high, true = (
        series.column(of)
        for of in (lambda r: r.low_ln_tc, lambda r: r.high_ln_tc, lambda r: r.true_ln_tc)
    )
    inside, width = (low <= true) & (true <= high), high - low
    fifths = 5 if width.std() > 0.1 * width.mean() else 1
    parts = [p for p in np.array_split(np.argsort(width, kind="stable"), fifths) if len(p)]
    return [(float(width[p].mean()), float(inside[p].mean()), len(p)) for p in parts]


def reliability(rows: Sequence[Row]) -> Figure:
    """Share of superconductors against the predicted probability."""
    figure, (axes, counts) = _figure(9, 4, 2)
    axes.plot([0, 1], [0, 1], color=_GREY, linewidth=1)
    width = 0.08 / len(rows)
    for n, row in enumerate(rows):
        x = np.array([b["mean_probability"] for b in row["bins"]])
        shares = [b["share"] for b in row["bins"]]
        words = f"{SPLIT_WORDS[row['split']]}, AUC {row['auc']:.3f}"
        axes.plot(x, shares, "o-", color=COLOURS[n], label=words, markersize=4)
        centres = np.array([b["centre"] + (n - (len(rows) - 1) / 2) * width for b in row["bins"]])
        counts.bar(centres, [b["n"] for b in row["bins"]], width, color=COLOURS[n])
    axes.set(xlabel="predicted probability", ylabel="share with a reported Tc")
    axes.set(xlim=(0, 1), ylim=(0, 1), aspect="equal")
    counts.set(xlabel="predicted probability", ylabel="compounds", xlim=(0, 1))
    figure.legend(fontsize=8, frameon=False, loc="outside upper center", ncols=len(rows))
    return figure


def learning_curves(rows: Sequence[Row], title: str) -> Figure:
    """MAE against the number of rows trained on; bars are standard deviations between folds."""
    figure, (axes,) = _figure(6, 4)
    for n, row in enumerate(rows):
        x = [p["n_train"] for p in row["points"]]
        y = [p["mae"] for p in row["points"]]
        spread = [p["mae_std"] or 0.0 for p in row["points"]]
        colour, name = COLOURS[n % len(COLOURS)], row["curve"]
        label = f"{name}, {LABEL_WORDS[row['labels']]}"
        axes.errorbar(x, y, spread, fmt="o-", color=colour, label=label, capsize=2, markersize=4)
    axes.set(xscale="log", xlabel="rows trained on", ylabel="MAE / ln K")
    sizes = sorted({round(p["n_train"]) for row in rows for p in row["points"]})
    axes.set_xticks(sizes, [f"{n:,}" for n in sizes], fontsize=8)
    axes.minorticks_off()
    axes.set_title(title, fontsize=9)
    axes.legend(fontsize=8, frameon=False)
    return figure
