"""HTSC-2025 and files like it: one JSON object, name → CIF text and calculated Tc."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from sc3d_desktop.crystal.formula import formula
from sc3d_desktop.crystal.text import decoded
from sc3d_desktop.data.entry import Collection, Draft, Measurement
from sc3d_desktop.data.importers.source import Item, fingerprint
from sc3d_desktop.data.importers.structures import kelvin, one_crystal
from sc3d_desktop.data.importers.tree import open_tree
from sc3d_desktop.errors import CatalogueError

FILE = "HTSC-2025.json"
_REFERENCE = "X.-Q. Han et al., arXiv:2506.03837 (2025), calculated"


class Htsc:
    """The file itself, or a folder or zip archive with it. Its Tc are calculated."""

    collection = Collection(
        name="HTSC-2025",
        title="HTSC-2025: 140 predicted superconductors at ambient pressure",
        licence="None stated in its repository.",
        source="X.-Q. Han et al., arXiv:2506.03837; github.com/xqh19970407/HTSC-2025",
    )

    def __init__(self, path: Path) -> None:
        with open_tree(path.parent if path.is_file() and path.suffix == ".json" else path) as tree:
            name = path.name if path.suffix == ".json" else tree.folder_of(FILE) + FILE
            self._entries = _entries(decoded(tree.read(name)), name)

    def count(self) -> int:
        return len(self._entries)

    def items(self) -> Iterator[Item]:
        for key, entry in self._entries.items():
            made_of = fingerprint(json.dumps(entry, sort_keys=True))
            yield Item(key, made_of, partial(_draft, key, entry))


def _entries(text: str, name: str) -> dict[str, Any]:
    try:
        entries = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise CatalogueError(f"{name} is no JSON ({error}).", "Get it again.") from error
    if not isinstance(entries, dict) or not entries:
        raise CatalogueError(f"{name} is no list of entries.", "Get it again.")
    return entries


def _draft(key: str, entry: Any) -> Draft:
    if not isinstance(entry, dict) or not isinstance(entry.get("cif"), str):
        raise CatalogueError(f"{key} has no structure.", "Get the file again.")
    crystal = one_crystal(entry["cif"].encode(), key)
    tc_kelvin = kelvin(str(entry.get("tc")), key)
    measurement = Measurement(tc_kelvin, reference=_REFERENCE, calculated=True)
    return Draft(formula(crystal.composition), crystal, (measurement,), name=key)
