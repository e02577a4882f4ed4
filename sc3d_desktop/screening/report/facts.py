"""Everything a report states of a run, read once."""

from __future__ import annotations

import json
import re
from collections.abc import Generator, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from sc3d_desktop import __version__
from sc3d_desktop.data.catalogue import Catalogue
from sc3d_desktop.data.columns import Columns, Ints
from sc3d_desktop.errors import Sc3dError
from sc3d_desktop.models.interface import NearestKnown, TcModel
from sc3d_desktop.screening.again import read_again
from sc3d_desktop.screening.filters import flags
from sc3d_desktop.screening.paper import Checked, check_paper
from sc3d_desktop.screening.ranking import Ranking, Wanted, load_ranking
from sc3d_desktop.screening.relatives import Kin, kin_of, known_compositions, matched
from sc3d_desktop.screening.store import Line, RunSpec, RunStore
from sc3d_desktop.steps import retell

MOST_WITH_KIN = 500
"""Relatives are sought for so many of the best; that a composition is known is told of all."""

MOST_MATCHED = 20
"""Structures are compared with those of relatives for so many of the best."""

_KIN_AT_ONCE = 20
_PAGE = 500
_QUICKLY_READ = 5_000_000
_ROWS = 5_000


@dataclass(frozen=True)
class Candidate:
    """A line of the run at its rank, from 1; ``kin`` is None where relatives were not sought."""

    rank: int
    line: Line
    known: bool | None
    kin: Kin | None = None

    @property
    def flags(self) -> tuple[str, ...]:
        return flags(set(self.line.chemical_system.split("-")))

    @property
    def nearest(self) -> NearestKnown | None:
        """The nearest superconductor that the model knows."""
        found = json.loads(self.line.nearest or "[]")
        return NearestKnown(**found[0]) if found else None

    @property
    def doubts(self) -> tuple[str, ...]:
        return tuple(json.loads(self.line.doubts))


@dataclass(frozen=True)
class Reason:
    """How many inputs were refused or skipped for reasons that differ in names and numbers only."""

    example: str
    n: int


@dataclass(frozen=True)
class Facts:
    """``ids`` are the lines that are reported, best first. ``known_from`` names the catalogue that
    was looked into, empty for none. ``card`` is that of ``model``, the program's own now.
    """

    run: str
    spec: RunSpec
    finished: bool
    pieces: int
    counts: dict[str, int]
    refused: tuple[Reason, ...]
    skipped: tuple[Reason, ...]
    ranking: Ranking
    wanted: Wanted
    ids: Ints
    known_from: str
    model: str
    card: tuple[tuple[str, str], ...]
    paper: tuple[Checked, ...]
    made: datetime = field(default_factory=lambda: datetime.now().astimezone())
    program: str = __version__


def gather(
    store: RunStore, catalogue: Catalogue | None, model: TcModel, wanted: Wanted, best: int | None
) -> Generator[str, None, Facts]:
    """Yields what is being done."""
    yield "reading the run"
    ranking = yield from _ranking(store)
    if catalogue is not None:
        ranking = ranking.knowing(known_compositions(catalogue.columns()))
    yield "predicting the paper's candidates"
    return Facts(
        run=store.path.name,
        spec=store.spec,
        finished=store.finished,
        pieces=store.next_piece,
        counts=store.counts(),
        refused=_reasons(store, "refused"),
        skipped=_reasons(store, "skipped"),
        ranking=ranking,
        wanted=wanted,
        ids=ranking.find(wanted)[:best],
        known_from="" if catalogue is None else f"{len(catalogue):,} entries",
        model=model.name,
        card=model.card_lines,
        paper=check_paper(model),
    )


def _ranking(store: RunStore) -> Generator[str, None, Ranking]:
    return retell(load_ranking(store), lambda so_far: f"{so_far:,} lines read")


def candidates(
    facts: Facts, store: RunStore, catalogue: Catalogue | None
) -> Iterator[Candidate | None]:
    """The reported lines in their order; None between them, so that it can be stopped."""
    columns = None if catalogue is None else catalogue.columns()
    for start in range(0, len(facts.ids), _PAGE):
        page = store.lines(facts.ids[start : start + _PAGE].tolist())
        rows = facts.ranking.positions(facts.ids[start : start + _PAGE])
        known = facts.ranking.known[rows].tolist() if facts.known_from else [None] * len(page)
        found = [
            Candidate(rank, line, is_known)
            for rank, (_, line), is_known in zip(range(start + 1, 10**9), page, known, strict=False)
        ]
        if start < MOST_WITH_KIN and catalogue is not None and columns is not None:
            yield from _with_kin(found, facts.spec, catalogue, columns)
        else:
            yield from found


def _with_kin(
    found: Sequence[Candidate], spec: RunSpec, catalogue: Catalogue, columns: Columns
) -> Iterator[Candidate | None]:
    for start in range(0, len(found), _KIN_AT_ONCE):
        part = found[start : start + _KIN_AT_ONCE]
        kin = kin_of([(one.rank, one.line) for one in part], catalogue, columns)
        yield None
        for one in part:
            mine = kin[one.rank]
            if one.rank <= MOST_MATCHED and any((mine.parent_of, mine.relatives, mine.possible)):
                mine = yield from _matched(mine, one.line, spec, catalogue)
            yield replace(one, kin=mine)


def _matched(
    kin: Kin, line: Line, spec: RunSpec, catalogue: Catalogue
) -> Generator[None, None, Kin]:
    """By structure as well, where that is read in a moment and still there."""
    if _is_quick(line):
        with suppress(Sc3dError):
            crystal = yield from read_again(line, spec)
            return (yield from matched(kin, crystal, catalogue))
    return kin


def _is_quick(line: Line) -> bool:
    path = Path(line.path)
    return path.is_file() and (
        path.stat().st_size < _QUICKLY_READ or line.member.startswith("entry ")
    )


def _reasons(store: RunStore, status: str) -> tuple[Reason, ...]:
    """The most frequent first."""
    groups: dict[str, Reason] = {}
    query = """SELECT id, reason, identifier, path, member, block FROM line
        WHERE status = ? AND id > ? ORDER BY id LIMIT ?"""
    last = -1
    while rows := store.all(query, (status, last, _ROWS)):
        last = rows[-1][0]
        for _, reason, *names in rows:
            key = _without_names(reason, names)
            before = groups.get(key, Reason(reason, 0))
            groups[key] = replace(before, n=before.n + 1)
    return tuple(sorted(groups.values(), key=lambda group: -group.n))


def _without_names(reason: str, names: Sequence[str]) -> str:
    """What two reasons have in common that differ in the file, the block or a number."""
    files = [Path(name).name for name in names if name]
    for name in sorted({*names, *files} - {""}, key=len, reverse=True):
        reason = reason.replace(name, "…")
    return re.sub(r"“[^”]*”|\d+(?:\.\d+)?", "…", reason)
