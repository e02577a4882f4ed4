"""The reported lines as CSV, and as a workbook with the ledger and the provenance."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

from sc3d_desktop.data.tables import ENCODING, Cell, harmless, typed, workbook
from sc3d_desktop.errors import ScreeningError
from sc3d_desktop.screening.report.facts import Candidate, Facts
from sc3d_desktop.screening.report.words import (
    MEANING,
    RELATIONS,
    card,
    kin_words,
    provenance,
)
from sc3d_desktop.screening.store import RunStore

HEADINGS = (
    "rank", "identifier", "formula", "chemical_system", "disorder", "n_sites", "tc_kelvin",
    "tc_low_kelvin", "tc_high_kelvin", "p_superconductor", "domain", "novelty", "in_training",
    "known", "known_as", "parent_of", "relatives", "nearest_trained", "nearest_trained_kelvin",
    "flags", "doubts", "path", "member", "block",
)  # fmt: skip
REFUSED_HEADINGS = ("identifier", "reason", "path", "member", "block")
_MOST_ROWS = 1_048_575
_PAGE = 1000

Found = Iterable[Candidate | None]


def write_csv(facts: Facts, found: Found, store: RunStore, out: Path) -> Iterator[None]:
    with out.open("w", newline="", encoding=ENCODING, errors="replace") as stream:
        writer = csv.writer(stream)
        writer.writerow(HEADINGS)
        for candidate in found:
            if candidate is not None:
                writer.writerow([harmless(cell) for cell in row_of(candidate)])
            yield


def write_xlsx(facts: Facts, found: Found, store: RunStore, out: Path) -> Iterator[None]:
    """Raises ``ScreeningError`` where there are more lines than a sheet can hold."""
    if max(len(facts.ids), facts.counts["refused"]) > _MOST_ROWS:
        raise ScreeningError(
            f"A sheet cannot hold more than {_MOST_ROWS:,} lines.",
            "Report fewer (--best), or write a CSV file.",
        )
    about = (*provenance(facts), *card(facts), *(("", said) for said in (*MEANING, *RELATIONS)))
    with workbook(out, "Candidates", "Refused", "Run") as (best, refused, run):
        best.append(HEADINGS)
        for candidate in found:
            if candidate is not None:
                best.append([typed(best, cell) for cell in row_of(candidate)])
            yield
        refused.append(REFUSED_HEADINGS)
        for cells in _refused(store):
            refused.append([typed(refused, cell) for cell in cells])
            yield
        for said in about:
            run.append([typed(run, cell) for cell in said])


def row_of(candidate: Candidate) -> tuple[Cell, ...]:
    line, near = candidate.line, candidate.nearest
    return (
        candidate.rank, line.identifier, line.formula, line.chemical_system, line.disorder,
        line.n_sites, line.tc, line.tc_low, line.tc_high, line.p_superconductor, line.domain,
        line.novelty, line.in_training, candidate.known,
        *(kin_words(candidate.kin, kind) for kind in ("known", "parent_of", "relatives")),
        near.formula if near else "", near.tc_kelvin if near else None,
        ", ".join(candidate.flags), " ".join(candidate.doubts), line.path, line.member, line.block,
    )  # fmt: skip


def _refused(store: RunStore) -> Iterator[tuple[Cell, ...]]:
    start = 0
    while page := store.refused(start, _PAGE):
        start = page[-1][0] + 1
        for _, line in page:
            yield tuple(getattr(line, name) for name in REFUSED_HEADINGS)
