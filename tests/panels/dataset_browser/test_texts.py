"""What the cells say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sc3d_desktop.data.entry import Row
from sc3d_desktop.panels.dataset_browser import texts

ROW = Row(
    1, "MgB2", "", "B-Mg", "others", "O", 39.0, 39.0, 1, None, False, 3, "P6/mmm", 191, "made",
    None, 0,
)  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "39.0 K"),
        ({"tc_low_kelvin": 31.0, "n_measurements": 3}, "31.0–39.0 K (3)"),
        ({"n_measurements": 2}, "39.0 K (2)"),
        ({"tc_low_kelvin": None, "tc_high_kelvin": None, "not_superconducting": True}, "not SC"),
        (
            {
                "tc_low_kelvin": None,
                "tc_high_kelvin": None,
                "not_superconducting": True,
                "down_to_kelvin": 0.35,
            },
            "not SC > 0.35 K",
        ),
        ({"calculated": True}, "39.0 K calc."),
        ({"tc_low_kelvin": None, "tc_high_kelvin": None}, ""),
    ],
)
def test_reports_of_tc_are_a_spread_with_their_number(changes: dict, said: str) -> None:
    assert texts.tc(replace(ROW, **changes)) == said


def test_a_prediction_comes_with_its_interval() -> None:
    row = replace(ROW, predicted_kelvin=35.12, predicted_low_kelvin=9.2, predicted_high_kelvin=58.4)
    assert texts.predicted(row) == "35.1 K (9.2–58)"
    assert texts.predicted(ROW) == ""
    assert texts.probability(replace(ROW, p_superconductor=0.9999)) == "99 %"


@pytest.mark.parametrize(
    ("symbol", "markup"),
    [
        ("P6_3/mmc", "<i>P</i>6<sub>3</sub>/<i>m</i><i>m</i><i>c</i>"),
        (
            "Fm-3m",
            '<i>F</i><i>m</i><span style="text-decoration: overline">3</span><i>m</i>',
        ),
        ("I4_1/amd", "<i>I</i>4<sub>1</sub>/<i>a</i><i>m</i><i>d</i>"),
    ],
)
def test_space_groups_are_written_as_they_are_printed(symbol: str, markup: str) -> None:
    assert texts.space_group_markup(symbol) == markup


def test_what_is_not_known_is_left_empty() -> None:
    bare = replace(ROW, family="", disorder="", n_sites=0, space_group="")
    assert [texts.family(bare), texts.disorder(bare), texts.sites(bare)] == ["", "", ""]
    assert texts.disorder(ROW) == "O ordered"
    assert texts.findings(replace(ROW, findings=2)) == "⚠ 2"
