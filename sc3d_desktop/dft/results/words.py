"""A result in words: one line for each thing that is known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sc3d_desktop.crystal.formula import formula
from sc3d_desktop.dft.results.alpha2f import (
    Coupling,
    allen_dynes_kelvin,
    coupling_of,
    mcmillan_kelvin,
    negative_share,
    stated_coupling,
)
from sc3d_desktop.dft.results.change import Change
from sc3d_desktop.dft.results.moments import moment_lines
from sc3d_desktop.dft.results.phonon_words import phonon_lines
from sc3d_desktop.dft.results.types import Result, Spectrum, Stated
from sc3d_desktop.dft.results.van_hove import flat_bands, singularities, states_at_fermi

Line = tuple[str, str]
"""A heading and what is to be said under it."""

_MOST = 4
_NO_WAY = 5e-4


def lines_of(result: Result, change: Change | None = None) -> list[Line]:
    return [
        *_what(result),
        *_energies(result),
        *_electrons(result),
        *moment_lines(result),
        *_relaxation(change),
        *(phonon_lines(result.phonons) if result.phonons is not None else ()),
        *(("Note", note) for note in result.notes),
    ]


def _what(result: Result) -> Iterator[Line]:
    crystal = result.relaxed or result.start
    if crystal is not None:
        atoms = f"{len(crystal)} atom{'s' if len(crystal) > 1 else ''}"
        yield "Crystal", f"{formula(crystal.composition)}, {atoms} in the cell"
    yield "Code", result.code
    if result.converged is not None:
        yield "Converged", "yes" if result.converged else "no: take its numbers with care"


def _energies(result: Result) -> Iterator[Line]:
    if result.energy_ev is not None:
        each = result.energy_per_atom_ev
        per_atom = f", {each:.5f} eV per atom" if each is not None else ""
        yield "Energy", f"{result.energy_ev:.5f} eV{per_atom}"
    if result.force_max is not None:
        yield "Largest force", f"{result.force_max:.4f} eV/Å"


def _electrons(result: Result) -> Iterator[Line]:
    if result.fermi_ev is not None:
        yield "Fermi level", f"{result.fermi_ev:.4f} eV"
    if result.gap_ev is not None:
        yield "Gap", f"{result.gap_ev:.3f} eV" if result.gap_ev > 0 else "none, a metal"
    if result.fermi_ev is None:
        if result.dos is not None or result.bands is not None:
            yield "Fermi level", "not known: energies are as in the file. Open the whole folder."
        return
    if result.gap_ev:  # at its edges smearing alone makes states
        return
    if result.dos is not None:
        states = states_at_fermi(result.dos)
        each = f", {states / result.n_atoms:.3f} per atom" if result.n_atoms else ""
        yield "N(E_F)", f"{states:.3f} states/eV and cell, both spins{each}"
        peaks = singularities(result.dos)
        said = ", ".join(f"{p.energy_ev:+.3f} eV ({p.states:.2f})" for p in peaks[:_MOST])
        yield "Peaks of the DOS near E_F", said or "none within 0.5 eV"
    if result.bands is not None:
        flat = flat_bands(result.bands)
        said = ", ".join(
            f"{f.energy_ev:+.3f} eV (over {f.stop - f.start:.2f} Å⁻¹)" for f in flat[:_MOST]
        )
        yield "Flat bands near E_F", said or "none within 0.5 eV"


def _relaxation(change: Change | None) -> Iterator[Line]:
    if change is None:
        return
    if change.before == change.after and change.displacement < _NO_WAY:
        yield "Space group", f"{change.group_after}; the structure was not relaxed"
        return
    yield "Cell as given", _cell(change.before)
    yield "Cell relaxed", f"{_cell(change.after)}; volume {change.volume_percent:+.2f} %"
    furthest = f" ({change.furthest})" if change.displacement >= _NO_WAY else ""
    yield "Largest displacement", f"{change.displacement:.3f} Å{furthest}"
    before, after = change.group_before, change.group_after
    yield "Space group", after if before == after else f"{before} before, {after} after"


def _cell(cell: tuple[float, ...]) -> str:
    edges = " ".join(f"{edge:.4f}" for edge in cell[:3])
    angles = " ".join(f"{angle:.2f}" for angle in cell[3:])
    return f"{edges} Å, {angles}°"


def coupling_words(spectrum: Spectrum, mu_star: float) -> str:
    """Raises ``ResultsError`` where nothing couples."""
    negative = negative_share(spectrum)
    doubt = f"; {100 * negative:.0f} % of λ is of negative α²F" if negative > 0.01 else ""
    return _tc_words(coupling_of(spectrum), mu_star) + doubt


def stated_words(stated: Stated, mu_star: float) -> str:
    found = stated_coupling(stated)
    if found is None:
        return f"λ = {stated.coupling:.3f}, {stated.how}"
    return f"{_tc_words(found, mu_star)}; {stated.how}"


def stated_lines(stated: Sequence[Stated]) -> list[Line]:
    """The λ of all broadenings of a source on one line."""
    found: dict[tuple[str, str], list[str]] = {}
    for one in stated:
        source, _, width = one.name.partition(", broadening ")
        at = f" ({width})" if width else ""
        found.setdefault((source, one.how), []).append(f"{one.coupling:.3f}{at}")
    return [(f"{source}, {how}", f"λ = {', '.join(each)}") for (source, how), each in found.items()]


def _tc_words(found: Coupling, mu_star: float) -> str:
    full = allen_dynes_kelvin(found, mu_star)
    allen_dynes = f", {full:.2f} K (Allen–Dynes)" if full is not None else ""
    return (
        f"λ = {found.coupling:.3f}, ω_log = {found.omega_log_mev:.2f} meV; with µ* = "
        f"{mu_star:.2f}: Tc = {mcmillan_kelvin(found, mu_star):.2f} K (McMillan){allen_dynes}"
    )
