"""How a project and what it rests on are cited, and the terms of what is in it."""

from __future__ import annotations

import json
from collections.abc import Iterable

from sc3d_desktop.data.entry import Collection
from sc3d_desktop.project.licences import is_open
from sc3d_desktop.project.manifest import Manifest


def citation_cff(manifest: Manifest, sources: Iterable[Collection]) -> str:
    """A ``CITATION.cff`` (format 1.2.0). Quoted as JSON, which YAML reads."""
    author = manifest.author or "Name the author here"
    lines = [
        "cff-version: 1.2.0",
        "message: Please cite the project, and what it rests on.",
        "type: dataset",
        f"title: {_quoted(manifest.title)}",
        f"authors:\n  - name: {_quoted(author)}",
        f"date-released: {manifest.saved_at[:10]}",
        f"identifiers:\n  - type: other\n    value: {_quoted(f'sc3d-project:{manifest.uid}')}",
        "references:",
        "  - type: software",
        "    title: SC3D Desktop",
        "    authors:\n      - name: The authors of SC3D Desktop",
        f"    version: {_quoted(manifest.program)}",
        f"    notes: {_quoted('Tc model: ' + (manifest.model or 'not stated'))}",
        "  - type: conference-paper",
        f"    title: {_quoted(_PAPER)}",
        "    authors:\n      - family-names: Chen\n        given-names: P.\n      - name: others",
        "    year: 2024",
        "    collection-title: NeurIPS 2024 Datasets and Benchmarks",
    ]
    return "\n".join([*lines, *(_reference(c) for c in sources)]) + "\n"


_PAPER = "Learning Superconductivity from Ordered and Disordered Material Structures"


def _reference(collection: Collection) -> str:
    return "\n".join(
        (
            "  - type: data",
            f"    title: {_quoted(collection.title)}",
            f"    authors:\n      - name: {_quoted(collection.source or collection.title)}",
            f"    notes: {_quoted('Licence: ' + (collection.licence or 'not stated'))}",
        )
    )


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def licences_text(sources: Iterable[Collection], left_out: Iterable[str]) -> str:
    parts = ["The terms of what is in this project"]
    for c in sources:
        terms = "" if is_open(c) else "\n  Coordinates are not to be passed on without asking."
        parts.append(
            f"{c.title}\n  Licence: {c.licence or 'not stated'}\n  Source: {c.source}{terms}"
        )
    parts.append("What was made and measured here belongs to whoever did it.")
    parts += [f"Left out: {text}" for text in left_out]
    return "\n\n".join(parts) + "\n"
