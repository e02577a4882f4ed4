"""``sc3d project``: somebody's work in one folder or archive."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path

from sc3d_desktop.cli.progress import do
from sc3d_desktop.cli.records import json_line
from sc3d_desktop.data import catalogue_file
from sc3d_desktop.jobs.project import OpenProject, SaveProject
from sc3d_desktop.models import registry
from sc3d_desktop.paths import user_data
from sc3d_desktop.project import Contents, Manifest, show_project
from sc3d_desktop.project.parts import counted


def run(arguments: argparse.Namespace) -> int:
    return {"save": _save, "open": _open, "show": _show}[arguments.what](arguments)


def _save(arguments: argparse.Namespace) -> int:
    home, version = user_data(), registry.in_use()
    runs = not arguments.without_runs
    contents = Contents(
        arguments.title,
        arguments.author,
        catalogue=catalogue_file(),
        collections=tuple(arguments.collection) if arguments.collection else None,
        screenings=tuple(sorted((home / "runs").glob("*.sqlite"))) if runs else (),
        generated=_folders(home / "generated") if runs else (),
        recipes=home / "recipes",
        weights=None if version == registry.SHIPPED else registry.weights_file(version),
        all_coordinates=arguments.all_coordinates,
    )
    saved = do(SaveProject(contents, arguments.out))
    _tell(saved.manifest, arguments.json, f"{saved.out}: ")
    return 0


def _folders(parent: Path) -> tuple[Path, ...]:
    there = sorted(parent.iterdir()) if parent.is_dir() else []
    return tuple(path for path in there if path.is_dir() and not path.name.startswith("."))


def _open(arguments: argparse.Namespace) -> int:
    opened = do(OpenProject(arguments.path, user_data()))
    if arguments.json:
        kept = {"screenings": opened.screenings, "generated": opened.generated}
        paths = {name: list(map(str, of)) for name, of in kept.items()}
        counts = {"collections": opened.collections, "records": opened.records}
        said = {"folder": str(opened.folder), "problems": opened.problems}
        print(json_line(said | counts | paths))
        return 1 if opened.problems else 0
    print(f"{opened.manifest.title}: {opened.words}")
    print(f"Its crystals, citation and provenance are in {opened.folder}")
    for problem in opened.problems:
        print(f"not brought in: {problem}")
    return 1 if opened.problems else 0


def _show(arguments: argparse.Namespace) -> int:
    _tell(show_project(arguments.path), arguments.json)
    return 0


def _tell(manifest: Manifest, as_json: bool, start: str = "") -> None:
    if as_json:
        print(json_line(asdict(manifest)))
        return
    counts = ", ".join(counted(n, what) for what, n in manifest.counts.items()) or "nothing"
    print(f"{start}{manifest.title}" + (f", by {manifest.author}" if manifest.author else ""))
    print(f"  saved {manifest.saved_at} with version {manifest.program}; model: {manifest.model}")
    print(f"  {counts}")
    for text in manifest.left_out:
        print(f"  left out: {text}")
