"""The run itself: pieces in chunks through an executor into the store, in their order.

Chunks are cut at fixed places of the source and written whole, so a run that was stopped and goes
on sees the same chunks as one that was not, and ends with the same table.
"""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from itertools import islice

from sc3d_desktop.errors import ScreeningError
from sc3d_desktop.models.interface import TcPrediction
from sc3d_desktop.screening.ahead import ReadAhead
from sc3d_desktop.screening.executors import Answer, Executor, Steps
from sc3d_desktop.screening.filters import Filters
from sc3d_desktop.screening.prepare import Numbered, Prepared
from sc3d_desktop.screening.sources.source import Pieces
from sc3d_desktop.screening.store import Line, RunStore

CHUNK = 32
_READ_AHEAD = 4
_LOOK_SECONDS = 0.01
_NEAREST_KEPT = 3


@dataclass(frozen=True)
class Written:
    """A chunk is in the store: pieces done in all, lines in this chunk."""

    pieces: int
    lines: int


@dataclass
class _Chunk:
    """Lines on their way, with the answers of those that are to be predicted."""

    lines: list[Prepared]
    next_piece: int
    fresh: list[int]
    answers: Steps[list[Answer]]


def screen(
    store: RunStore, source: Pieces, filters: Filters, executor: Executor
) -> Generator[Written | None, None, None]:
    """Screen what is left of the source; yields None while waiting, so that it can be stopped at
    any time, and ``Written`` for each chunk. Raises ``ScreeningError``; what was written stays.
    """
    preparing: deque[tuple[int, Steps[list[Prepared]]]] = deque()
    predicting: deque[_Chunk] = deque()
    on_the_way: set[bytes] = set()
    with closing(ReadAhead(_chunks(source, store.next_piece), _READ_AHEAD)) as chunks:
        while preparing or predicting or not chunks.ended:
            while len(preparing) < executor.preparing_ahead and (chunk := chunks.take()):
                preparing.append((chunk[-1][0] + 1, executor.prepare(chunk, filters)))
            if preparing and len(predicting) < executor.predicting_ahead:
                next_piece, waiting = preparing.popleft()
                lines = yield from waiting
                predicting.append(_to_predict(lines, next_piece, store, on_the_way, executor))
            elif predicting:
                done = predicting.popleft()
                answers = yield from done.answers
                store.write(_lines(done, answers), done.next_piece)
                on_the_way.difference_update(done.lines[i].key for i in done.fresh)
                yield Written(done.next_piece, len(done.lines))
            else:
                time.sleep(_LOOK_SECONDS)
                yield None
        if chunks.error is not None:
            raise chunks.error
    store.finish()


def _chunks(source: Pieces, start: int) -> Iterator[list[Numbered]]:
    pieces = enumerate(source.pieces(start), start)
    while chunk := list(islice(pieces, CHUNK)):
        yield chunk


def _to_predict(
    lines: list[Prepared],
    next_piece: int,
    store: RunStore,
    on_the_way: set[bytes],
    executor: Executor,
) -> _Chunk:
    """Of structures that are the same, in this chunk or before, the first is predicted."""
    ready = [i for i, line in enumerate(lines) if line.status == "ready"]
    seen = store.known([lines[i].key for i in ready]) | on_the_way
    fresh = []
    for i in ready:
        if lines[i].key not in seen:
            seen.add(lines[i].key)
            on_the_way.add(lines[i].key)
            fresh.append(i)
    crystals = [crystal for i in fresh if (crystal := lines[i].crystal) is not None]
    return _Chunk(lines, next_piece, fresh, executor.predict(crystals))


def _lines(chunk: _Chunk, answers: Sequence[Answer]) -> Iterator[Line]:
    answered = dict(zip(chunk.fresh, answers, strict=True))
    for i, line in enumerate(chunk.lines):
        yield _line(line, answered.get(i))


def _line(line: Prepared, answer: Answer | None) -> Line:
    status, reason = line.status, line.reason
    if isinstance(answer, ScreeningError):
        status, reason = "refused", answer.message
    elif status == "ready":
        status = "same" if answer is None else "predicted"
    facts = Line(
        piece=line.piece,
        part=line.part,
        identifier=line.identifier,
        path=line.path,
        member=line.member,
        block=line.block,
        status=status,
        reason=reason,
        formula=line.formula,
        chemical_system=line.chemical_system,
        elements_low=line.bits[0],
        elements_high=line.bits[1],
        composition=line.composition,
        disorder=line.disorder,
        n_sites=line.n_sites,
        doubts=json.dumps(line.doubts),
        key=line.key,
    )
    return _answered(facts, answer) if status == "predicted" else facts


def _answered(line: Line, answer: Answer | None) -> Line:
    assert isinstance(answer, TcPrediction)
    nearest = [asdict(known) for known in answer.nearest[:_NEAREST_KEPT]]
    return replace(
        line,
        tc=answer.tc_kelvin,
        tc_low=answer.tc_low_kelvin,
        tc_high=answer.tc_high_kelvin,
        p_superconductor=answer.p_superconductor,
        domain=answer.domain,
        novelty=answer.novelty,
        in_training=answer.in_training,
        nearest=json.dumps(nearest),
    )
