"""From a piece to what is predicted: read, filtered, named. Runs in worker processes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.disorder import classify
from sc3d_desktop.crystal.files.contents import Content
from sc3d_desktop.crystal.files.formats import crystals_of
from sc3d_desktop.crystal.findings import Kind
from sc3d_desktop.crystal.formula import formula
from sc3d_desktop.data.elements import Bits, bits_of, composition_hash
from sc3d_desktop.errors import Sc3dError
from sc3d_desktop.screening.filters import Filters
from sc3d_desktop.screening.sources.source import Piece
from sc3d_desktop.screening.standard import standard_key

_CODES = (
    ("ICSD ", re.compile(rb"_database_code_ICSD\s+'?\"?(\d+)", re.IGNORECASE)),
    ("COD ", re.compile(rb"_cod_database_code\s+'?\"?(\d+)", re.IGNORECASE)),
    ("", re.compile(rb"\b(mp-\d+)\b")),
)

Numbered = tuple[int, Piece]
"""A piece and its place in the source, from 0."""


@dataclass(frozen=True)
class Prepared:
    """A structure of a piece, or the reason why there is none.

    ``status`` is ``ready``, ``skipped`` by a filter, or ``refused`` as unreadable; the latter two
    say why in ``reason``. What is not known of a refused one is empty.
    """

    piece: int
    part: int
    identifier: str
    path: str
    member: str
    block: str
    status: str
    reason: str = ""
    crystal: Crystal | None = None
    formula: str = ""
    chemical_system: str = ""
    bits: Bits = (0, 0)
    composition: int = 0
    disorder: str = ""
    n_sites: int = 0
    doubts: tuple[str, ...] = ()
    key: bytes = b""


def prepare(pieces: Sequence[Numbered], filters: Filters) -> list[Prepared]:
    """Every structure of the pieces, in order; a piece always gives at least one line."""
    return [line for number, piece in pieces for line in _of_piece(number, piece, filters)]


def refused(number: int, piece: Piece, reason: str) -> Prepared:
    identifier = piece.identifier or _place(piece)
    return Prepared(number, 0, identifier, piece.path, piece.member, "", "refused", reason)


def _of_piece(number: int, piece: Piece, filters: Filters) -> Iterator[Prepared]:
    if piece.content is None:
        yield refused(number, piece, piece.error)
        return
    try:
        found = crystals_of_piece(piece)
    except Sc3dError as error:
        yield refused(number, piece, str(error))
        return
    for part, crystal in enumerate(found):
        if isinstance(crystal, Crystal):
            yield _of_crystal(number, part, piece, crystal, filters)
        else:
            identifier = piece.identifier or _place(piece)
            yield Prepared(
                number, part, identifier, piece.path, piece.member, "", "refused", str(crystal)
            )


def crystals_of_piece(piece: Piece) -> Sequence[Crystal | Sc3dError]:
    """Of a piece with content. Raises ``Sc3dError`` where nothing of it can be read."""
    if isinstance(piece.content, Crystal):
        return [piece.content]
    assert piece.content is not None
    name = PurePosixPath(piece.name).name
    return crystals_of(Content(name, piece.member, partial(_given, piece.content)))


def _given(content: bytes) -> bytes:
    return content


def _of_crystal(
    number: int, part: int, piece: Piece, crystal: Crystal, filters: Filters
) -> Prepared:
    reason = filters.refusal(crystal)
    return Prepared(
        piece=number,
        part=part,
        identifier=piece.identifier or _code(piece.content) or crystal.block or _place(piece),
        path=piece.path,
        member=piece.member,
        block=crystal.block,
        status="skipped" if reason else "ready",
        reason=reason,
        crystal=None if reason else crystal,
        formula=formula(crystal.composition),
        chemical_system="-".join(sorted(crystal.composition)),
        bits=bits_of(crystal.composition),
        composition=composition_hash(crystal.composition),
        disorder=str(classify(crystal)),
        n_sites=len(crystal),
        doubts=tuple(f.text for f in crystal.findings if f.kind is Kind.DOUBTFUL),
        key=b"" if reason else standard_key(crystal),
    )


def _code(content: bytes | Crystal | None) -> str:
    """What the database calls it, where the text says so."""
    if not isinstance(content, bytes):
        return ""
    for name, code in _CODES:
        if match := code.search(content):
            return name + match[1].decode()
    return ""


def _place(piece: Piece) -> str:
    return PurePosixPath(piece.member or piece.path).name
