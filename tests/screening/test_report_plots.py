"""The plots of a report hold what they are given; markup escapes what it is given."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from sc3d_desktop.screening.report import svg
from sc3d_desktop.screening.report.markup import Markup, el, formula, join, text

SVG = "{http://www.w3.org/2000/svg}"


def drawn(plot: Markup, tag: str, kind: str) -> list[ET.Element]:
    root = ET.fromstring(plot)
    return [e for e in root.iter(f"{SVG}{tag}") if e.get("class") == kind]


def titles(elements: list[ET.Element]) -> list[int]:
    return [int((e.findtext(f"{SVG}title") or "0").replace(",", "")) for e in elements]


def test_bars_of_a_histogram_count_every_value_once() -> None:
    rng = np.random.default_rng(1)
    values = rng.lognormal(2, 2, 3000)
    values[:50] = np.nan
    layers = {"all": values, "likely": values[:700]}
    plot = svg.histogram(layers, svg.kelvin_axis("Tc / K"), "Tc")
    assert sum(titles(drawn(plot, "rect", "all"))) == 2950
    assert sum(titles(drawn(plot, "rect", "likely"))) == 650


def test_taller_bars_have_more_in_them() -> None:
    values = np.repeat([0.05, 0.45, 0.95], [1, 5, 20])
    bars = drawn(svg.histogram({"all": values}, svg.share_axis("P"), "P"), "rect", "all")
    assert titles(bars) == [1, 5, 20]
    heights = [float(b.get("height", "0")) for b in bars]
    assert heights[2] == pytest.approx(4 * heights[1], abs=0.3)
    assert heights[1] == pytest.approx(5 * heights[0], abs=0.3)


def test_few_are_dots_and_many_are_a_raster_of_their_numbers() -> None:
    rng = np.random.default_rng(2)
    axes = svg.share_axis("P"), svg.kelvin_axis("Tc / K")
    x, y = rng.random(20_000), rng.lognormal(2, 2, 20_000)
    x[3] = np.nan
    few = svg.scatter(x[:200], y[:200], axes, "few")
    assert len(drawn(few, "circle", "dot")) == 199
    many = svg.scatter(x, y, axes, "many")
    assert sum(titles(drawn(many, "rect", "dot"))) == 19_999
    assert len(many) < 500_000


def test_dots_stand_where_the_axes_say() -> None:
    axes = svg.share_axis("P"), svg.kelvin_axis("Tc / K")
    plot = svg.scatter(np.array([0.0, 1.0]), np.array([0.1, 100.0]), axes, "two")
    low, high = drawn(plot, "circle", "dot")
    root = ET.fromstring(plot)
    at = {e.text: (float(e.get("x", "0")), float(e.get("y", "0"))) for e in root.iter(f"{SVG}text")}
    assert float(low.get("cx", "0")) == pytest.approx(at["0"][0])
    assert float(high.get("cx", "0")) == pytest.approx(float(root.get("width", "0")) - 12)
    assert float(high.get("cy", "0")) == pytest.approx(at["100"][1] - 4, abs=0.1)
    assert float(low.get("cy", "0")) == pytest.approx(at["0.1"][1] - 4, abs=0.1)


def test_plots_of_nothing_are_drawn() -> None:
    nothing = np.array([])
    axes = svg.share_axis("P"), svg.kelvin_axis("Tc / K")
    for plot in (
        svg.histogram({"all": nothing}, axes[0], "none"),
        svg.scatter(nothing, nothing, axes, "none"),
        svg.shares({"inside": 0}, "none"),
    ):
        assert ET.fromstring(plot).tag == f"{SVG}svg"


def test_the_bar_of_an_interval_spans_it() -> None:
    (bar,) = drawn(svg.interval(10.0, 20.0, 40.0), "rect", "band")
    (dot,) = drawn(svg.interval(10.0, 20.0, 40.0), "circle", "dot")
    start, length = float(bar.get("x", "0")), float(bar.get("width", "0"))
    assert float(dot.get("cx", "0")) == pytest.approx(start + length / 2, abs=0.2), "in ln K"
    (wider,) = drawn(svg.interval(5.0, 20.0, 80.0), "rect", "band")
    assert float(wider.get("width", "0")) == pytest.approx(2 * length, abs=0.2)


@pytest.mark.parametrize("hostile", ["<b>", "a & b", "\"quoted\" 'too'", "</svg><script>"])
def test_texts_and_attributes_are_escaped(hostile: str) -> None:
    made = el("p", hostile, title=hostile)
    parsed = ET.fromstring(made)
    assert (parsed.text, parsed.get("title"), len(parsed)) == (hostile, hostile, 0)
    plot = ET.fromstring(svg.shares({hostile: 3}, hostile))
    assert hostile in [e.text for e in plot.iter(f"{SVG}text")]


def test_what_cannot_be_seen_is_shown_as_replaced() -> None:
    assert text("a\x00b\u202ec\nd") == "a�b�c�d"


def test_markup_is_escaped_once() -> None:
    assert join(el("b", "<"), "<") == "<b>&lt;</b>&lt;"


@pytest.mark.parametrize("said", ["Ba0.6K0.4Fe2As2", "<i>1</i>", "H2'O\"3"])
def test_numbers_of_a_formula_stand_below_the_line(said: str) -> None:
    parsed = ET.fromstring(el("p", formula(said)))
    assert "".join(parsed.itertext()) == said
    assert [e.text for e in parsed] == re.findall(r"\d+\.?\d*", said)
