"""The manifest of a project: what it holds, with the hash of every file."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import PurePosixPath
from typing import Any

from sc3d_desktop.errors import ProjectError
from sc3d_desktop.project.parts import BAD_JSON, plain_json

NAME = "manifest.json"
FORMAT, VERSION = "sc3d-project", 1
MAX_FILES = 100_000

_HASH = re.compile(r"[0-9a-f]{64}")
_FORBIDDEN = re.compile(r'[\\:*?"<>|]')


@dataclass(frozen=True)
class FileFact:
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """``files`` maps a path within the project, with slashes, to its size and hash; nothing that
    is not in it is read. ``counts`` says how much of what there is, ``left_out`` in sentences what
    was not saved and why. ``uid`` tells a project from all others.
    """

    uid: str
    title: str
    author: str
    saved_at: str
    program: str
    model: str
    counts: Mapping[str, int] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    files: Mapping[str, FileFact] = field(default_factory=dict)

    def as_text(self) -> str:
        head = {"format": FORMAT, "version": VERSION}
        return json.dumps(head | asdict(self), indent=1, ensure_ascii=False) + "\n"


def read_manifest(text: bytes, where: str) -> Manifest:
    """Raises ``ProjectError`` where the text is no manifest, or names what cannot be trusted."""
    try:
        data = plain_json(text)
        newer = data["format"] == FORMAT and data["version"] > VERSION
    except (*BAD_JSON, KeyError, TypeError) as error:
        raise _none(where) from error
    if newer:
        raise ProjectError(
            f"{where} was saved by a newer version of the program.", "Install that version."
        )
    try:
        return _manifest(data)
    except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise _none(where) from error


def _none(where: str) -> ProjectError:
    return ProjectError(f"{where} is no project of this program.", "Choose a saved project.")


def _manifest(data: dict[str, Any]) -> Manifest:
    if data["format"] != FORMAT or data["version"] != VERSION or len(data["files"]) > MAX_FILES:
        raise ValueError("another format")
    names = ("uid", "title", "author", "saved_at", "program", "model")
    texts = {name: str(data[name]) for name in names}
    return Manifest(
        **texts,
        counts={str(name): int(n) for name, n in data["counts"].items()},
        left_out=tuple(map(str, data["left_out"])),
        files={_checked(name): _fact(fact) for name, fact in data["files"].items()},
    )


def _fact(data: dict[str, Any]) -> FileFact:
    fact = FileFact(int(data["bytes"]), str(data["sha256"]))
    if fact.bytes < 0 or not _HASH.fullmatch(fact.sha256):
        raise ValueError("no hash")
    return fact


def _checked(name: str) -> str:
    """A path that stays within the project on every system."""
    parts = name.split("/")
    odd = not name.isprintable() or _FORBIDDEN.search(name) or PurePosixPath(name).is_absolute()
    if odd or any(part in ("", ".", "..") or part.endswith((".", " ")) for part in parts):
        raise ProjectError(
            f"The project names a file “{name[:60]}”, which would lie elsewhere.",
            "It was not opened. Ask its sender for another copy.",
        )
    return name
