"""CIF files of reported structures, read again from where they lie, for those who ask for them."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

from sc3d_desktop.crystal.cif import write_cif
from sc3d_desktop.errors import ScreeningError
from sc3d_desktop.screening.again import read_together
from sc3d_desktop.screening.report.facts import Facts
from sc3d_desktop.screening.store import Line, RunStore

MOST = 100
_TERMS = (
    "These structures were read again from the sources of the screening. Their terms are those of "
    "their sources: structures of the ICSD, for one, must not be passed on to others.\n"
)


def write_structures(facts: Facts, store: RunStore, out: Path) -> Iterator[None]:
    """The reported ones, at most ``MOST``; what is no longer there is listed with the reason."""
    lines = [line for _, line in store.lines(facts.ids[:MOST].tolist())]
    found = yield from read_together(lines, facts.spec)
    missing = []
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("TERMS.txt", _TERMS)
        for rank, (line, crystal) in enumerate(zip(lines, found, strict=True), start=1):
            if isinstance(crystal, ScreeningError):
                missing.append(f"{line.identifier}: {crystal}\n")
            else:
                archive.writestr(_file_name(rank, line), write_cif(crystal))
        if missing:
            archive.writestr("MISSING.txt", "".join(missing))


def _file_name(rank: int, line: Line) -> str:
    kept = "".join(c for c in line.formula if c.isascii() and (c.isalnum() or c in ".-"))
    return f"{rank:03d}-{kept[:80] or 'structure'}.cif"
