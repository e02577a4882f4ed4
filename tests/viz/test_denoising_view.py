"""A crystal that is being made: it does not jump, and it never holds up the window."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from generated_cases import ordered
from pytestqt.qtbot import QtBot

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.viz.denoising_view import DenoisingView


@pytest.fixture
def view(qtbot: QtBot) -> DenoisingView:
    made = DenoisingView()
    qtbot.addWidget(made)
    made.resize(500, 400)
    return made


def scaled(crystal: Crystal, factor: float) -> Crystal:
    return replace(crystal, lattice=np.asarray(crystal.lattice) * factor)


def test_the_label_says_which_candidate_and_step_it_is(view: DenoisingView) -> None:
    view.show_step(7, 20, 43, 100, ordered(1))
    assert view.label.text() == "Denoising 7 of 20, step 43 of 100"


def test_a_cell_that_shrinks_leaves_the_framing_and_one_that_grows_stays_in_sight(
    view: DenoisingView,
) -> None:
    crystal, camera = ordered(1), view.canvas.camera
    view.show_step(1, 2, 1, 9, crystal)
    scale, rotation = camera.scale, camera.rotation.copy()
    view.show_step(1, 2, 2, 9, scaled(crystal, 0.8))
    assert camera.scale == scale
    assert np.array_equal(camera.rotation, rotation)
    view.show_step(1, 2, 3, 9, scaled(crystal, 1.5))
    assert camera.scale > scale
    corners = camera.project(np.array([[0.0, 0, 0], *scaled(crystal, 1.5).lattice]))
    assert (corners[:, :2] >= 0).all()
    assert (corners[:, 0] <= camera.size[0]).all()
    assert (corners[:, 1] <= camera.size[1]).all()


def test_another_candidate_is_framed_anew(view: DenoisingView) -> None:
    crystal = ordered(1)
    view.show_step(1, 2, 1, 9, scaled(crystal, 2.0))
    wide = view.canvas.camera.scale
    view.show_step(2, 2, 1, 9, crystal)
    assert view.canvas.camera.scale < wide


def test_steps_are_left_out_while_drawing_takes_long_but_never_the_last_one(
    view: DenoisingView, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(view.canvas), "frame_seconds", 10.0)
    view.show_step(1, 2, 1, 9, ordered(1))
    view.show_step(1, 2, 2, 9, ordered(1))
    assert view.label.text().endswith("step 1 of 9")
    view.show_step(1, 2, 9, 9, ordered(1))
    assert view.label.text().endswith("step 9 of 9")
    view.show_step(2, 2, 1, 9, ordered(1))
    assert view.label.text() == "Denoising 2 of 2, step 1 of 9"


def test_it_is_looked_at_not_edited(view: DenoisingView, qtbot: QtBot) -> None:
    view.show_step(1, 2, 1, 9, ordered(1))
    with qtbot.assertNotEmitted(view.canvas.site_clicked):
        view.canvas.clicked_at(view.canvas.rect().center())
