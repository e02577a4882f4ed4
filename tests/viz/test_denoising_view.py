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


def test_nothing_jumps_while_cell_and_atoms_move(view: DenoisingView) -> None:
    crystal, camera = ordered(1), view.canvas.camera
    view.show_step(1, 2, 1, 9, crystal)
    scale, rotation = camera.scale, camera.rotation.copy()
    for step, factor in enumerate((0.7, 1.6, 1.1), start=2):
        state = scaled(crystal, factor)
        view.show_step(1, 2, step, 9, state)
        assert camera.scale == scale
        assert np.array_equal(camera.rotation, rotation)
        middle = camera.project(np.array([np.asarray(state.lattice).sum(axis=0) / 2]))[0, :2]
        away = np.abs(middle - np.array(camera.size) / 2)
        assert (away < 0.1 * min(camera.size)).all()


def test_the_result_is_framed_as_a_whole(view: DenoisingView) -> None:
    crystal = scaled(ordered(1), 4.0)
    view.show_step(1, 2, 1, 9, crystal)
    view.show_step(1, 2, 9, 9, crystal)
    camera, (a, b, c) = view.canvas.camera, np.asarray(crystal.lattice)
    corners = np.array([i * a + j * b + k * c for i in (0, 1) for j in (0, 1) for k in (0, 1)])
    places = camera.project(corners)[:, :2]
    assert (places >= 0).all()
    assert (places <= np.array(camera.size)).all()


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
