"""Peaks of the DOS and flat bands near the Fermi level are found where they were put."""

from __future__ import annotations

import numpy as np
import pytest

from sc3d_desktop.dft.results.types import Bands, Dos
from sc3d_desktop.dft.results.van_hove import flat_bands, singularities, states_at_fermi


def square_lattice_dos(fermi: float = 0.0, t: float = 0.5, n: int = 1500) -> Dos:
    """Of E = −2t (cos kx + cos ky): it diverges at E = 0, relative to ``fermi`` there."""
    k = (np.arange(n) + 0.5) * 2 * np.pi / n
    energies = (-2 * t * (np.cos(k)[:, None] + np.cos(k)[None, :])).ravel()
    counts, edges = np.histogram(energies, bins=800, range=(-2.5, 2.5))
    centres = (edges[1:] + edges[:-1]) / 2
    return Dos(centres - fermi, 2 * counts[None] / (n * n) / (edges[1] - edges[0]))


@pytest.mark.parametrize("fermi", [0.0, 0.21, -0.35])
def test_the_saddle_points_of_a_square_lattice_are_one_peak(fermi: float) -> None:
    found = singularities(square_lattice_dos(fermi))
    assert [peak.energy_ev for peak in found] == [pytest.approx(-fermi, abs=0.01)]


def test_a_peak_outside_the_window_is_not_told() -> None:
    assert singularities(square_lattice_dos(fermi=0.8)) == ()


def test_a_smooth_dos_has_no_peak() -> None:
    energies = np.linspace(-5, 5, 2001)
    assert singularities(Dos(energies, np.sqrt(energies + 5.1)[None])) == ()


def test_states_at_the_fermi_level_are_of_both_spins() -> None:
    energies = np.linspace(-1, 1, 5)
    assert states_at_fermi(Dos(energies, np.array([energies + 2, 2 * energies + 3]))) == 5.0


def test_a_band_that_is_flat_over_half_the_path_is_found_there() -> None:
    distance = np.linspace(0, 2, 201)
    flat = np.where(distance < 1, 0.1, 0.1 + 3 * (distance - 1))
    steep, far = -1 + 2 * distance, np.full(201, -2.0)
    bands = Bands(distance, np.array([[far, steep, flat]]))
    (found,) = flat_bands(bands)
    assert (found.spin, found.band) == (0, 2)
    assert found.start == 0
    assert found.stop == pytest.approx(1, abs=0.03)
    assert found.energy_ev == pytest.approx(0.1, abs=0.03)
    assert found.spread_ev < 0.05


@pytest.mark.parametrize("seed", range(5))
def test_every_stretch_told_is_as_flat_and_long_as_asked(seed: int) -> None:
    rng = np.random.default_rng(seed)
    distance = np.cumsum(rng.uniform(0.005, 0.03, 300))
    energies = np.cumsum(rng.normal(0, 0.012, (2, 6, 300)), axis=2)
    found = flat_bands(Bands(distance, energies), 0.4, 0.06, 0.2)
    assert found
    for one in found:
        inside = (distance >= one.start) & (distance <= one.stop)
        part = energies[one.spin, one.band, inside]
        assert np.ptp(part) <= 0.06
        assert one.stop - one.start >= 0.2
        assert abs(one.energy_ev) <= 0.4
