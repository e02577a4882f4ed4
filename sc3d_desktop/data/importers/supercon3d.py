"""SuperCon3D as its authors lay it out: two tables and the folder ``cif/``."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from sc3d_desktop.data.entry import Collection, Draft, Measurement
from sc3d_desktop.data.importers.source import Item, item_of_file
from sc3d_desktop.data.importers.structures import kelvin, one_crystal
from sc3d_desktop.data.importers.tree import Tree, open_tree
from sc3d_desktop.errors import CatalogueError

TABLE = "df_all_data1202.csv"
REFERENCES = "reference_part.csv"
_FAMILIES = {
    "cuprate": "cuprate",
    "iron-based": "iron_based",
    "heavy-Fermion": "heavy_fermion",
    "h_based": "h_rich",
    "others": "others",
}
_DOI = "https://doi.org/"
_SHA256 = "0fee16c96778cde57c898df7704e20ca796e36f1663795b5afe32505f834479e"
"""Of the lines "name hash" of the two tables and 1,578 CIFs, by name: however they are packed."""


def check_supercon3d(path: Path) -> None:
    """Raise ``CatalogueError`` unless these are the very files that the program knows."""
    with open_tree(path) as tree:
        folder = tree.folder_of(TABLE)
        names = sorted(
            n for n in tree.names if n.startswith(f"{folder}cif/") and n.endswith(".cif")
        )
        digest = hashlib.sha256()
        for name in (*names, folder + TABLE, folder + REFERENCES):
            content = hashlib.sha256(tree.read(name)).hexdigest()
            digest.update(f"{name[len(folder) :]} {content}\n".encode())
    if digest.hexdigest() != _SHA256:
        raise CatalogueError(
            f"{path.name} is not SuperCon3D as this program knows it ({len(names):,} structures).",
            "Its authors may have changed it: get it by hand, and import that folder.",
        )


class SuperCon3D:
    """1,578 superconductors with their crystals, ordered and disordered, from a folder or a zip
    archive. Raises ``CatalogueError`` where it is neither.
    """

    collection = Collection(
        name="SuperCon3D",
        title="SuperCon3D: 1,578 superconductors with crystal structures",
        licence="None stated by its authors; most structures derive from ICSD. Keep it to "
        "yourself: do not pass on what you import.",
        source="P. Chen et al., Learning Superconductivity from Ordered and Disordered Material "
        "Structures, NeurIPS 2024 Datasets and Benchmarks; github.com/pincher-chen/SODNet",
    )

    def __init__(self, path: Path) -> None:
        self._path = path
        with open_tree(path) as tree:
            self._folder = tree.folder_of(TABLE)
            self._rows = tree.table(self._folder + TABLE)
            self._references = _references(tree, self._folder)
        if not self._rows or not {"tc", "family", "cf"} <= self._rows[0].keys():
            raise CatalogueError(
                f"{TABLE} in {path.name} has not the columns of SuperCon3D.", "Get it again."
            )

    def count(self) -> int:
        return len(self._rows)

    def items(self) -> Iterator[Item]:
        with open_tree(self._path) as tree:
            for row in self._rows:
                yield self._item(tree, row)

    def _item(self, tree: Tree, row: dict[str, str]) -> Item:
        file = row[""]
        references = self._references.get(file, ())
        return item_of_file(
            file.removesuffix(".cif"),
            lambda: tree.read(f"{self._folder}cif/{file}"),
            repr((sorted(row.items()), references)),
            lambda raw: _draft(row, raw, references),
        )


def _draft(row: dict[str, str], raw: bytes, references: tuple[str, ...]) -> Draft:
    file, formula = row[""], row["cf"]
    if row["family"] not in _FAMILIES:
        raise CatalogueError(f"{formula} has the unknown family “{row['family']}”.", "Correct it.")
    tc_kelvin = kelvin(row["tc"], formula)
    texts = [r for r in references if not r.startswith(_DOI)]
    dois = [r.removeprefix(_DOI) for r in references if r.startswith(_DOI)]
    measurement = Measurement(
        tc_kelvin, reference=" | ".join((*texts, *dois[1:])), doi="".join(dois[:1])
    )
    return Draft(formula, one_crystal(raw, file), (measurement,), _FAMILIES[row["family"]])


def _references(tree: Tree, folder: str) -> dict[str, tuple[str, ...]]:
    """File → what the table of references says of it; a file may have several lines."""
    name = folder + REFERENCES
    found: dict[str, tuple[str, ...]] = {}
    for row in tree.table(name) if name in tree.names else []:
        said = row.get("doi/ref", "").strip()
        if said:
            found[row[""]] = (*found.get(row[""], ()), said)
    return found
