from __future__ import annotations

from itertools import combinations

import pytest

from sc3d_desktop.crystal.elements import symbols
from sc3d_desktop.viz import theme


def test_every_element_has_a_colour() -> None:
    assert set(symbols()) - {""} <= set(theme.ELEMENT_COLOURS)


@pytest.mark.parametrize(
    "elements",
    [("Mg", "Al", "B"), ("La", "Sr", "Cu", "O", "Ba"), ("Y", "Ba", "Cu", "O", "Ca", "Gd")],
)
def test_elements_that_share_a_crystal_are_told_apart(elements: tuple[str, ...]) -> None:
    for first, second in combinations(elements, 2):
        p, q = (theme.rgb(theme.element_colour(el)) for el in (first, second))
        assert sum(abs(a - b) for a, b in zip(p, q, strict=True)) > 60


def test_the_ramp_rises_in_lightness() -> None:
    light = [
        sum(w * c for w, c in zip((0.3, 0.6, 0.1), theme.ramp_rgb(k / 20), strict=True))
        for k in range(21)
    ]
    assert light == sorted(light)
    assert theme.ramp_rgb(-1) == theme.ramp_rgb(0)
    assert theme.ramp_rgb(2) == theme.ramp_rgb(1)
