"""A run of the generator on disk: a folder with what was asked and a line for every sample.

A candidate is a CIF file first, then a line of ``candidates.jsonl``; only then is it told of. What
is torn off when the program dies is made again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sc3d_desktop import __version__
from sc3d_desktop.crystal import Crystal, Site, Species
from sc3d_desktop.crystal.cif import write_cif
from sc3d_desktop.errors import GenerationError, Sc3dError, ScreeningError
from sc3d_desktop.generation.candidate import Candidate
from sc3d_desktop.generation.record import candidate_as_json, candidate_from_json
from sc3d_desktop.generation.request import Request, Seed, request_from_json
from sc3d_desktop.paths import write_whole
from sc3d_desktop.screening.lock import Lock

_REQUEST, _CANDIDATES, _CIFS, _START = "request.json", "candidates.jsonl", "cif", "start.cif"
_RELAXED = "relaxed.jsonl"


@dataclass(frozen=True)
class StoredRun:
    """A run as it is on disk. ``candidates`` is empty where only the counts were asked for; a
    sample that came to nothing was ``dropped``. ``model`` names the weights.
    """

    folder: Path
    request: Request
    candidates: tuple[Candidate, ...]
    finished: bool
    made: int
    dropped: int
    model: str


class RunFolder:
    """The one writer of a run; close it."""

    def __init__(self, path: Path, request: Request, model: str) -> None:
        try:
            self._lock = Lock(path / _CANDIDATES)
        except ScreeningError as error:
            raise GenerationError(error.message, error.hint) from error
        self.path, self.request, self.model = path, request, model
        _cut_torn(path / _CANDIDATES)
        lines = [*_lines(path / _CANDIDATES)]
        self.dropped = sum("crystal" not in line for line in lines)
        self.candidates = [candidate_from_json(line) for line in lines if "crystal" in line]
        self.indices = {int(line["index"]) for line in lines}

    @classmethod
    def create(cls, path: Path, request: Request, model: str) -> RunFolder:
        """Raises ``GenerationError`` where there is something at the path, or no place for it."""
        if path.exists() and (not path.is_dir() or any(path.iterdir())):
            raise GenerationError(
                f"There is something at {path} already.",
                "Choose another folder; with --resume a run goes on.",
            )
        about = {"request": request.as_json(), "model": model, "program": __version__}
        if request.start is not None:
            start = request.start
            about["start"] = {
                "change": start.change,
                "keep_symmetry": start.keep_symmetry,
                "keep_elements": start.keep_elements,
                "crystal": _crystal_as_json(start),
            }
        try:
            (path / _CIFS).mkdir(parents=True, exist_ok=True)
            if request.start is not None:
                (path / _START).write_text(write_cif(request.start.crystal), encoding="utf-8")
            write_whole(path / _REQUEST, json.dumps(about, indent=1).encode())
        except OSError as error:
            raise _unwritable(path, error) from error
        return cls(path, request, model)

    @classmethod
    def resume(cls, path: Path, model: str) -> RunFolder:
        """Raises ``GenerationError`` where it is no run, or one of other weights."""
        stored = read_run(path, counts_only=True)
        if stored.model != model:
            raise GenerationError(
                f"{path.name} was begun with {stored.model}, and this is {model}.",
                "Start a new run.",
            )
        return cls(path, stored.request, model)

    def add(self, candidate: Candidate) -> None:
        """On disk when it returns. Raises ``GenerationError`` where that cannot be."""
        cif = self.path / _CIFS / f"{candidate.index:04d}.cif"
        try:
            write_whole(cif, write_cif(candidate.crystal).encode())
            _append(self.path / _CANDIDATES, candidate_as_json(candidate))
        except OSError as error:
            raise _unwritable(self.path, error) from error
        self.candidates.append(candidate)
        self.indices.add(candidate.index)

    def drop(self, index: int, reason: str) -> None:
        """A sample that came to nothing. Raises as ``add`` does."""
        try:
            _append(self.path / _CANDIDATES, {"index": index, "dropped": reason})
        except OSError as error:
            raise _unwritable(self.path, error) from error
        self.dropped += 1
        self.indices.add(index)

    def close(self) -> None:
        self._lock.release()


def read_run(path: Path, counts_only: bool = False) -> StoredRun:
    """Raises ``GenerationError`` where it is no run of the generator that can be read."""
    try:
        about = json.loads((path / _REQUEST).read_text(encoding="utf-8"))
        request = request_from_json(about["request"], _start(about))
        lines = [*_lines(path / _CANDIDATES)]
        made = [line for line in lines if "crystal" in line]
        later = {} if counts_only else {line["index"]: line for line in _lines(path / _RELAXED)}
        told = () if counts_only else made
        kept = tuple(candidate_from_json(later.get(line["index"], line)) for line in told)
        return StoredRun(
            path, request, kept, len(lines) >= request.count, len(made), len(lines) - len(made),
            str(about["model"]),
        )  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError, Sc3dError) as error:
        raise GenerationError(
            f"{path} holds no run of the generator that can be read: {error}.",
            "Choose a folder that the generator has written.",
        ) from error


def keep_relaxed(path: Path, candidate: Candidate) -> None:
    """What was found by relaxing a candidate of the run, beside its line: others may be writing
    there. Raises ``GenerationError`` where it cannot be written.
    """
    try:
        _cut_torn(path / _RELAXED)
        _append(path / _RELAXED, candidate_as_json(candidate))
    except OSError as error:
        raise _unwritable(path, error) from error


def list_runs(root: Path) -> tuple[StoredRun, ...]:
    """All runs in a folder that can be read, the newest first; without their candidates."""
    found = []
    for path in root.glob(f"*/{_REQUEST}") if root.is_dir() else ():
        try:
            found.append((path.stat().st_mtime, read_run(path.parent, counts_only=True)))
        except (GenerationError, OSError):
            continue  # not a run, or one that is being deleted
    return tuple(run for _, run in sorted(found, key=lambda pair: -pair[0]))


def _crystal_as_json(start: Seed) -> dict[str, Any]:
    """Exactly as it is: a CIF rounds."""
    crystal = start.crystal
    sites = [[s.label, dict(s.species.items()), list(s.frac)] for s in crystal.sites]
    return {"lattice": crystal.lattice.tolist(), "sites": sites}


def _start(about: dict[str, Any]) -> Seed | None:
    told = about.get("start")
    if told is None:
        return None
    sites = tuple(Site(a, Species(b), tuple(c)) for a, b, c in told["crystal"]["sites"])
    crystal = Crystal(told["crystal"]["lattice"], sites)
    return Seed(crystal, told["change"], told["keep_symmetry"], told["keep_elements"])


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    """Whole ones; a last one may have been torn off."""
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines(keepends=True):
            if line.endswith("\n"):
                yield json.loads(line)


def _append(path: Path, line: dict[str, Any]) -> None:
    size = path.stat().st_size if path.exists() else 0
    try:
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        os.truncate(path, size)  # a full disk leaves half a line
        raise


def _cut_torn(path: Path) -> None:
    if path.exists():
        whole = path.read_bytes()
        os.truncate(path, whole.rfind(b"\n") + 1)


def _unwritable(path: Path, error: OSError) -> GenerationError:
    return GenerationError(
        f"{path} cannot be written: {error.strerror or error}.",
        "Make room or choose another folder; what was told of is kept.",
    )
