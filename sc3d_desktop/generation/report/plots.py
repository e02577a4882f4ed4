"""The figures of the report, as SVG in the colours of its style sheet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from sc3d_desktop.generation.report.blocks import Figure
from sc3d_desktop.generation.report.goals import FIRST, JUDGES
from sc3d_desktop.generation.report.samples import SampleSet
from sc3d_desktop.generation.report.second_judge import NAME, Judged
from sc3d_desktop.screening.report import svg
from sc3d_desktop.screening.report.markup import Markup, el, join

Row = dict[str, Any]

_WIDTH, _LEFT, _ROW, _ACROSS, _HEAD = 560, 200, 34, 330, 26
_STEP_TICKS = ((10.0, "10"), (100.0, "100"), (1000.0, "1000"))


def success_chart(sets: Sequence[Row], key: str, title: str, base: float) -> Figure:
    """A bar for each set and judge from the lower to the upper end of its interval, a line at
    ``base``.
    """
    most = max([base, *(s["success"][j][key]["high"] for s in sets for j in JUDGES)]) * 1.1
    height = _HEAD + _ROW * len(sets) + 8
    at = _LEFT + _ACROSS * base / most
    parts = [el("line", x1=f"{at:.1f}", y1=8, x2=f"{at:.1f}", y2=height - 4, class_="axis")]
    parts.append(_words(at + 4, 16, f"base rate {base:g}", "start"))
    for i, row in enumerate(sets):
        parts += _bars(row, key, _HEAD + i * _ROW, most)
    drawing = el(
        "svg", el("title", title), join(*parts), xmlns="http://www.w3.org/2000/svg", role="img",
        class_="plot", viewBox=f"0 0 {_WIDTH} {height}", width=_WIDTH, height=height,
    )  # fmt: skip
    return Figure(drawing, f"{title}, with intervals of 90 %. Darker: {FIRST}; paler: {NAME}.")


def judge_figures(samples: SampleSet, first: Judged, second: Judged) -> list[Figure]:
    good = samples.valid & samples.new
    layers = {"all": first.tc_kelvin, "likely": first.tc_kelvin[good]}
    axes = svg.kelvin_axis(f"Tc / K, {FIRST}"), svg.kelvin_axis(f"Tc / K, {NAME}")
    return [
        Figure(
            svg.histogram(layers, svg.kelvin_axis(f"Tc / K, {FIRST}"), "Predicted Tc"),
            f"Predicted Tc of {samples.name}; darker, those that are valid and new.",
        ),
        Figure(
            svg.scatter(first.tc_kelvin, second.tc_kelvin, axes, "One judge against the other"),
            f"What the two judges say of each sample of {samples.name}.",
        ),
    ]


def curve_figure(rows: Sequence[Row]) -> Figure:
    calls = np.array([float(row["calls"]) for row in rows])
    matched = np.array([row["match"]["value"] for row in rows])
    axes = (svg.Axis(10, 3000, _STEP_TICKS, "network calls", log=True), svg.share_axis("matched"))
    drawing = svg.scatter(calls, matched, axes, "Matched against network calls")
    return Figure(drawing, "Share of the test set that is found again against network calls.")


def _bars(row: Row, key: str, y: float, most: float) -> list[Markup]:
    parts = [_words(_LEFT - 8, y + 19, row["name"], "end")]
    for judge, kind, down in ((FIRST, "dot", 5), (NAME, "band", 17)):
        found = row["success"][judge][key]
        low, value, high = (_ACROSS * found[k] / most for k in ("low", "value", "high"))
        said = f"{judge}: {found['value']:.3f}, {found['low']:.3f} to {found['high']:.3f}"
        parts.append(
            el("rect", el("title", said), x=f"{_LEFT + low:.1f}", y=f"{y + down:.1f}",
               width=f"{max(1.5, high - low):.1f}", height=9, class_=kind)
        )  # fmt: skip
        tick = f"{_LEFT + value:.1f}"
        parts.append(el("line", x1=tick, y1=y + down - 1, x2=tick, y2=y + down + 10, class_="axis"))
    return parts


def _words(x: float, y: float, said: str, anchor: str) -> Markup:
    return el("text", said, x=f"{x:.1f}", y=f"{y:.1f}", text_anchor=anchor)
