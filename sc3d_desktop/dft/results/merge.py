"""One result of the steps of a calculation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from sc3d_desktop.dft.results.gap import gap_of
from sc3d_desktop.dft.results.types import Bands, Result

Step = tuple[str, Result]
T = TypeVar("T")


def merged(steps: Sequence[Step]) -> Result:
    """Structures and forces of the relaxation, the energy of the static step, DOS and Fermi level
    of the finest mesh. Bands have the Fermi level of a mesh: a path does not know it.
    """
    if len(steps) == 1:
        return steps[0][1]
    results = [result for _, result in steps]
    relaxing = _of(steps, "relax") or results
    off_path = [result for name, result in steps if "bands" not in name] or results
    meshes = _of(steps, "dos") + _of(steps, "static") + off_path[::-1]
    fermi = _first(meshes, lambda r: r.fermi_ev)
    bands = _bands(results, fermi)
    gaps = [r.gap_ev for r in off_path if r.gap_ev is not None]
    gaps += [gap_of(bands.energies)] if bands is not None and fermi is not None else []
    told = [r.converged for r in results if r.converged is not None]
    return Result(
        code=results[0].code,
        sources=tuple(path for r in results for path in r.sources),
        start=_first(results, lambda r: r.start),
        relaxed=_first([*relaxing, *results[::-1]], lambda r: r.relaxed),
        energy_ev=_first(_of(steps, "static") + off_path[::-1], lambda r: r.energy_ev),
        converged=all(told) if told else None,
        force_max=_first([*relaxing, *off_path], lambda r: r.force_max),
        fermi_ev=fermi,
        gap_ev=min(gaps) if gaps else None,
        moment_total=_first(meshes, lambda r: r.moment_total),
        moments=_first(meshes, lambda r: r.moments or None) or (),
        start_moments=_first(results, lambda r: r.start_moments or None) or (),
        dos=_first(meshes, lambda r: r.dos),
        bands=bands,
        spectra=tuple(s for r in results for s in r.spectra),
        phonons=_first(results[::-1], lambda r: r.phonons),
        stated=tuple(s for r in results for s in r.stated),
        notes=tuple(f"{name}: {note}" for name, r in steps for note in r.notes)
        + tuple(f"{name} is not converged." for name, r in steps if r.converged is False),
    )


def _of(steps: Iterable[Step], kind: str) -> list[Result]:
    return [result for name, result in steps if kind in name]


def _first(results: Iterable[Result], value: Callable[[Result], T | None]) -> T | None:
    return next((found for r in results if (found := value(r)) is not None), None)


def _bands(results: Sequence[Result], fermi: float | None) -> Bands | None:
    """Energies of a path without a level of its own are as in the file."""
    holder = next((r for r in results if r.bands is not None), None)
    if holder is None or holder.bands is None:
        return None
    if fermi is None:
        return holder.bands
    return holder.bands.shifted((holder.fermi_ev or 0.0) - fermi)
