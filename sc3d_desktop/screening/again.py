"""A structure of a run, read again from where it lies: the run holds no coordinates."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.data import Catalogue
from sc3d_desktop.errors import Sc3dError, ScreeningError
from sc3d_desktop.screening.prepare import crystals_of_piece
from sc3d_desktop.screening.sources import Files, Piece, sources_from_json
from sc3d_desktop.screening.standard import standard_key
from sc3d_desktop.screening.store import Line, RunSpec


def read_again(line: Line, spec: RunSpec) -> Generator[None, None, Crystal]:
    """The crystal of a line. Yields between pieces that are passed over; raises
    ``ScreeningError`` where it has gone or is another one by now.
    """
    where = f"{line.path}{f' › {line.member}' if line.member else ''}"
    for piece in _pieces(line, spec):
        yield
        found = _crystals(piece) if piece is not None and _may_be(piece, line) else ()
        for crystal in found:
            if crystal.block == line.block and standard_key(crystal) == line.key:
                return crystal
    raise ScreeningError(
        f"{line.identifier} is no longer what was screened in {where}.",
        "Screen its source again to see what is there now.",
    )


def _pieces(line: Line, spec: RunSpec) -> Iterator[Piece | None]:
    """What may hold the structure: of a file all its pieces, of anything else the one."""
    path = Path(line.path)
    if line.path.startswith(("http://", "https://")):
        yield from _of_source(line, spec)
    elif not path.is_file():
        raise ScreeningError(
            f"{line.path} is not there any more.", "Put it back, or screen it where it is now."
        )
    elif _is_entry(line, spec):
        yield _entry(line, path)
    else:
        yield from Files([path]).pieces()


def _of_source(line: Line, spec: RunSpec) -> Iterator[Piece | None]:
    """From a database of the web: the one piece, by its number."""
    for piece in sources_from_json(spec.sources).pieces(line.piece):
        yield piece
        return


def _is_entry(line: Line, spec: RunSpec) -> bool:
    return any(
        source.get("kind") == "catalogue" and source.get("path") == line.path
        for source in spec.sources
    )


def _entry(line: Line, path: Path) -> Piece | None:
    number: Any = line.member.removeprefix("entry ")
    with Catalogue.open(path) as catalogue:
        crystal = catalogue.crystal(int(number)) if number.isdigit() else None
    return None if crystal is None else Piece(line.member, crystal, line.path, line.member)


def _crystals(piece: Piece) -> list[Crystal]:
    try:
        return [found for found in crystals_of_piece(piece) if isinstance(found, Crystal)]
    except Sc3dError:
        return []  # it was none that could be read when it was screened, or it has changed


def _may_be(piece: Piece, line: Line) -> bool:
    """Without reading it: in a large file one block of many thousands is meant."""
    if piece.member != line.member or piece.content is None:
        return False
    return isinstance(piece.content, Crystal) or line.block.encode() in piece.content
