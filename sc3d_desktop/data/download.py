"""Getting a file from the web: in pieces, from where an earlier try left off, into a whole file."""

from __future__ import annotations

import json
import shutil
from collections.abc import Generator
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from sc3d_desktop.errors import CatalogueError

PIECE_BYTES = 1 << 18
MOST_BYTES = 2_000_000_000
_TIMEOUT_SECONDS = 30
_HINT = "Check the connection and try again: it goes on where it stopped."
_PARTIAL_CONTENT, _NOT_SATISFIABLE = 206, 416


def download(url: str, into: Path) -> Generator[tuple[int, int], None, Path]:
    """Get ``url`` as the file ``into``; yields (bytes there, bytes in all or 0).

    What has come is kept beside it until all is there, also when this stops, and a later call goes
    on from there if the server still has the same file. Raises ``CatalogueError``.
    """
    if urlsplit(url).scheme not in ("http", "https"):
        raise CatalogueError(f"{url} is no address on the web.", "Use one that begins with https.")
    into.parent.mkdir(parents=True, exist_ok=True)
    part = into.with_name(into.name + ".part")
    try:
        yield from _fetch(url, part)
    except (HTTPException, OSError) as error:
        raise CatalogueError(f"{url} could not be got: {error}.", _HINT) from error
    _mark(part).unlink(missing_ok=True)
    part.replace(into)
    return into


def _fetch(url: str, part: Path) -> Generator[tuple[int, int], None, None]:
    there, mark = _there(url, part)
    try:
        response = _ask(url, there, mark)
    except HTTPError as error:
        if error.code != _NOT_SATISFIABLE or not there:
            raise
        there, response = 0, _ask(url, 0, "")  # more is there than the server has: begin anew
    with response:
        if response.status != _PARTIAL_CONTENT:
            there = 0
        total = _total(response, there)
        _check_room(part, total - there, url)
        _remember(url, part, response)
        with part.open("ab" if there else "wb") as file:
            while piece := response.read(PIECE_BYTES):
                file.write(piece)
                there += len(piece)
                _check_size(there, url)
                yield there, total
    if total and there != total:
        raise OSError(f"{there:,} of {total:,} bytes came")


def _ask(url: str, there: int, mark: str) -> HTTPResponse:
    headers = {"User-Agent": "SC3D-Desktop", "Accept-Encoding": "identity"}
    if there:
        headers |= {"Range": f"bytes={there}-", "If-Range": mark}
    response: HTTPResponse = urlopen(Request(url, headers=headers), timeout=_TIMEOUT_SECONDS)
    return response


def _total(response: HTTPResponse, there: int) -> int:
    length = response.headers.get("Content-Length", "")
    return there + int(length) if length.isdecimal() else 0


def _mark(part: Path) -> Path:
    return part.with_name(part.name + ".json")


def _there(url: str, part: Path) -> tuple[int, str]:
    """How many bytes an earlier try of the address left, and the server's mark of that file."""
    try:
        said = json.loads(_mark(part).read_text(encoding="utf-8"))
        if said["url"] == url and said["mark"]:
            return part.stat().st_size, str(said["mark"])
    except (OSError, ValueError, KeyError, TypeError):
        pass  # nothing to go on from
    return 0, ""


def _remember(url: str, part: Path, response: HTTPResponse) -> None:
    mark = response.headers.get("ETag") or response.headers.get("Last-Modified") or ""
    _mark(part).write_text(json.dumps({"url": url, "mark": mark}), encoding="utf-8")


def _check_room(part: Path, needed: int, url: str) -> None:
    free = shutil.disk_usage(part.parent).free
    if needed > free:
        raise CatalogueError(
            f"{url} needs {needed / 1e6:,.0f} MB; {part.parent} has {free / 1e6:,.0f} MB left.",
            "Free some space.",
        )
    _check_size(needed, url)


def _check_size(size: int, url: str) -> None:
    if size > MOST_BYTES:
        raise CatalogueError(
            f"{url} is larger than {MOST_BYTES / 1e9:g} GB.", "It cannot be what was meant."
        )
