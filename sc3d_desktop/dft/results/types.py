"""What a calculation gave back, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sc3d_desktop.crystal import Crystal

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Dos:
    """``energies`` (n,) in eV relative to the Fermi level, rising; ``total`` (spins, n) in states
    per eV and cell; ``elements`` the projection on the atoms of each, of the same shape. Where
    there is one spin channel, its states count for both.
    """

    energies: Floats
    total: Floats
    elements: Mapping[str, Floats] = field(default_factory=dict)

    def shifted(self, by: float) -> Dos:
        return replace(self, energies=self.energies + by)

    @property
    def sum(self) -> Floats:
        """(n,) of both spins."""
        return np.asarray(self.total.sum(axis=0))


@dataclass(frozen=True, eq=False)
class Bands:
    """``distance`` (k,) along the path in 1/Å; ``energies`` (spins, bands, k) in eV relative to the
    Fermi level; ``ticks`` are distances with the names of the points there.
    """

    distance: Floats
    energies: Floats
    ticks: tuple[tuple[float, str], ...] = ()

    def shifted(self, by: float) -> Bands:
        return replace(self, energies=self.energies + by)


@dataclass(frozen=True, eq=False)
class Spectrum:
    """An Eliashberg function: ``omega_mev`` (n,) rising and above zero, ``alpha2f`` (n,) without
    unit. ``name`` says which file it is from, and which smearing.
    """

    name: str
    omega_mev: Floats
    alpha2f: Floats


@dataclass(frozen=True)
class Stated:
    """λ and, where they are known, ω_log and ω₂ without a spectrum: as a program stated them, or
    as ``how`` says.
    """

    name: str
    coupling: float
    omega_log_mev: float | None = None
    omega_2_mev: float | None = None
    how: str = "as stated"


@dataclass(frozen=True, eq=False)
class QPoint:
    """Phonons at a wave vector ``q`` (3,), Cartesian in 2π/alat. ``frequencies_cm`` (modes,) in
    1/cm, those of imaginary modes negative; ``star`` counts the wave vectors equivalent to it, if
    that is known. ``coupling`` is λ(q,ν) and ``linewidth_ghz`` γ(q,ν), both (broadenings, modes).
    """

    q: Floats
    frequencies_cm: Floats
    star: int | None = None
    coupling: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    linewidth_ghz: Floats = field(default_factory=lambda: np.zeros((0, 0)))


@dataclass(frozen=True, eq=False)
class Dispersion:
    """Interpolated phonons: ``q`` (k, 3) Cartesian in 2π/alat, ``frequencies_cm`` (k, modes).
    ``distance`` (k,) along the path, in 1/Å or else 2π/alat, is None for the points of a mesh.
    """

    name: str
    q: Floats
    frequencies_cm: Floats
    distance: Floats | None = None
    ticks: tuple[tuple[float, str], ...] = ()


@dataclass(frozen=True, eq=False)
class Phonons:
    """``points`` are those that were calculated, of ``n_points`` of a ``mesh`` where one was asked
    for; ``broadenings_ry`` (broadenings,) are those of the coupling.
    """

    points: tuple[QPoint, ...] = ()
    mesh: tuple[int, int, int] | None = None
    n_points: int | None = None
    broadenings_ry: tuple[float, ...] = ()
    dispersions: tuple[Dispersion, ...] = ()
    weights_from: str = "the stars of q"
    version: str = ""
    finished: bool | None = None


@dataclass(frozen=True, eq=False)
class Result:
    """What was found of a calculation; None and empty where nothing was.

    Energies in eV for the whole cell, forces in eV/Å, moments in µB; ``start_moments`` are those
    that the input began with, with pw.x as shares of the valence electrons. ``gap_ev`` is 0 for a
    metal.
    ``notes`` say what could not be read and what to be careful about.
    """

    code: str
    sources: tuple[Path, ...] = ()
    start: Crystal | None = None
    relaxed: Crystal | None = None
    energy_ev: float | None = None
    converged: bool | None = None
    force_max: float | None = None
    fermi_ev: float | None = None
    gap_ev: float | None = None
    moment_total: float | None = None
    moments: tuple[float, ...] = ()
    start_moments: tuple[float, ...] = ()
    dos: Dos | None = None
    bands: Bands | None = None
    spectra: tuple[Spectrum, ...] = ()
    stated: tuple[Stated, ...] = ()
    phonons: Phonons | None = None
    notes: tuple[str, ...] = ()

    @property
    def n_atoms(self) -> int | None:
        crystal = self.relaxed or self.start
        return len(crystal) if crystal is not None else None

    @property
    def energy_per_atom_ev(self) -> float | None:
        if self.energy_ev is None or not self.n_atoms:
            return None
        return self.energy_ev / self.n_atoms
