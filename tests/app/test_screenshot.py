"""A picture of the real window with a real answer in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QColor, QImage

from sc3d_desktop.app import take_screenshot
from sc3d_desktop.errors import ModelError, Sc3dError
from sc3d_desktop.paths import user_data


class Services:
    def __init__(self, model: Any) -> None:
        self._model = model

    def tc_model(self) -> Any:
        return self._model


@pytest.fixture
def shoot(qapp: Any, model: Any, ybco: Path, tmp_path: Path) -> Callable[..., QImage]:
    def take(**how: Any) -> QImage:
        out = tmp_path / "window.png"
        take_screenshot(out, [ybco], services_factory=lambda: Services(model), **how)
        return QImage(str(out))

    return take


def lightness(image: QImage) -> int:
    return QColor(image.pixel(image.width() - 6, image.height() // 2)).lightness()


def test_the_picture_has_the_size_and_theme_asked_for(shoot: Callable[..., QImage]) -> None:
    light = shoot(size=(1280, 800), theme="light")
    assert (light.width(), light.height()) == (1280, 800)
    assert lightness(light) > 200
    dark = shoot(size=(1000, 700), theme="dark")
    assert (dark.width(), dark.height()) == (1000, 700)
    assert lightness(dark) < 80


@pytest.mark.gl
def test_the_crystal_is_in_the_picture(shoot: Callable[..., QImage]) -> None:
    image = shoot(panel="structure", theme="light")
    colours = {image.pixel(x, y) for x in range(0, image.width(), 9) for y in range(0, 600, 9)}
    assert len(colours) > 50


def test_one_panel_can_be_taken_alone_and_an_unknown_one_is_refused(
    shoot: Callable[..., QImage],
) -> None:
    panel = shoot(panel="tc_predictor")
    assert 300 < panel.width() < 640
    with pytest.raises(Sc3dError, match="structure_editor"):
        shoot(panel="kitchen")


def test_a_model_that_cannot_load_still_gives_a_picture(
    shoot: Callable[..., QImage], model: Any
) -> None:
    def fail(_crystals: Any) -> None:
        raise ModelError("There are no weights.", "Train a model first.")

    model.predict = fail
    assert not shoot().isNull()


def test_a_picture_leaves_the_users_own_session_alone(shoot: Callable[..., QImage]) -> None:
    shoot()
    assert not list(user_data().iterdir())
