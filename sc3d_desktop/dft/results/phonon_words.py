"""Phonons in words, and above all whether modes are imaginary."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sc3d_desktop.dft.results.phonons import (
    THZ_PER_WAVENUMBER,
    Imaginary,
    imaginary_modes,
    why_not_summed,
)
from sc3d_desktop.dft.results.types import Dispersion, Floats, Phonons

_MOST = 4
_GAMMA = 1e-5


def phonon_lines(phonons: Phonons) -> Iterator[tuple[str, str]]:
    """A heading and what is to be said under it, for each thing that is known."""
    if phonons.points:
        yield "Phonons", f"{_calculated(phonons)}{_range(phonons)}"
    if phonons.dispersions:
        yield "Interpolated phonons", "; ".join(map(_curve, phonons.dispersions))
    yield "Stability", stability_words(phonons)
    if phonons.broadenings_ry:
        yield "Electron-phonon", f"{_widths(phonons.broadenings_ry)}{_summed(phonons)}"


def _curve(one: Dispersion) -> str:
    over = "on a mesh" if one.distance is None else "along a path"
    return f"{one.name}, {over} of {len(one.q)} q"


def _widths(broadenings_ry: tuple[float, ...]) -> str:
    first, last = broadenings_ry[0], broadenings_ry[-1]
    return f"λ(q,ν) and γ(q,ν) of {len(broadenings_ry)} broadenings, {first:g} to {last:g} Ry"


def _summed(phonons: Phonons) -> str:
    if why_not_summed(phonons) is not None:
        return ""
    return f"; λ, ω_log and ω₂ are summed over q with the weights of {phonons.weights_from}"


def _calculated(phonons: Phonons) -> str:
    modes = max(len(point.frequencies_cm) for point in phonons.points)
    of = f" of {phonons.n_points}" if phonons.n_points else ""
    mesh = f" of a {'×'.join(map(str, phonons.mesh))} mesh" if phonons.mesh else ""
    version = f" by ph.x {phonons.version}" if phonons.version else ""
    return f"{modes} modes at {len(phonons.points)}{of} q{mesh}{version}"


def _range(phonons: Phonons) -> str:
    listed = [point.frequencies_cm for point in phonons.points if len(point.frequencies_cm)]
    if not listed:
        return ", without frequencies"
    every = np.concatenate(listed)
    low, high = float(every.min()), float(every.max())
    return f", {low:.1f} to {wavenumber_words(high)}"


def wavenumber_words(cm: float) -> str:
    return f"{cm:.1f} cm⁻¹ ({cm * THZ_PER_WAVENUMBER:.2f} THz)"


def stability_words(phonons: Phonons) -> str:
    found = imaginary_modes(phonons)
    unstable = [one for one in found if not one.acoustic]
    calculated = [one for one in unstable if not one.where]
    if calculated:
        return f"dynamically unstable, so that no Tc follows: {_listed(calculated)}"
    if unstable:
        return (
            f"imaginary only where interpolated: {_listed(unstable)}. Calculate the phonons there "
            "before believing it"
        )
    if found:
        return (
            f"acoustic modes at Γ are imaginary by up to {-found[0].lowest_cm:.1f} cm⁻¹, as "
            "cut-offs and meshes make them; no others are"
        )
    return "no imaginary modes at these q"


def _listed(found: list[Imaginary]) -> str:
    said = "; ".join(_one(one) for one in found[:_MOST])
    more = len(found) - _MOST
    return f"{said}; and at {more} more q" if more > 0 else said


def _one(one: Imaginary) -> str:
    modes = f"{one.count} imaginary mode{'s' if one.count > 1 else ''}"
    where = f" of {one.where}" if one.where else ""
    return f"{modes} at {q_words(one.q)}{where}, down to {wavenumber_words(one.lowest_cm)}"


def q_words(q: Floats) -> str:
    """Cartesian in 2π/alat, as the program has it."""
    if np.isnan(q).any():
        return "a q that is not stated"
    if np.abs(q).max() < _GAMMA:
        return "Γ"
    return f"q = ({' '.join(f'{x:.3f}' for x in q + 0.0)})"
