"""Numbers and formulas as all panels write them."""

from __future__ import annotations

import pytest

from sc3d_desktop.panels.parts.text import formula_markup, formula_text, kelvin


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (134.4, "134"),
        (99.97, "100"),
        (38.24, "38.2"),
        (4.268, "4.27"),
        (0.35, "0.35"),
        (0.000321, "0.00032"),
        (0.0, "0.00"),
    ],
)
def test_temperatures_have_three_significant_digits_at_most(value: float, text: str) -> None:
    assert kelvin(value) == text


@pytest.mark.parametrize(
    ("formula", "markup"),
    [
        ("MgB2", "MgB<sub>2</sub>"),
        ("La1.85Sr0.15CuO4", "La<sub>1.85</sub>Sr<sub>0.15</sub>CuO<sub>4</sub>"),
        ("Ca(OH)2", "Ca(OH)<sub>2</sub>"),
        ("2H-NbSe2", "2H-NbSe<sub>2</sub>"),
        ("a<b&c", "a&lt;b&amp;c"),
    ],
)
def test_amounts_of_a_formula_become_subscripts(formula: str, markup: str) -> None:
    assert formula_markup(formula) == markup


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        ("MgB2", "MgB₂"),
        ("La1.85Sr0.15CuO4", "La₁.₈₅Sr₀.₁₅CuO₄"),
        ("Ba12(OH)30", "Ba₁₂(OH)₃₀"),
        ("2H-NbSe2", "2H-NbSe₂"),
        ("a<b&c", "a<b&c"),
    ],
)
def test_amounts_become_small_digits_in_plain_text(formula: str, text: str) -> None:
    assert formula_text(formula) == text
