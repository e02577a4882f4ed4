"""DOS, bands and α²F as comma-separated values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from sc3d_desktop.dft.results.alpha2f import running_coupling
from sc3d_desktop.dft.results.types import Bands, Dos, Floats, Spectrum

_SPINS = ("up", "down")


def _named(name: str, values: Floats) -> list[tuple[str, Floats]]:
    if len(values) == 1:
        return [(name, values[0])]
    return [(f"{name}_{spin}", row) for spin, row in zip(_SPINS, values, strict=True)]


def dos_csv(dos: Dos) -> str:
    columns = [("energy_ev", dos.energies), *_named("total", dos.total)]
    for element, values in dos.elements.items():
        columns += _named(element, values)
    return _table(columns)


def bands_csv(bands: Bands) -> str:
    columns = [("distance_per_angstrom", bands.distance)]
    for number, energies in enumerate(bands.energies.swapaxes(0, 1), 1):
        columns += _named(f"band_{number}_ev", energies)
    return _table(columns)


def spectrum_csv(spectrum: Spectrum) -> str:
    return _table(
        [
            ("omega_mev", spectrum.omega_mev),
            ("alpha2f", spectrum.alpha2f),
            ("lambda", running_coupling(spectrum)),
        ]
    )


def _table(columns: Sequence[tuple[str, Floats]]) -> str:
    rows: Iterable[Iterable[float]] = np.column_stack([values for _, values in columns])
    lines = [",".join(f"{value:.7g}" for value in row) for row in rows]
    return "\n".join([",".join(name for name, _ in columns), *lines]) + "\n"
