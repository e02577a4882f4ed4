"""What phonons say: which modes are imaginary, and λ and ω_log summed over wave vectors."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sc3d_desktop.dft.results.spectra import MEV_PER_WAVENUMBER
from sc3d_desktop.dft.results.types import Floats, Phonons, QPoint, Stated

THZ_PER_WAVENUMBER = 0.0299792458
ACOUSTIC_CM = 20.0
"""The three acoustic modes at Γ are zero; so far off they are by the cut-offs and the mesh."""

_NOISE_CM = 1.0
_SAME_Q = 1e-5


@dataclass(frozen=True, eq=False)
class Imaginary:
    """``count`` imaginary modes at ``q``, the lowest at ``lowest_cm`` below zero. ``acoustic`` are
    those at Γ that no more than numerical noise makes so; ``where`` names an interpolation.
    """

    q: Floats
    count: int
    lowest_cm: float
    acoustic: bool = False
    where: str = ""


def imaginary_modes(phonons: Phonons) -> tuple[Imaginary, ...]:
    """The lowest first, of the calculated q and then of each interpolation."""
    calculated = _imaginary((point.q, point.frequencies_cm) for point in phonons.points)
    found = sorted(calculated, key=lambda one: one.lowest_cm)
    for curve in phonons.dispersions:
        low = (curve.frequencies_cm < -_NOISE_CM).any(axis=1)
        each = zip(curve.q[low], curve.frequencies_cm[low], strict=True)
        interpolated = _imaginary(each, curve.name)
        found += sorted(interpolated, key=lambda one: one.lowest_cm)
    return tuple(found)


def _imaginary(each: Iterable[tuple[Floats, Floats]], where: str = "") -> Iterator[Imaginary]:
    for q, frequencies in each:
        low = np.sort(frequencies[frequencies < -_NOISE_CM])
        if not len(low):
            continue
        at_gamma = not float(np.abs(q).max()) >= _SAME_Q  # or where q is not known
        acoustic = at_gamma and len(low) <= 3 and low[0] >= -ACOUSTIC_CM
        yield Imaginary(q, len(low), float(low[0]), acoustic, where)


def is_unstable(phonons: Phonons) -> bool:
    return any(not one.acoustic for one in imaginary_modes(phonons))


def merged_points(points: Iterable[QPoint]) -> tuple[QPoint, ...]:
    """One for each q: what an earlier one lacks is taken from a later."""
    found: list[QPoint] = []
    for point in points:
        at = next((i for i, other in enumerate(found) if _same(point, other)), None)
        if at is None:
            found.append(point)
        else:
            found[at] = _completed(found[at], point)
    return tuple(found)


def _same(one: QPoint, other: QPoint) -> bool:
    return float(np.abs(one.q - other.q).max()) < _SAME_Q


def _completed(one: QPoint, other: QPoint) -> QPoint:
    coupled = one if len(one.coupling) else other
    return replace(
        one,
        frequencies_cm=one.frequencies_cm if len(one.frequencies_cm) else other.frequencies_cm,
        star=one.star or other.star,
        coupling=coupled.coupling,
        linewidth_ghz=coupled.linewidth_ghz,
    )


def weighted(phonons: Phonons, weights: Sequence[tuple[Floats, float]]) -> Phonons:
    """With the weights of a list of q, as ``lambda.in`` has it, where stars are not known."""
    if not weights or all(point.star for point in phonons.points):
        return phonons
    points = []
    for point in phonons.points:
        of_it = (w for q, w in weights if np.abs(q - point.q).max() < 10 * _SAME_Q)
        points.append(replace(point, star=point.star or round(next(of_it, 0)) or None))
    listed = phonons.n_points or len(weights)
    return replace(phonons, points=tuple(points), n_points=listed, weights_from="lambda.in")


def why_not_summed(phonons: Phonons) -> str | None:
    """The reason that λ(q,ν) cannot be summed over q, in words; None where it can."""
    points, of = phonons.points, len(phonons.broadenings_ry)
    if any(point.star is None for point in points):
        return "how many q are equivalent to each is not known"
    if is_unstable(phonons):
        return "modes are imaginary"
    if phonons.n_points is None:
        return "whether these are all q of a mesh is not known"
    stars = sum(point.star or 0 for point in points)
    if len(points) < phonons.n_points or (phonons.mesh and stars != math.prod(phonons.mesh)):
        return f"only {len(points)} of {phonons.n_points} q are there"
    if any(len(point.coupling) != of or not _whole(point) for point in points):
        return "it is not there for each q, mode and broadening"
    return None


def _whole(point: QPoint) -> bool:
    shape = point.coupling.shape
    return shape[1] == len(point.frequencies_cm) and bool(np.isfinite(point.coupling).all())


def summed_coupling(phonons: Phonons) -> tuple[Stated, ...]:
    """λ = Σ w(q) λ(q,ν), and ω_log and ω₂ as its means of ln ω and ω², for each broadening; none
    where ``why_not_summed`` has a reason.
    """
    if not phonons.broadenings_ry or why_not_summed(phonons) is not None:
        return ()
    weights = np.array([point.star for point in phonons.points], dtype=np.float64)
    frequencies = np.array([point.frequencies_cm for point in phonons.points])
    coupling = np.array([point.coupling for point in phonons.points])
    weighted_coupling = coupling * (weights / weights.sum())[:, None, None]
    above = np.where(frequencies > _NOISE_CM, frequencies, np.nan) * MEV_PER_WAVENUMBER
    each = zip(phonons.broadenings_ry, weighted_coupling.swapaxes(0, 1), strict=True)
    sums = (_stated(f"λ(q,ν), broadening {width:g} Ry", w, above) for width, w in each)
    return tuple(one for one in sums if one is not None)


def _stated(name: str, weight: Floats, omega_mev: Floats) -> Stated | None:
    """Both (q, modes); None where nothing couples."""
    counted = np.isfinite(omega_mev) & (weight > 0)
    weight, omega = weight[counted], omega_mev[counted]
    total = float(weight.sum())
    if not total > 0:
        return None
    log = math.exp(float((weight * np.log(omega)).sum()) / total)
    square = math.sqrt(float((weight * omega**2).sum()) / total)
    return Stated(name, total, log, square, "summed over q")
