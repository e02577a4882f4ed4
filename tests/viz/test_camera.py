from __future__ import annotations

import numpy as np
import pytest

from sc3d_desktop.crystal import lattice_from_parameters
from sc3d_desktop.viz.camera import Camera, default_axes, pie_axes, view_axes

TRICLINIC = lattice_from_parameters(4.0, 5.0, 9.0, 80, 95, 112)


def _camera(seed: int = 1) -> Camera:
    rng = np.random.default_rng(seed)
    camera = Camera(size=(640, 480), scale=0.03, centre=rng.normal(size=3))
    camera.rotate(*rng.uniform(-180, 180, 3))
    return camera


def test_many_small_turns_keep_the_rotation_orthonormal() -> None:
    camera = _camera()
    for _ in range(2000):
        camera.rotate(0.7, -0.3, 0.1)
    assert np.allclose(camera.rotation @ camera.rotation.T, np.eye(3), atol=1e-12)
    assert np.linalg.det(camera.rotation) == pytest.approx(1.0)


def test_zoom_leaves_the_point_under_the_mouse_in_place() -> None:
    camera, points = _camera(), np.array([[1.0, -2.0, 0.5]])
    before = camera.project(points)[0, :2]
    camera.zoom(1.7, (before[0], before[1]))
    assert np.allclose(camera.project(points)[0, :2], before)


def test_pan_moves_every_point_by_the_same_pixels() -> None:
    camera, points = _camera(), np.random.default_rng(3).normal(size=(5, 3))
    before = camera.project(points)
    camera.pan(13, -7)
    assert np.allclose(camera.project(points)[:, :2] - before[:, :2], [13, -7])


@pytest.mark.parametrize("axis", ["a", "b", "c", "a*", "b*", "c*"])
def test_the_axis_looked_along_points_at_the_viewer(axis: str) -> None:
    camera = Camera()
    camera.look(*view_axes(TRICLINIC, axis))
    vectors = np.linalg.inv(TRICLINIC).T if axis.endswith("*") else TRICLINIC
    vector = vectors["abc".index(axis[0])]
    assert np.allclose(camera.rotation @ (vector / np.linalg.norm(vector)), [0, 0, 1])


def test_c_points_up_in_the_views_along_a_and_b_and_by_default() -> None:
    for axes in (view_axes(TRICLINIC, "a"), view_axes(TRICLINIC, "b"), default_axes(TRICLINIC)):
        camera = Camera()
        camera.look(*axes)
        x, y, _ = camera.rotation @ TRICLINIC[2]
        assert abs(x) < 1e-9
        assert y > 0


def test_fit_holds_all_spheres_inside_the_margins() -> None:
    camera, rng = _camera(), np.random.default_rng(5)
    points, radii = rng.normal(size=(40, 3)) * 6, rng.uniform(0.3, 0.9, 40)
    camera.fit(points, radii, (100, 20, 60, 30))
    places, pixels = camera.project(points), radii / camera.scale
    assert (places[:, 0] - pixels).min() >= 100 - 1e-6
    assert (places[:, 1] - pixels).min() >= 20 - 1e-6
    assert (places[:, 0] + pixels).max() <= 640 - 60 + 1e-6
    assert (places[:, 1] + pixels).max() <= 480 - 30 + 1e-6


def test_the_first_wedge_starts_on_the_side_seen_along_a_b_and_by_default() -> None:
    for gamma in (90, 120, 75):
        lattice = lattice_from_parameters(3.0, 4.0, 8.0, 90, 90, gamma)
        start = pie_axes(lattice)[0]
        for towards in (lattice[0], lattice[1], default_axes(lattice)[0]):
            assert start @ (towards / np.linalg.norm(towards)) > 0.4
