"""Saving a project."""

from __future__ import annotations

import json
import uuid
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import sc3d_desktop
from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.cif import write_cif
from sc3d_desktop.crystal.formula import formula
from sc3d_desktop.data import Catalogue, Collection
from sc3d_desktop.data.content import crystal_as_json
from sc3d_desktop.data.importers import StarterSet
from sc3d_desktop.data.lab_record import Origin
from sc3d_desktop.data.record_tables import records_csv
from sc3d_desktop.data.records import MINE, KeptRecord, list_records, now
from sc3d_desktop.data.sqlite_file import connect
from sc3d_desktop.errors import ProjectError
from sc3d_desktop.project.citation import citation_cff, licences_text
from sc3d_desktop.project.contents import Contents
from sc3d_desktop.project.entries import entry_line
from sc3d_desktop.project.licences import from_icsd, is_open
from sc3d_desktop.project.manifest import NAME, Manifest
from sc3d_desktop.project.provenance import Provenance, models_of, of_document, of_record
from sc3d_desktop.project.writer import Writer, plain_name, staged
from sc3d_desktop.recipes import RecipeStore
from sc3d_desktop.screening.store import RunStore
from sc3d_desktop.steps import retell

_AT_ONCE = 100
Step = tuple[int, int, str]
Steps = Generator[Step, None, None]


@dataclass(frozen=True)
class Saved:
    """A project that is there."""

    out: Path
    manifest: Manifest


def save_project(contents: Contents, out: Path) -> Generator[Step, None, Saved]:
    """Save to a new folder, or to an archive where ``out`` ends with ``.zip``; yields (done, of,
    what). It is there when all of it is, and not before. Raises ``ProjectError``, or the error of
    the catalogue or run that cannot be read.
    """
    if not contents.title.strip():
        raise ProjectError("A project needs a title.", "Say in a few words what it is about.")
    with staged(out) as writer:
        saving = _Saving(contents, writer)
        yield from saving.everything()
        if out.suffix.lower() == ".zip":
            total = len(saving.manifest.files) + 1
            yield from retell(writer.pack(), lambda done: (done, total, "packing"))
    return Saved(out, saving.manifest)


class _Saving:
    """One project on its way into its folder."""

    def __init__(self, contents: Contents, writer: Writer) -> None:
        self._contents, self._writer = contents, writer
        self._provenance = Provenance()
        self._counts: dict[str, int] = {}
        self._left_out: list[str] = []
        self._sources: list[Collection] = []
        self._open: set[str] = set()
        self._queries: dict[str, Any] = {}
        program = sc3d_desktop.__version__
        self.manifest = Manifest(
            uuid.uuid4().hex, contents.title.strip(), contents.author.strip(), now(), program,
            contents.model,
        )  # fmt: skip

    def everything(self) -> Steps:
        if self._contents.catalogue is not None:
            with Catalogue.open(self._contents.catalogue) as catalogue:
                self._open = {c.name for c, _ in catalogue.collections() if is_open(c)}
                yield from self._of_catalogue(catalogue)
        self._recipes()
        yield from self._documents()
        yield from self._screenings()
        yield from self._generated()
        self._weights()
        self._front()

    # Crystals

    def _documents(self) -> Steps:
        documents = self._contents.documents
        for number, document in enumerate(documents, start=1):
            yield (number, len(documents), "crystals")
            said = formula(document.crystal.composition)
            origin = Origin(document.opened.name, document.file, "", document.collection)
            if why := self._kept_back(document.opened, origin):
                self._left_out.append(f"The crystal {said}: {why}.")
                continue
            name = f"documents/{number:03d}-{plain_name(said)}"
            self._writer.text(f"{name}.json", _json(document.as_json()))
            self._writer.text(f"{name}.cif", write_cif(document.crystal))
            self._provenance.documents.append(of_document(f"{name}.json", document))
            self._count("crystal")

    def _kept_back(self, crystal: Crystal, origin: Origin) -> str:
        """Why a crystal is not passed on; empty where it is."""
        if self._contents.all_coordinates:
            return ""
        if from_icsd(crystal, origin.opened, origin.file):
            return "it comes from ICSD"
        closed = origin.collection and origin.collection not in self._open
        return (
            f"no open licence is known of {origin.collection}, where it is from" if closed else ""
        )

    # The catalogue

    def _of_catalogue(self, catalogue: Catalogue) -> Steps:
        if self._contents.records:
            yield from self._records(catalogue)
        for number, collection in enumerate(self._chosen(catalogue), start=1):
            yield from self._collection(catalogue, collection, f"collections/{number:03d}")
        if self._contents.queries:
            saved = catalogue.saved_queries()
            self._queries = {name: query.as_json() for name, query in saved.items()}
            self._count("saved query", len(saved))

    def _chosen(self, catalogue: Catalogue) -> list[Collection]:
        """Lab records go by themselves, and every copy of the program has the starter set."""
        there = [collection for collection, _ in catalogue.collections()]
        wanted = self._contents.collections
        if wanted is None:
            wanted = tuple(c.name for c in there if c.name != StarterSet().collection.name)
        if missing := set(wanted) - {c.name for c in there}:
            raise ProjectError(
                f"There is no collection “{min(missing)}”.",
                f"There is: {', '.join(c.name for c in there) or 'none'}.",
            )
        return [c for c in there if c.name in wanted and c.name != MINE.name]

    def _records(self, catalogue: Catalogue) -> Steps:
        kept = list_records(catalogue)
        lines = []
        for number, one in enumerate(kept, start=1):
            if number % _AT_ONCE == 0:
                yield (number, len(kept), "lab records")
            lines.append(_json_line(self._record(catalogue, one)))
            self._provenance.records.append(of_record("records.jsonl", one))
        self._writer.text("records.jsonl", "".join(lines))
        self._writer.text("records.csv", records_csv(kept))
        self._count("lab record", len(kept))

    def _record(self, catalogue: Catalogue, kept: KeptRecord) -> dict[str, Any]:
        crystal, origin = catalogue.crystal(kept.entry_id), kept.record.origin
        if crystal is not None and (why := self._kept_back(crystal, origin)):
            self._left_out.append(f"The structure of the record of {kept.formula}: {why}.")
            crystal = None
        data = crystal_as_json(crystal) if crystal is not None else None
        return {"formula": kept.formula, "crystal": data, "record": kept.record.as_json()}

    def _collection(self, catalogue: Catalogue, collection: Collection, name: str) -> Steps:
        query = """SELECT e.id FROM entry e JOIN collection c ON c.id = e.collection_id
            WHERE c.name = ? ORDER BY e.id"""
        ids = [i for (i,) in catalogue.all(query, (collection.name,))]
        coordinates = self._contents.all_coordinates or is_open(collection)
        models: set[str] = set()
        path = self._writer.place(f"{name}.jsonl")
        with path.open("w", encoding="utf-8", newline="") as stream:
            for start in range(0, len(ids), _AT_ONCE):
                yield (start, len(ids), collection.name)
                part = [catalogue.entry(i) for i in ids[start : start + _AT_ONCE]]
                lines = [entry_line(catalogue, entry, coordinates) for entry in part]
                models |= set(models_of(lines))
                stream.writelines(map(_json_line, lines))
        self._writer.add(f"{name}.jsonl")
        head = {"name": collection.name, "title": collection.title}
        head |= {"licence": collection.licence, "source": collection.source}
        self._writer.text(f"{name}.json", _json(head))
        if not coordinates:
            self._left_out.append(
                f"The coordinates of {collection.title}: no open licence is stated."
            )
        self._sources.append(collection)
        self._count("entry", len(ids))
        fact = head | {"path": f"{name}.jsonl", "entries": len(ids), "coordinates": coordinates}
        self._provenance.collections.append(fact | {"models": sorted(models)})

    def _recipes(self) -> None:
        """In one file with the saved queries, which a catalogue keeps."""
        data: dict[str, Any] = {"saved_queries": self._queries}
        if self._contents.recipes is not None:
            found = RecipeStore(self._contents.recipes).all()
            data["recipes"] = [recipe.as_json() for recipe in found.recipes]
            self._count("recipe", len(found.recipes))
            if found.problems:
                self._left_out.append(f"Recipes that cannot be read: {len(found.problems)}.")
        self._writer.text("recipes.json", _json(data))

    # Runs

    def _screenings(self) -> Steps:
        """Copied as SQLite does it: whole also while a program writes into it."""
        runs = self._contents.screenings
        for number, path in enumerate(runs, start=1):
            yield (number, len(runs), "screenings")
            with RunStore.read(path) as store:
                spec, counts = store.spec, store.counts()
                name = f"screenings/{number:03d}-{plain_name(path.stem)}.sqlite"
                with closing(connect(self._writer.place(name))) as copy:
                    store.connection.backup(copy)
                    copy.execute("PRAGMA journal_mode = DELETE")
            self._writer.add(name)
            sources = ", ".join(str(s.get("path") or s.get("kind")) for s in spec.sources)
            words = f"{counts.get('predicted', 0):,} structures of {sources}, by {spec.model}."
            fact = {"name": path.stem, "path": name, "model": spec.model, "words": words}
            self._provenance.screenings.append(fact | {"sources": list(spec.sources)})
            self._count("screening")

    def _generated(self) -> Steps:
        runs = self._contents.generated
        for number, folder in enumerate(runs, start=1):
            yield (number, len(runs), "generated candidates")
            files = sorted(p for p in folder.rglob("*") if p.is_file() and not p.is_symlink())
            name = f"generated/{number:03d}-{plain_name(folder.name)}"
            seed = folder / "start.cif"
            back = not self._contents.all_coordinates and _says_icsd(seed)
            for path in files:
                if not (back and path == seed):
                    self._writer.copy(path, f"{name}/{path.relative_to(folder).as_posix()}")
            if back:
                self._left_out.append(f"The start of the run {folder.name}: it comes from ICSD.")
            words = f"{sum(p.suffix == '.cif' for p in files):,} structures."
            fact = {"name": folder.name, "path": f"{name}/", "words": words}
            self._provenance.generated.append(fact)
            self._count("generated run")

    def _weights(self) -> None:
        path = self._contents.weights
        if path is not None:
            self._writer.copy(path, f"models/{plain_name(path.name)}")
            self._count("model version")

    # What comes first when somebody looks in

    def _front(self) -> None:
        manifest = replace(self.manifest, counts=dict(self._counts), left_out=tuple(self._left_out))
        writer = self._writer
        writer.text("CITATION.cff", citation_cff(manifest, self._sources))
        writer.text("LICENCES.txt", licences_text(self._sources, self._left_out))
        writer.text("provenance.json", _json(self._provenance.as_json(manifest)))
        writer.text("README.md", self._provenance.page(manifest))
        self.manifest = replace(manifest, files=dict(sorted(writer.files.items())))
        writer.place(NAME).write_text(self.manifest.as_text(), encoding="utf-8", newline="")

    def _count(self, what: str, n: int = 1) -> None:
        self._counts[what] = self._counts.get(what, 0) + n


def _says_icsd(path: Path) -> bool:
    return path.is_file() and b"icsd" in path.read_bytes().lower()


def _json(data: Any) -> str:
    return json.dumps(data, indent=1, allow_nan=False, ensure_ascii=False) + "\n"


def _json_line(data: Any) -> str:
    return json.dumps(data, separators=(",", ":"), allow_nan=False) + "\n"
