from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
import pytest

from sc3d_desktop.viz.camera import Camera
from sc3d_desktop.viz.picking import pick_atom, pick_site, visible_centres
from sc3d_desktop.viz.scene import drawn_atoms


def _setting(sample: SimpleNamespace, seed: int):
    atoms = drawn_atoms(sample.scattered(seed))
    camera = Camera(size=(700, 500))
    camera.rotate(*np.random.default_rng(seed).uniform(-180, 180, 3))
    camera.fit(atoms.centre, atoms.radius)
    return atoms, camera


@pytest.mark.parametrize("seed", range(8))
def test_the_centre_of_an_unhidden_atom_picks_its_site(sample: SimpleNamespace, seed: int) -> None:
    atoms, camera = _setting(sample, seed)
    seen = np.flatnonzero(visible_centres(atoms, camera))
    assert len(seen) >= 5
    for k, (x, y, _) in zip(seen, camera.project(atoms.centre[seen]), strict=True):
        assert pick_site(atoms, camera, x, y) == atoms.site[k]


@pytest.mark.parametrize("seed", range(3))
def test_every_pixel_agrees_with_a_ray_followed_by_hand(sample: SimpleNamespace, seed: int) -> None:
    atoms, camera = _setting(sample, seed)
    rng = np.random.default_rng(100 + seed)
    right, up, towards = camera.rotation
    for x, y in rng.uniform((0, 0), camera.size, (150, 2)):
        origin = (
            camera.centre
            + right * (x - camera.size[0] / 2) * camera.scale
            - up * (y - camera.size[1] / 2) * camera.scale
        )
        best, front = -1, -math.inf
        for k in range(len(atoms)):
            to_centre = atoms.centre[k] - origin
            along = float(to_centre @ towards)
            miss = float(to_centre @ to_centre) - along**2
            if miss <= atoms.radius[k] ** 2:
                height = along + math.sqrt(atoms.radius[k] ** 2 - miss)
                if height > front:
                    best, front = k, height
        assert pick_atom(atoms, camera, x, y) == best
