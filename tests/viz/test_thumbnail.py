"""Small pictures of crystals, drawn without OpenGL."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage

from sc3d_desktop.viz.theme import element_colour
from sc3d_desktop.viz.thumbnail import thumbnail

SIDE = 160


def pixels(image: QImage) -> np.ndarray:
    """Colour and opacity, shape (side, side, 4)."""
    plain = image.convertToFormat(QImage.Format.Format_RGBA8888)
    flat = np.array(plain.constBits(), dtype=np.uint8)  # a copy: the picture goes
    return flat.reshape(image.height(), image.width(), 4)


def share(image: QImage, element: str) -> float:
    """Part of the picture in the colour of an element."""
    colour = np.array(QColor(element_colour(element)).getRgb()[:3])
    rgba = pixels(image)
    near = np.abs(rgba[..., :3].astype(int) - colour).max(axis=-1) <= 3
    return float((near & (rgba[..., 3] == 255)).mean())


def test_every_element_is_there_and_nothing_touches_the_edge(
    qapp: Any, sample: SimpleNamespace
) -> None:
    image = thumbnail(sample.ybco(), SIDE, False)
    assert (image.width(), image.height()) == (SIDE, SIDE)
    for element in ("Y", "Ba", "Cu", "O"):
        assert share(image, element) > 0.002
    alpha = pixels(image)[..., 3]
    edge = np.concatenate([alpha[0], alpha[-1], alpha[:, 0], alpha[:, -1]])
    assert not edge.any()


@pytest.mark.parametrize("aluminium", [0.25, 0.5, 0.75])
def test_a_mixed_site_is_a_pie_with_the_shares_of_its_species(
    qapp: Any, sample: SimpleNamespace, aluminium: float
) -> None:
    image = thumbnail(sample.one_site({"Mg": 1 - aluminium, "Al": aluminium}), SIDE, False)
    mg, al = share(image, "Mg"), share(image, "Al")
    assert al / (mg + al) == pytest.approx(aluminium, abs=0.03)


def test_a_vacancy_leaves_its_share_of_the_disc_pale(qapp: Any, sample: SimpleNamespace) -> None:
    full = share(thumbnail(sample.one_site({"O": 1.0}), SIDE, False), "O")
    part = share(thumbnail(sample.one_site({"O": 0.6}), SIDE, False), "O")
    assert part / full == pytest.approx(0.6, abs=0.05)


def test_a_picture_is_drawn_once_and_sharp_on_a_fine_screen(
    qapp: Any, sample: SimpleNamespace
) -> None:
    crystal = sample.mgb2()
    assert thumbnail(crystal, SIDE, False) is thumbnail(crystal, SIDE, False)
    fine = thumbnail(crystal, SIDE, True, 2.0)
    assert fine.width() == 2 * SIDE
    assert fine.devicePixelRatio() == 2.0


def test_any_cell_can_be_drawn(qapp: Any, sample: SimpleNamespace) -> None:
    for seed in range(5):
        image = thumbnail(sample.scattered(seed), 80, True)
        assert pixels(image)[..., 3].any()
