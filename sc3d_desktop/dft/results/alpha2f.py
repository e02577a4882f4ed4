"""From an Eliashberg function to λ, ω_log and the critical temperature of Allen and Dynes.

P. B. Allen, R. C. Dynes, Phys. Rev. B 12, 905 (1975); W. L. McMillan, Phys. Rev. 167, 331 (1968).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sc3d_desktop.dft.results.types import Floats, Spectrum, Stated
from sc3d_desktop.errors import ResultsError

KELVIN_PER_MEV = 11.604518121550083
MOST_MU_STAR = 0.3


@dataclass(frozen=True)
class Coupling:
    """``coupling`` is λ; ``omega_log_mev`` its logarithmic mean frequency, ``omega_2_mev`` the root
    of its mean square, where that is known.
    """

    coupling: float
    omega_log_mev: float
    omega_2_mev: float | None


def coupling_of(spectrum: Spectrum) -> Coupling:
    """λ = 2∫α²F/ω dω, by trapezia. Negative values, which interpolation leaves where the broadening
    is too small, count as they are: so do the programs that write them, and ``negative_share`` says
    how much. Raises ``ResultsError`` where nothing couples.
    """
    omega = spectrum.omega_mev
    weight = _weight(spectrum)
    coupling = float(np.trapezoid(weight, omega))
    if not coupling > 0:
        message = f"{spectrum.name} has no electron-phonon coupling."
        raise ResultsError(message, "Check that it holds α²F above zero frequency.")
    log = float(np.trapezoid(weight * np.log(omega), omega)) / coupling
    square = float(np.trapezoid(weight * omega**2, omega)) / coupling
    if not square > 0:
        message = f"{spectrum.name} is negative over so much that it has no mean frequency."
        raise ResultsError(message, "Use another broadening.")
    return Coupling(coupling, math.exp(log), math.sqrt(square))


def stated_coupling(stated: Stated) -> Coupling | None:
    """None where ω_log is not stated, without which there is no Tc."""
    if stated.omega_log_mev is None or not stated.coupling > 0:
        return None
    return Coupling(stated.coupling, stated.omega_log_mev, stated.omega_2_mev)


def running_coupling(spectrum: Spectrum) -> Floats:
    """λ(ω), (n,): what the frequencies up to each contribute."""
    omega, weight = spectrum.omega_mev, _weight(spectrum)
    steps = np.diff(omega) * (weight[1:] + weight[:-1]) / 2
    return np.concatenate([[0.0], np.cumsum(steps)])


def _weight(spectrum: Spectrum) -> Floats:
    return 2 * spectrum.alpha2f / spectrum.omega_mev


def negative_share(spectrum: Spectrum) -> float:
    """The part of ∫|α²F/ω| that is of negative values, 0 to 1."""
    weight, omega = _weight(spectrum), spectrum.omega_mev
    whole = float(np.trapezoid(np.abs(weight), omega))
    return float(np.trapezoid(np.maximum(-weight, 0.0), omega)) / whole if whole > 0 else 0.0


def mcmillan_kelvin(found: Coupling, mu_star: float) -> float:
    """Tc by McMillan's formula with the prefactor ω_log/1.2; 0 where µ* wins."""
    lam = found.coupling
    below = lam - mu_star * (1 + 0.62 * lam)
    if below <= 0:
        return 0.0
    scale = found.omega_log_mev * KELVIN_PER_MEV / 1.2
    return scale * math.exp(-1.04 * (1 + lam) / below)


def allen_dynes_kelvin(found: Coupling, mu_star: float) -> float | None:
    """The same with the corrections f₁ for strong coupling and f₂ for the shape of α²F; None where
    ω₂, which f₂ is made of, is not known.
    """
    if found.omega_2_mev is None:
        return None
    lam, ratio = found.coupling, found.omega_2_mev / found.omega_log_mev
    strong = 2.46 * (1 + 3.8 * mu_star)
    shape = 1.82 * (1 + 6.3 * mu_star) * ratio
    f1 = (1 + (lam / strong) ** 1.5) ** (1 / 3)
    f2 = 1 + (ratio - 1) * lam**2 / (lam**2 + shape**2)
    return f1 * f2 * mcmillan_kelvin(found, mu_star)
