"""The parts of a project that lie beside the catalogue: screenings, generated runs, weights."""

from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path
from typing import Protocol

from sc3d_desktop.data.sqlite_file import connect
from sc3d_desktop.errors import Sc3dError, ScreeningError
from sc3d_desktop.project.parts import free
from sc3d_desktop.project.writer import sha256_of
from sc3d_desktop.screening.store import RunStore

_NUMBER = re.compile(r"^\d{3}-")


class Told(Protocol):
    """Where the parts are now, and what is not."""

    screenings: list[Path]
    generated: list[Path]
    weights: list[Path]
    problems: list[str]


def place_screenings(folder: Path, runs: Path, told: Told) -> None:
    for path in sorted(folder.glob("screenings/*.sqlite")):
        try:
            _check_run(path)
        except (Sc3dError, LookupError, TypeError, ValueError) as error:
            told.problems.append(f"{path.name}: {error}")
            continue
        told.screenings.append(_move(path, runs, ".sqlite"))


def _check_run(path: Path) -> None:
    """A run, and a database that does nothing of itself when it is read."""
    with RunStore.said_plainly(path), closing(connect(path)) as db:
        query = "SELECT count(*) FROM sqlite_master WHERE type IN ('trigger', 'view')"
        if db.execute(query).fetchone()[0]:
            raise ScreeningError("It holds programs of its own.", "It was left out.")
    with RunStore.read(path) as store:
        store.counts()
        if not store.spec.model:
            raise ScreeningError("It names no model.", "It was left out.")


def place_generated(folder: Path, generated: Path, told: Told) -> None:
    for path in sorted(folder.glob("generated/*")):
        told.generated.append(_move(path, generated))


def place_weights(folder: Path, models: Path, told: Told) -> None:
    """A version that is there already is not taken twice. None is put to use."""
    there = {sha256_of(path) for path in models.glob("*.safetensors")}
    for path in sorted(folder.glob("models/*.safetensors")):
        if sha256_of(path) not in there:
            told.weights.append(_move(path, models, ".safetensors"))


def _move(path: Path, into: Path, ending: str = "") -> Path:
    """Out of the project and into the user's own folder, under a name that is free there."""
    into.mkdir(parents=True, exist_ok=True)
    name = _NUMBER.sub("", path.name.removesuffix(ending))
    return path.rename(free(into / name, ending))
