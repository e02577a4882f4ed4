"""What is asked of candidates is met by what exists, and tells it from what does not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.generation.judge.balance import charges_balance
from sc3d_desktop.generation.judge.validity import validity


def test_nearly_all_real_superconductors_are_valid(ordered_superconductors: list[Crystal]) -> None:
    crystals = ordered_superconductors
    assert len(crystals) > 200
    assert np.mean([not validity(crystal).faults for crystal in crystals]) > 0.98
    assert np.mean([charges_balance(crystal.composition) for crystal in crystals]) > 0.88


def test_few_crystals_of_random_positions_are_valid(ordered_superconductors: list[Crystal]) -> None:
    """Cells and elements are real here, the places are not."""
    rng = np.random.default_rng(0)
    crystals = [c for c in ordered_superconductors if 8 <= len(c) <= 40][:100]
    shuffled = []
    for crystal in crystals:
        places = zip(crystal.sites, rng.random((len(crystal), 3)).tolist(), strict=True)
        sites = tuple(replace(site, frac=tuple(place)) for site, place in places)
        shuffled.append(replace(crystal, sites=sites))
    assert np.mean([not validity(crystal).faults for crystal in shuffled]) < 0.1
