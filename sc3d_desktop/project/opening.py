"""Opening a project beside what there is: nothing of the user's own is replaced."""

from __future__ import annotations

import shutil
from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex

from sc3d_desktop.data import Catalogue
from sc3d_desktop.project.bring_in import bring_in_collections, bring_in_queries, bring_in_records
from sc3d_desktop.project.contents import KeptDocument, document_from_json
from sc3d_desktop.project.manifest import Manifest
from sc3d_desktop.project.parts import counted, free, read_json
from sc3d_desktop.project.reader import reading, take_out
from sc3d_desktop.project.recipes import bring_in_recipes
from sc3d_desktop.project.runs import place_generated, place_screenings, place_weights
from sc3d_desktop.project.writer import plain_name
from sc3d_desktop.recipes import RecipeStore

Step = tuple[int, int, str]


@dataclass
class Opened:
    """What came in, and under which names. ``folder`` keeps what a project says of itself, with its
    crystals as CIF; ``problems`` are sentences on what did not come in.
    """

    folder: Path
    manifest: Manifest
    documents: tuple[KeptDocument, ...] = ()
    collections: dict[str, int] = field(default_factory=dict)
    records: int = 0
    records_there: int = 0
    queries: int = 0
    recipes: int = 0
    screenings: list[Path] = field(default_factory=list)
    generated: list[Path] = field(default_factory=list)
    weights: list[Path] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def words(self) -> str:
        counts = (
            (len(self.documents), "crystal"),
            (sum(self.collections.values()), "entry"),
            (self.records, "lab record"),
            (self.queries, "saved query"),
            (self.recipes, "recipe"),
            (len(self.screenings), "screening"),
            (len(self.generated), "generated run"),
            (len(self.weights), "model version"),
        )
        came = ", ".join(counted(n, what) for n, what in counts if n) or "nothing new"
        there = counted(self.records_there, "lab record") if self.records_there else ""
        return f"{came} came in" + (f"; of what was there already: {there}" if there else "")


def show_project(path: Path) -> Manifest:
    """What a project says of itself. Raises ``ProjectError``."""
    with reading(path) as (_, manifest):
        return manifest


def open_project(
    path: Path, home: Path, catalogue_path: Path | None = None
) -> Generator[Step, None, Opened]:
    """Bring a project into the user's folder; yields (done, of, what). All of it is checked before
    anything comes in. Opened a second time, it adds collections and records only where they
    differ. Raises ``ProjectError``.
    """
    projects = home / "projects"
    projects.mkdir(parents=True, exist_ok=True)
    staging = projects / f".opening-{token_hex(4)}"
    try:
        with reading(path) as (reader, manifest):
            staging.mkdir()
            for done in take_out(reader, manifest, staging):
                yield (done, len(manifest.files), "unpacking")
        folder = free(projects / plain_name(manifest.title, "project"))
        opened = Opened(folder, manifest, _documents(staging))
        yield from _bring_in(staging, home, catalogue_path, opened)
        staging.rename(folder)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return opened


def _bring_in(
    folder: Path, home: Path, catalogue_path: Path | None, opened: Opened
) -> Generator[Step, None, None]:
    with Catalogue.open(catalogue_path or home / "catalogue.sqlite") as catalogue:
        manifest = opened.manifest
        yield from bring_in_collections(catalogue, folder, manifest, opened)
        yield from bring_in_records(catalogue, folder, opened)
        bring_in_queries(catalogue, folder, manifest, opened)
    bring_in_recipes(RecipeStore(home / "recipes"), folder, opened)
    shutil.rmtree(folder / "collections", ignore_errors=True)  # they are in the catalogue now
    place_screenings(folder, home / "runs", opened)
    place_generated(folder, home / "generated", opened)
    place_weights(folder, home / "models", opened)


def _documents(folder: Path) -> tuple[KeptDocument, ...]:
    return tuple(
        document_from_json(read_json(path)) for path in sorted(folder.glob("documents/*.json"))
    )
