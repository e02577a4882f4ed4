"""A run as the report needs it: its request, its candidates, how many samples came to nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sc3d_desktop.errors import GenerationError
from sc3d_desktop.generation.candidate import Candidate
from sc3d_desktop.generation.record import candidate_from_json
from sc3d_desktop.generation.request import Request, request_from_json

_REQUEST, _CANDIDATES = "request.json", "candidates.jsonl"


@dataclass(frozen=True)
class Stored:
    """``dropped`` samples came to nothing; ``model`` names the weights."""

    request: Request
    candidates: tuple[Candidate, ...]
    dropped: int
    model: str


def read_stored(folder: Path) -> Stored:
    """Raises ``GenerationError`` where it is no run, or one without candidates."""
    try:
        about = json.loads((folder / _REQUEST).read_text(encoding="utf-8"))
        lines = [*_lines(folder / _CANDIDATES)]
        request = request_from_json(about["request"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise GenerationError(
            f"{folder} holds no run of the generator that can be read: {error}.",
            "Give a folder that `sc3d generate --out` has written.",
        ) from error
    made = tuple(candidate_from_json(line) for line in lines if "crystal" in line)
    if not made:
        raise GenerationError(f"{folder} holds no candidates.", "Let the run go on with --resume.")
    return Stored(request, made, len(lines) - len(made), str(about.get("model", "")))


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    """One a sample; a last one that was torn off when the run was stopped is left out."""
    for line in path.read_text(encoding="utf-8").splitlines(keepends=True):
        if line.endswith("\n"):
            yield json.loads(line)
