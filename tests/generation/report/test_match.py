"""Structures found again from their composition, as DiffCSP counts it; the curve goes on where it
stopped.
"""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
import torch
from diffusion_cases import SMALL, denoiser
from report_crystals import crystal_of, ordered_crystal

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.errors import GenerationError
from sc3d_desktop.generation.report.match import (
    CompositionSampler,
    Curve,
    Found,
    curve_rows,
    rmse,
    run_curve,
)
from sc3d_desktop.models.diffcsp_sc.denoiser import Conditions, Denoised, Denoiser
from sc3d_desktop.models.diffcsp_sc.state import CrystalState

CURVE = Curve((4, 6), "weights")


def crystals() -> list[Crystal]:
    rng = np.random.default_rng(0)
    return [ordered_crystal(rng, atoms=2 + k % 2, kinds=2) for k in range(5)]


class Counting(Denoiser):
    calls = 0

    def forward(self, state: CrystalState, times: torch.Tensor, wanted: Conditions) -> Denoised:
        self.calls += 1
        return super().forward(state, times, wanted)


@pytest.mark.parametrize("steps", [4, 30])
def test_the_calls_that_are_told_are_those_made(steps: int) -> None:
    model = Counting(SMALL)
    sampler = CompositionSampler(model)
    sampler.sample(crystals()[:1], steps, [0])
    assert model.calls == sampler.calls(steps)


def test_what_is_made_has_the_composition_and_depends_on_its_seed_alone() -> None:
    sampler = CompositionSampler(denoiser().float())
    pair = crystals()[0], crystals()[2]
    both = sampler.sample(pair, 5, [7, 8])
    alone = sampler.sample(pair[1:], 5, [8])
    for made, true in zip(both, pair, strict=True):
        assert made is not None
        assert made.composition == true.composition
    assert both[1] is not None
    assert alone[0] is not None
    np.testing.assert_allclose(both[1].lattice, alone[0].lattice, rtol=1e-4, atol=1e-4)


def test_a_crystal_matches_itself_moved_and_turned_and_no_other() -> None:
    rng = np.random.default_rng(3)
    true = crystal_of(["Na", "Cl", "O"], rng.random((3, 3)), 4.5)
    moved = crystal_of(["O", "Na", "Cl"], (true.frac_coords[[2, 0, 1]] + 0.31) % 1, 4.5)
    other = Crystal(np.diag([3.0, 3.0, 12.0]), true.sites)
    assert rmse(moved, true) == pytest.approx(0, abs=1e-6)
    assert rmse(other, true) is None
    assert rmse(None, true) is None


def test_the_error_is_that_of_the_displacement() -> None:
    places = np.array([[0.0, 0, 0], [0.5, 0.5, 0.5]])
    true = crystal_of(["Na", "Cl"], places, 4.0)
    off = crystal_of(["Na", "Cl"], places + np.array([[0, 0, 0], [0.05, 0, 0]]), 4.0)
    # Both share the displacement of 0.2 Å after the best shift.
    expected = 0.1 / (true.volume / 2) ** (1 / 3)
    assert rmse(off, true) == pytest.approx(expected, rel=1e-3)


def test_rows_are_rates_of_what_was_tried() -> None:
    found = [
        Found(0, 10, 19, 0.1, True),
        Found(1, 10, 19, None, False),
        Found(0, 50, 99, 0.3, True),
    ]
    few, many = curve_rows(found)
    assert (few["steps"], few["calls"], few["match"]["value"], few["rmse"]) == (10, 19, 0.5, 0.1)
    assert few["valid"]["value"] == 0.5
    assert (many["steps"], many["match"]["value"], many["match"]["of"]) == (50, 1.0, 1)


def test_a_curve_goes_on_where_it_stopped(tmp_path: Path) -> None:
    model, out = denoiser().float(), tmp_path / "curve.json"
    list(run_curve(model, crystals(), CURVE, tmp_path / "whole.json"))
    list(islice(run_curve(model, crystals(), CURVE, out), 1))
    stopped = json.loads(out.read_text())["found"]
    assert 0 < len(stopped) < 10
    counted = Counting(SMALL)
    counted.load_state_dict(model.state_dict())
    list(run_curve(counted, crystals(), CURVE, out))
    whole, resumed = (json.loads(p.read_text()) for p in (tmp_path / "whole.json", out))
    assert resumed == whole
    assert len(whole["found"]) == 10
    # Sizes of two and three atoms, at two numbers of steps, less the batch that was there.
    assert counted.calls == 2 * 11 + 7
    list(run_curve(counted, crystals(), CURVE, out))
    assert counted.calls == 29


def test_a_curve_of_other_weights_is_not_added_to(tmp_path: Path) -> None:
    model, out = denoiser().float(), tmp_path / "curve.json"
    list(islice(run_curve(model, crystals(), CURVE, out), 1))
    with pytest.raises(GenerationError, match="other weights"):
        next(run_curve(model, crystals(), Curve((4,), "others"), out))
    out.write_text("{}")
    with pytest.raises(GenerationError, match="no curve"):
        next(run_curve(model, crystals(), CURVE, out))
