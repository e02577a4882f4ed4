"""A structure of a run, read again from where it lies: the run holds no coordinates."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from pathlib import Path
from typing import Any

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.data import Catalogue
from sc3d_desktop.errors import Sc3dError, ScreeningError
from sc3d_desktop.screening.prepare import crystals_of_piece
from sc3d_desktop.screening.sources import Files, Piece, sources_from_json
from sc3d_desktop.screening.standard import standard_key
from sc3d_desktop.screening.store import Line, RunSpec

_OF_THE_WEB = ("http://", "https://")


def read_again(line: Line, spec: RunSpec) -> Generator[None, None, Crystal]:
    """The crystal of a line. Yields between pieces that are passed over; raises
    ``ScreeningError`` where it has gone or is another one by now.
    """
    (found,) = yield from read_together([line], spec)
    if isinstance(found, ScreeningError):
        raise found
    return found


def read_together(
    lines: Sequence[Line], spec: RunSpec
) -> Generator[None, None, list[Crystal | ScreeningError]]:
    """The crystals of several lines, or why there is none, in their order; each file is gone
    through once. Yields between pieces.
    """
    groups: dict[tuple[str, ...], list[int]] = {}
    for i, line in enumerate(lines):
        groups.setdefault(_gone_through(line, spec), []).append(i)
    found: dict[int, Crystal | ScreeningError] = {}
    for group in groups.values():
        found |= yield from _of_group({i: lines[i] for i in group}, spec)
    return [found[i] for i in range(len(lines))]


def _gone_through(line: Line, spec: RunSpec) -> tuple[str, ...]:
    """Equal for lines of one file; what is asked for by number is alone."""
    alone = line.path.startswith(_OF_THE_WEB) or _is_entry(line, spec)
    return (line.path, str(line.piece), line.member) if alone else (line.path,)


def _of_group(
    left: dict[int, Line], spec: RunSpec
) -> Generator[None, None, dict[int, Crystal | ScreeningError]]:
    found: dict[int, Crystal | ScreeningError] = {}
    try:
        for piece in _pieces(next(iter(left.values())), spec):
            yield
            here = {i: c for i, line in left.items() if piece and (c := _found_in(piece, line))}
            found |= here
            left = {i: line for i, line in left.items() if i not in here}
            if not left:
                break
    except ScreeningError as error:
        return found | dict.fromkeys(left, error)
    return found | {i: _changed(line) for i, line in left.items()}


def _found_in(piece: Piece, line: Line) -> Crystal | None:
    if not _may_be(piece, line):
        return None
    same = (c for c in _crystals(piece) if c.block == line.block and standard_key(c) == line.key)
    return next(same, None)


def _changed(line: Line) -> ScreeningError:
    where = f"{line.path}{f' › {line.member}' if line.member else ''}"
    return ScreeningError(
        f"{line.identifier} is no longer what was screened in {where}.",
        "Screen its source again to see what is there now.",
    )


def _pieces(line: Line, spec: RunSpec) -> Iterator[Piece | None]:
    """What may hold the structure: of a file all its pieces, of anything else the one."""
    path = Path(line.path)
    if line.path.startswith(_OF_THE_WEB):
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
