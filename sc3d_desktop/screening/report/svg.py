"""Small plots as SVG; their colours come from the style sheet of the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sc3d_desktop.data.columns import Floats
from sc3d_desktop.screening.report.markup import Markup, el, join

_WIDTH, _HEIGHT = 460, 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 12, 12, 42
_MOST_DOTS = 1500
_CELLS = 48
_LOWEST, _HIGHEST = 0.1, 400.0

Ticks = Sequence[tuple[float, str]]
KELVIN_TICKS: Ticks = ((0.1, "0.1"), (1.0, "1"), (10.0, "10"), (100.0, "100"))
SHARE_TICKS: Ticks = tuple((n / 4, f"{n / 4:g}") for n in range(5))


@dataclass(frozen=True)
class Axis:
    """From values to places along an axis of ``length`` pixels; logarithmic where so said."""

    low: float
    high: float
    ticks: Ticks
    label: str
    log: bool = False

    def places(self, values: Floats, length: float) -> Floats:
        low, high, at = self.low, self.high, np.clip(values, self.low, self.high)
        if self.log:
            low, high, at = np.log(low), np.log(high), np.log(at)
        return np.asarray((at - low) / (high - low) * length, dtype=np.float64)


def kelvin_axis(label: str) -> Axis:
    return Axis(_LOWEST, _HIGHEST, KELVIN_TICKS, label, log=True)


def share_axis(label: str) -> Axis:
    return Axis(0.0, 1.0, SHARE_TICKS, label)


_ROW = Axis(1.0, 300.0, (), "", log=True)


def histogram(layers: Mapping[str, Floats], axis: Axis, title: str, bins: int = 36) -> Markup:
    """Counts of each layer, by its class of style; later ones are drawn over earlier ones."""
    edges = np.linspace(0, _across(), bins + 1)
    counts = {
        name: np.histogram(axis.places(v[~np.isnan(v)], _across()), edges)[0]
        for name, v in layers.items()
    }
    most = max(1, *(int(n.max(initial=0)) for n in counts.values()))
    up = Axis(0.0, most, ((0, "0"), (most, f"{most:,}")), "structures")
    bars = [
        _rect(_LEFT + x + 0.5, y, edges[1] - 1, _floor() - y, name, f"{n:,}")
        for name, found in counts.items()
        for x, n, y in zip(edges, found, _heights(found, up), strict=False)
        if n
    ]
    return _plot(title, axis, up, bars)


def scatter(x: Floats, y: Floats, axes: tuple[Axis, Axis], title: str) -> Markup:
    """Dots, or where these are too many, a raster of how many there are."""
    across, up = axes
    there = ~(np.isnan(x) | np.isnan(y))
    px, py = across.places(x[there], _across()), up.places(y[there], _upward())
    drawn = _dots(px, py) if len(px) <= _MOST_DOTS else _raster(px, py)
    return _plot(title, across, up, drawn)


def shares(counts: Mapping[str, int], title: str) -> Markup:
    """A bar for each name, with its number and share."""
    total = max(1, sum(counts.values()))
    step, height = 30, 30 * len(counts) + 8
    rows = []
    for i, (name, n) in enumerate(counts.items()):
        y, length = 8 + i * step, 220 * n / total
        rows += [
            _words(100, y + 14, name, "end"),
            _rect(108, y, max(length, 0.5), 20, "all", f"{n:,}"),
            _words(114 + length, y + 14, f"{n:,} ({n / total:.0%})", "start"),
        ]
    return _svg(title, _WIDTH, height, rows)


def interval(low: float, tc: float, high: float) -> Markup:
    """A bar from the lower to the upper end with a mark at Tc, for a cell of a table."""
    a, b, c = _ROW.places(np.array([low, tc, high]), 132.0).tolist()
    parts = [
        _rect(4 + a, 4, max(1.0, c - a), 4, "band", ""),
        el("circle", cx=f"{4 + b:.1f}", cy=6, r=3.5, class_="dot"),
    ]
    said = f"{low:.3g} to {high:.3g} K on a logarithmic scale from {_ROW.low:g} to {_ROW.high:g} K"
    return _svg(said, 140, 12, parts, "interval")


def _dots(x: Floats, y: Floats) -> list[Markup]:
    return [
        el("circle", cx=f"{_LEFT + a:.1f}", cy=f"{_floor() - b:.1f}", r=2.2, class_="dot")
        for a, b in zip(x, y, strict=True)
    ]


def _raster(x: Floats, y: Floats) -> list[Markup]:
    counts, across, up = np.histogram2d(x, y, bins=_CELLS, range=((0, _across()), (0, _upward())))
    width, height = across[1], up[1]
    shade = np.log1p(counts) / np.log1p(counts.max())
    return [
        _rect(
            _LEFT + across[i], _floor() - up[j] - height, width, height, "dot",
            f"{int(counts[i, j]):,}", 0.15 + 0.85 * float(shade[i, j]),
        )
        for i, j in zip(*np.nonzero(counts), strict=True)
    ]  # fmt: skip


def _plot(title: str, across: Axis, up: Axis, drawn: Sequence[Markup]) -> Markup:
    lines: list[Markup] = [_line(_LEFT, _floor(), _WIDTH - _RIGHT, _floor())]
    lines.append(_line(_LEFT, _TOP, _LEFT, _floor()))
    for at, (_, said) in _ticks(across, _across()):
        lines += [_line(_LEFT + at, _floor(), _LEFT + at, _floor() + 4)]
        lines += [_words(_LEFT + at, _floor() + 17, said, "middle")]
    for at, (_, said) in _ticks(up, _upward()):
        lines += [_line(_LEFT - 4, _floor() - at, _LEFT, _floor() - at)]
        lines += [_words(_LEFT - 7, _floor() - at + 4, said, "end")]
    lines.append(_words(_LEFT + _across() / 2, _HEIGHT - 6, across.label, "middle"))
    lines.append(_words(_LEFT + 6, _TOP + 8, up.label, "start"))
    return _svg(title, _WIDTH, _HEIGHT, [*drawn, *lines])


def _ticks(axis: Axis, length: float) -> list[tuple[float, tuple[float, str]]]:
    at = axis.places(np.array([value for value, _ in axis.ticks], dtype=np.float64), length)
    return list(zip(at.tolist(), axis.ticks, strict=True))


def _heights(counts: Floats, up: Axis) -> list[float]:
    tops: list[float] = (_floor() - up.places(counts.astype(np.float64), _upward())).tolist()
    return tops


def _svg(
    title: str, width: int, height: int, parts: Sequence[Markup], kind: str = "plot"
) -> Markup:
    return el(
        "svg", el("title", title), join(*parts), xmlns="http://www.w3.org/2000/svg", role="img",
        class_=kind, viewBox=f"0 0 {width} {height}", width=width, height=height,
    )  # fmt: skip


def _rect(
    x: float, y: float, width: float, height: float, kind: str, said: str, opacity: float = 1.0
) -> Markup:
    return el(
        "rect", el("title", said) if said else "", x=f"{x:.1f}", y=f"{y:.1f}",
        width=f"{width:.1f}", height=f"{height:.1f}", class_=kind, fill_opacity=f"{opacity:.2f}",
    )  # fmt: skip


def _line(x: float, y: float, to_x: float, to_y: float) -> Markup:
    return el(
        "line", x1=f"{x:.1f}", y1=f"{y:.1f}", x2=f"{to_x:.1f}", y2=f"{to_y:.1f}", class_="axis"
    )


def _words(x: float, y: float, said: str, anchor: str) -> Markup:
    return el("text", said, x=f"{x:.1f}", y=f"{y:.1f}", text_anchor=anchor)


def _across() -> float:
    return _WIDTH - _LEFT - _RIGHT


def _upward() -> float:
    return _HEIGHT - _TOP - _BOTTOM


def _floor() -> float:
    return _HEIGHT - _BOTTOM
