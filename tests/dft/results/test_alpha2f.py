"""λ, ω_log and Tc against what can be worked out by hand."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import quad

from sc3d_desktop.dft.results.alpha2f import (
    KELVIN_PER_MEV,
    Coupling,
    allen_dynes_kelvin,
    coupling_of,
    mcmillan_kelvin,
    negative_share,
    running_coupling,
)
from sc3d_desktop.dft.results.types import Spectrum
from sc3d_desktop.errors import ResultsError


def einstein(coupling: float, omega: float, width: float = 0.02, n: int = 20_001) -> Spectrum:
    """α²F = λ ω_E/2 δ(ω − ω_E), as a narrow Gaussian."""
    grid = np.linspace(omega - 12 * width, omega + 12 * width, n)
    shape = np.exp(-0.5 * ((grid - omega) / width) ** 2) / (width * math.sqrt(2 * math.pi))
    return Spectrum("Einstein", grid, coupling * omega / 2 * shape)


@pytest.mark.parametrize(("coupling", "omega"), [(0.5, 20.0), (1.0, 7.5), (2.6, 150.0)])
def test_an_einstein_spectrum_has_its_own_coupling_and_frequency(
    coupling: float, omega: float
) -> None:
    found = coupling_of(einstein(coupling, omega))
    assert found.coupling == pytest.approx(coupling, rel=1e-4)
    assert found.omega_log_mev == pytest.approx(omega, rel=1e-4)
    assert found.omega_2_mev == pytest.approx(omega, rel=1e-4)


def test_two_einstein_modes_mix_by_their_coupling() -> None:
    low, high = einstein(0.3, 10.0), einstein(0.9, 40.0)
    both = Spectrum(
        "two",
        np.concatenate([low.omega_mev, high.omega_mev]),
        np.concatenate([low.alpha2f, high.alpha2f]),
    )
    found = coupling_of(both)
    assert found.coupling == pytest.approx(1.2, rel=1e-4)
    assert found.omega_log_mev == pytest.approx(10**0.25 * 40**0.75, rel=1e-4)
    assert found.omega_2_mev == pytest.approx(math.sqrt(0.25 * 100 + 0.75 * 1600), rel=1e-4)


@pytest.mark.parametrize("seed", range(4))
def test_a_smooth_spectrum_agrees_with_adaptive_quadrature(seed: int) -> None:
    rng = np.random.default_rng(seed)
    centres, heights = rng.uniform(5, 60, 4), rng.uniform(0.1, 1.5, 4)

    def alpha2f(omega: float) -> float:
        return float(
            sum(
                h * math.exp(-(((omega - c) / 4) ** 2))
                for c, h in zip(centres, heights, strict=True)
            )
        )

    omega = np.linspace(0.5, 90, 4000)
    found = coupling_of(Spectrum("smooth", omega, np.array([alpha2f(w) for w in omega])))

    def integral(of) -> float:  # type: ignore[no-untyped-def]
        return quad(
            lambda w: 2 * alpha2f(w) / w * of(w), 0.5, 90, limit=400, points=sorted(centres)
        )[0]

    coupling = integral(lambda w: 1.0)
    assert found.coupling == pytest.approx(coupling, rel=1e-5)
    assert found.omega_log_mev == pytest.approx(math.exp(integral(math.log) / coupling), rel=1e-4)
    assert found.omega_2_mev == pytest.approx(
        math.sqrt(integral(lambda w: w * w) / coupling), rel=1e-4
    )


def test_mcmillan_for_unit_coupling_is_as_worked_out_by_hand() -> None:
    """λ = 1, µ* = 0.1, ω_log = 12 meV: 12 × 11.6045 / 1.2 × exp(−2.08 / (1 − 0.162))."""
    found = Coupling(1.0, 12.0, 12.0)
    assert mcmillan_kelvin(found, 0.1) == pytest.approx(116.045 * math.exp(-2.08 / 0.838), rel=1e-5)


def test_allen_dynes_without_shape_is_mcmillan_with_f1() -> None:
    found = Coupling(2.0, 10.0, 10.0)
    f1 = (1 + (2.0 / (2.46 * 1.38)) ** 1.5) ** (1 / 3)
    assert allen_dynes_kelvin(found, 0.1) == pytest.approx(f1 * mcmillan_kelvin(found, 0.1))


def test_allen_dynes_of_lead_is_near_its_tc() -> None:
    """λ = 1.55, ω_log = 56 K, ω₂ = 65 K of Allen and Dynes (1975), µ* = 0.1: 7.2 K measured."""
    found = Coupling(1.55, 56 / KELVIN_PER_MEV, 65 / KELVIN_PER_MEV)
    assert allen_dynes_kelvin(found, 0.1) == pytest.approx(7.2, abs=0.5)


def test_a_strong_limit_grows_with_the_root_of_the_coupling() -> None:
    """Tc → 0.183 ω₂ √λ for µ* = 0, their bound, which the formula meets to some 3 %."""
    huge = Coupling(4000.0, 10.0, 10.0)
    bound = 0.183 * 10 * KELVIN_PER_MEV * math.sqrt(4000)
    assert allen_dynes_kelvin(huge, 0.0) == pytest.approx(bound, rel=0.03)


@pytest.mark.parametrize("coupling", [0.2, 0.6, 1.5])
def test_tc_falls_with_mu_star_to_none(coupling: float) -> None:
    found = Coupling(coupling, 20.0, 22.0)
    temperatures = [allen_dynes_kelvin(found, mu) for mu in np.linspace(0, 0.3, 13)]
    assert all(a >= b for a, b in pairwise(temperatures))
    assert mcmillan_kelvin(Coupling(0.1, 20.0, 20.0), 0.3) == 0


def test_the_running_coupling_ends_at_the_whole() -> None:
    spectrum = einstein(0.8, 30.0)
    running = running_coupling(spectrum)
    assert running[0] == 0
    assert running[-1] == pytest.approx(coupling_of(spectrum).coupling)
    assert running[len(running) // 2] == pytest.approx(0.4, rel=1e-2)


def test_no_coupling_at_all_is_an_error_and_negative_values_are_told() -> None:
    omega = np.linspace(1, 10, 50)
    with pytest.raises(ResultsError, match="no electron-phonon coupling"):
        coupling_of(Spectrum("flat", omega, np.zeros(50)))
    mixed = Spectrum("mixed", omega, np.where(omega < 5, -omega, omega))
    assert negative_share(mixed) == pytest.approx(4 / 9, abs=0.02)
