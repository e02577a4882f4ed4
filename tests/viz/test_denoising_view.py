"""A crystal that is being made: it does not jump, and it never holds up the window."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from generated_cases import ordered
from pytestqt.qtbot import QtBot

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.errors import CrystalError
from sc3d_desktop.viz import picture
from sc3d_desktop.viz.denoising_view import DenoisingView
from sc3d_desktop.viz.scene import drawn_atoms


@pytest.fixture
def view(qtbot: QtBot) -> DenoisingView:
    made = DenoisingView()
    qtbot.addWidget(made)
    made.resize(500, 400)
    made.layout().activate()
    return made


def scaled(crystal: Crystal, factor: float) -> Crystal:
    return replace(crystal, lattice=np.asarray(crystal.lattice) * factor)


def test_the_label_says_which_candidate_and_step_it_is(view: DenoisingView) -> None:
    view.show_step(7, 20, 43, 100, ordered(1))
    assert view.label.text() == "Denoising 7 of 20, step 43 of 100"


def inside(view: DenoisingView, crystal: Crystal) -> bool:
    """Whether the cell and all atoms lie in the frame, with their radii."""
    camera, atoms, (a, b, c) = view.canvas.camera, drawn_atoms(crystal), crystal.lattice
    corners = np.array([i * a + j * b + k * c for i in (0, 1) for j in (0, 1) for k in (0, 1)])
    places = camera.project(np.concatenate([corners, atoms.centre]))[:, :2]
    pixels = np.concatenate([np.zeros(8), atoms.radius / camera.scale])[:, None]
    low, high = places - pixels, places + pixels
    return bool((low >= -1e-6).all() and (high <= np.array(camera.size) + 1e-6).all())


def test_nothing_jumps_while_cell_and_atoms_move(view: DenoisingView) -> None:
    crystal, camera = scaled_to_usual(ordered(1)), view.canvas.camera
    view.show_step(1, 2, 1, 100, crystal)
    scale, rotation = camera.scale, camera.rotation.copy()
    for step in range(2, 100):
        state = scaled(crystal, 1 + 0.4 * (1 - step / 100) * np.sin(step))
        view.show_step(1, 2, step, 100, state)
        assert 0.95 * scale < camera.scale <= scale, "ever closer, little by little"
        scale = camera.scale
        assert np.array_equal(camera.rotation, rotation)
        middle = camera.project(np.array([state.lattice.sum(axis=0) / 2]))[0, :2]
        away = np.abs(middle - np.array(camera.size) / 2)
        assert (away < 0.1 * min(camera.size)).all()


def scaled_to_usual(crystal: Crystal) -> Crystal:
    return scaled(crystal, (20 * len(crystal) / crystal.volume) ** (1 / 3))


@pytest.mark.parametrize("seed", range(6))
def test_whatever_noise_reaches_stays_in_the_frame(view: DenoisingView, seed: int) -> None:
    rng, crystal = np.random.default_rng(seed), scaled_to_usual(ordered(seed, 5))
    scales = []
    for step in range(1, 20):
        spread = rng.normal(0, 2 * (1 - step / 20), (3, 3))
        try:
            state = replace(crystal, lattice=crystal.lattice @ (np.eye(3) + spread))
        except CrystalError:
            continue  # flat, or larger than any
        view.show_step(1, 2, step, 20, state)
        assert inside(view, state)
        scales.append(view.canvas.camera.scale)
    view.show_step(2, 2, 1, 20, crystal)
    assert view.canvas.camera.scale <= max(scales), "each candidate has a frame of its own"


def test_the_result_is_framed_as_a_whole(view: DenoisingView) -> None:
    crystal = scaled(ordered(1), 4.0)
    view.show_step(1, 2, 1, 9, crystal)
    view.show_step(1, 2, 9, 9, crystal)
    camera, (a, b, c) = view.canvas.camera, np.asarray(crystal.lattice)
    corners = np.array([i * a + j * b + k * c for i in (0, 1) for j in (0, 1) for k in (0, 1)])
    places = camera.project(corners)[:, :2]
    assert (places >= 0).all()
    assert (places <= np.array(camera.size)).all()


def test_no_bonds_are_looked_for_in_noise(
    view: DenoisingView, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a cell that is nearly flat there is no end of neighbours, which takes seconds."""
    looked: list[Crystal] = []
    monkeypatch.setattr(picture, "find_neighbours", looked.append)
    view.show_step(1, 2, 1, 9, ordered(1))
    view.show_step(1, 2, 2, 9, ordered(2))
    view.grab()
    assert looked == []


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
