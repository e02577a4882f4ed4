"""DOS, bands, phonons and α²F as comma-separated values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from sc3d_desktop.dft.results.alpha2f import running_coupling
from sc3d_desktop.dft.results.types import Bands, Dispersion, Dos, Floats, QPoint, Spectrum, Stated

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


def stated_csv(stated: Stated) -> str:
    known = (("lambda", stated.coupling), ("omega_log_mev", stated.omega_log_mev))
    listed = [*known, ("omega_2_mev", stated.omega_2_mev)]
    return _table([(name, np.array([value])) for name, value in listed if value is not None])


def dispersion_csv(dispersion: Dispersion) -> str:
    distance = dispersion.distance
    columns = [("distance", distance)] if distance is not None else []
    columns += [(f"q_{axis}", values) for axis, values in zip("xyz", dispersion.q.T, strict=True)]
    modes = enumerate(dispersion.frequencies_cm.T, 1)
    return _table([*columns, *((f"mode_{n}_cm", values) for n, values in modes)])


def points_csv(points: Sequence[QPoint], broadenings_ry: Sequence[float]) -> str:
    """A line for each mode of each q; a coupling that is not known is nan."""
    widths = [f"{width:g}_ry" for width in broadenings_ry]
    names = ["q_x", "q_y", "q_z", "star", "mode", "frequency_cm"]
    names += [f"{kind}_{width}" for kind in ("lambda", "gamma_ghz") for width in widths]
    rows = [row for point in points for row in _modes(point, len(widths))]
    values = np.array(rows, dtype=np.float64).reshape(-1, len(names))
    return _table(list(zip(names, values.T, strict=True)))


def _modes(point: QPoint, n_widths: int) -> Iterable[list[float]]:
    unknown = np.full((n_widths, len(point.frequencies_cm)), np.nan)
    both = [
        known if known.shape == unknown.shape else unknown
        for known in (point.coupling, point.linewidth_ghz)
    ]
    for mode, cm in enumerate(point.frequencies_cm):
        coupled = [float(x) for values in both for x in values[:, mode]]
        star = float(point.star) if point.star else np.nan
        yield [*(point.q + 0.0).tolist(), star, mode + 1, float(cm), *coupled]


def _table(columns: Sequence[tuple[str, Floats]]) -> str:
    rows: Iterable[Iterable[float]] = np.column_stack([values for _, values in columns])
    lines = [",".join(f"{value:.7g}" for value in row) for row in rows]
    return "\n".join([",".join(name for name, _ in columns), *lines]) + "\n"
