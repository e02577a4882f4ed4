"""Candidates as a table, or as CIF files in an archive."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from sc3d_desktop.crystal.cif import write_cif
from sc3d_desktop.data.tables import Cell, csv_text
from sc3d_desktop.generation.candidate import Candidate

HEADINGS = (
    *("index", "formula", "atoms", "tc_kelvin", "tc_low_kelvin", "tc_high_kelvin"),
    *("p_superconductor", "domain", "in_training", "valid", "faults", "balanced"),
    *("shortest_distance_angstrom", "space_group", "space_group_symmetrised", "novel", "matches"),
    *("duplicate_of", "energy_ev_atom", "above_hull_ev_atom", "model"),
)


def table_text(candidates: Sequence[Candidate]) -> str:
    """A line for each candidate; what is not known is empty."""
    return csv_text([HEADINGS, *map(_line, candidates)])


def _line(candidate: Candidate) -> tuple[Cell, ...]:
    said = candidate.judgement
    matches = "; ".join(f"{m.kind}: {m.name} ({m.where})" for m in said.matches)
    energy, above = (
        (None, None) if said.stability is None
        else (said.stability.energy, said.stability.above_hull)
    )  # fmt: skip
    return (
        candidate.index, candidate.formula, len(candidate.crystal), said.tc_kelvin,
        said.tc_low_kelvin, said.tc_high_kelvin, said.p_superconductor, said.domain,
        said.in_training, said.valid, " ".join(said.faults), said.balanced,
        said.shortest_distance, said.space_group, said.space_group_symmetrised, said.novel,
        matches, said.duplicate_of, energy, above, said.model,
    )  # fmt: skip


def write_archive(candidates: Sequence[Candidate], path: Path) -> Iterator[int]:
    """CIF files, each as made and symmetrised where that is known, and the table; yields how many
    candidates are in it.
    """
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for done, candidate in enumerate(candidates):
            yield done
            name = f"{candidate.index:04d}-{candidate.formula}"
            archive.writestr(f"{name}.cif", write_cif(candidate.crystal))
            if candidate.judgement.symmetrised is not None:
                text = write_cif(candidate.judgement.symmetrised)
                archive.writestr(f"symmetrised/{name}.cif", text)
        archive.writestr("candidates.csv", table_text(candidates))
