"""From any number of a project back to file, edit and model: as data, and as a page in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sc3d_desktop.crystal.formula import formula
from sc3d_desktop.data.records import KeptRecord
from sc3d_desktop.project.contents import KeptDocument
from sc3d_desktop.project.manifest import Manifest

Fact = dict[str, Any]


@dataclass
class Provenance:
    """Filled while a project is written. ``path`` in every fact is the file of the project that
    holds the numbers.
    """

    documents: list[Fact] = field(default_factory=list)
    records: list[Fact] = field(default_factory=list)
    collections: list[Fact] = field(default_factory=list)
    screenings: list[Fact] = field(default_factory=list)
    generated: list[Fact] = field(default_factory=list)

    def as_json(self, manifest: Manifest) -> Fact:
        head = {"project": manifest.uid, "program": manifest.program, "model": manifest.model}
        return head | {name: getattr(self, name) for name in _HEADINGS}

    def page(self, manifest: Manifest) -> str:
        lines = [
            f"# {manifest.title}",
            f"Saved {manifest.saved_at} by SC3D Desktop {manifest.program}"
            + (f", for {manifest.author}." if manifest.author else "."),
            f"Tc model: {manifest.model or 'none was in use'}.",
        ]
        for name, heading in _HEADINGS.items():
            facts = getattr(self, name)
            if facts:
                lines += [f"## {heading}", _bullets(_WORDS[name](fact) for fact in facts)]
        if manifest.left_out:
            lines += ["## Left out", _bullets(manifest.left_out)]
        return "\n\n".join(lines) + "\n"


def _bullets(texts: Iterable[str]) -> str:
    return "\n".join(f"* {text}" for text in texts)


def of_document(path: str, document: KeptDocument) -> Fact:
    return {
        "path": path,
        "formula": formula(document.crystal.composition),
        "opened": formula(document.opened.composition),
        "file": document.file,
        "edits": list(document.edits),
    }


def of_record(path: str, kept: KeptRecord) -> Fact:
    record, before = kept.record, kept.record.before
    return {
        "path": path,
        "uid": record.uid,
        "formula": kept.formula,
        "measured": record.result,
        "measured_on": record.measured_on.isoformat() if record.measured_on else None,
        "structure": record.origin.opened,
        "file": record.origin.file,
        "file_sha256": record.origin.sha256,
        "edits": list(record.origin.edits),
        "predicted_kelvin": before.tc_kelvin if before else None,
        "model": before.model if before else None,
        "predicted_at": before.made_at if before else None,
        "attachments_missing": list(record.missing_attachments()),
    }


_HEADINGS = {
    "documents": "Crystals that were worked on",
    "records": "Measured Tc",
    "collections": "Collections of known and predicted materials",
    "screenings": "Screenings",
    "generated": "Generated candidates",
}


def _document(fact: Fact) -> str:
    start = f", from {fact['file']}" if fact["file"] else ""
    edits = f"; edited: {'; '.join(fact['edits'])}" if fact["edits"] else ""
    return f"{fact['formula']} ({fact['path']}): opened as {fact['opened']}{start}{edits}."


def _record(fact: Fact) -> str:
    said = f"{fact['formula']}: {fact['measured']}"
    said += f", {fact['measured_on']}" if fact["measured_on"] else ""
    if fact["predicted_kelvin"] is not None:
        said += (
            f"; predicted before: {fact['predicted_kelvin']:.3g} K by {fact['model']}, "
            f"{fact['predicted_at']}"
        )
    origin = [fact["structure"], fact["file"], *fact["edits"]]
    stated = "; ".join(text for text in origin if text)
    return f"{said}. Structure: {stated}." if stated else f"{said}."


def _collection(fact: Fact) -> str:
    models = f" Predictions by {', '.join(fact['models'])}." if fact["models"] else ""
    kept = "" if fact["coordinates"] else " Coordinates are left out."
    return (
        f"{fact['title']} ({fact['path']}): {fact['entries']:,} entries from {fact['source']}. "
        f"Licence: {(fact['licence'] or 'not stated').rstrip('.')}.{kept}{models}"
    )


def _run(fact: Fact) -> str:
    return f"{fact['name']} ({fact['path']}): {fact['words']}"


_WORDS = {
    "documents": _document,
    "records": _record,
    "collections": _collection,
    "screenings": _run,
    "generated": _run,
}


def models_of(lines: Sequence[Fact]) -> list[str]:
    """The models whose predictions are among the entries of a collection."""
    return sorted({model for line in lines for model in line["predictions"]})
