"""Any folder or zip archive of structures, with a table of Tc where there is one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from sc3d_desktop.crystal.formula import formula
from sc3d_desktop.data.entry import FAMILIES, Collection, Draft, Measurement
from sc3d_desktop.data.importers.source import Item, item_of_file
from sc3d_desktop.data.importers.structures import kelvin, one_crystal
from sc3d_desktop.data.importers.tree import Tree, open_tree
from sc3d_desktop.errors import CatalogueError

_FILE = ("file", "filename", "file_name", "cif", "id", "material_id", "name")
_TC = ("tc_k", "tc", "tc(k)", "tc (k)", "tc_kelvin", "tc_exp", "critical_temperature")
_FORMULA = ("formula", "composition", "cf", "formula_sc")
_PRESSURE = ("pressure_gpa", "pressure", "p_gpa", "p(gpa)")
_REFERENCE = ("reference", "ref", "doi/ref")
_DOI = re.compile(r"10\.\d{4,9}/\S+")

Line = dict[str, str]


class CifFolder:
    """Every CIF below a folder. ``table`` is a CSV file with a column for the file and one for Tc;
    without it, the one CSV file of the folder that has such columns is taken, if there is one.
    """

    def __init__(self, path: Path, table: Path | None = None) -> None:
        self._path = path
        with open_tree(path) as tree:
            self._names = sorted(n for n in tree.names if n.lower().endswith(".cif"))
            self._lines = _lines_of_file(table) if table else _lines_in(tree)
        if not self._names:
            raise CatalogueError(f"{path.name} holds no CIF files.", "Choose another folder.")
        self.collection = Collection(
            name=path.resolve().name,
            title=f"CIF files of {path.resolve().name}",
            licence="Yours to know: the files stay as they are, and nothing leaves this machine.",
            source=str(path.resolve()),
        )

    def count(self) -> int:
        return len(self._names)

    def items(self) -> Iterator[Item]:
        with open_tree(self._path) as tree:
            for name in self._names:
                yield self._item(tree, name)

    def _item(self, tree: Tree, name: str) -> Item:
        lines = self._lines.get(_stem(name), [])
        made_of = repr([sorted(line.items()) for line in lines])
        return item_of_file(
            name, lambda: tree.read(name), made_of, lambda raw: _draft(name, raw, lines)
        )


def _draft(name: str, raw: bytes, lines: list[Line]) -> Draft:
    crystal = one_crystal(raw, name)
    stated = next((line["formula"] for line in lines if line["formula"]), "")
    family = next((line["family"] for line in lines if line["family"] in FAMILIES), "")
    measurements = tuple(_measurement(line, name) for line in lines if line["tc"])
    return Draft(
        stated or formula(crystal.composition), crystal, measurements, family, crystal.name
    )


def _measurement(line: Line, name: str) -> Measurement:
    said = line["reference"]
    doi = _DOI.search(said)
    tc_kelvin = kelvin(line["tc"], name)
    return Measurement(
        tc_kelvin=tc_kelvin if tc_kelvin > 0 else None,
        pressure_gpa=kelvin(line["pressure"], name) if line["pressure"] else None,
        reference=said.removeprefix("https://doi.org/") if not doi or doi[0] != said else "",
        doi=doi[0] if doi else "",
    )


def _lines_of_file(table: Path) -> dict[str, list[Line]]:
    with open_tree(table.parent) as tree:
        lines = _lines(tree, table.name)
    if lines is None:
        raise CatalogueError(
            f"{table.name} has no column for the file or none for Tc.",
            "Name them “file” and “tc_K” in its first line.",
        )
    return lines


def _lines_in(tree: Tree) -> dict[str, list[Line]]:
    tables = sorted(n for n in tree.names if n.lower().endswith(".csv"))
    found = [lines for n in tables if (lines := _lines(tree, n)) is not None]
    return found[0] if len(found) == 1 else {}


def _lines(tree: Tree, name: str) -> dict[str, list[Line]] | None:
    """File without its suffix → its lines; None where the table is not one of Tc."""
    rows = tree.table(name)
    heads = {head.strip().lower(): head for head in rows[0]} if rows else {}

    def column(names: tuple[str, ...]) -> str | None:
        return next((heads[n] for n in names if n in heads), None)

    file, tc = column(_FILE), column(_TC)
    if file is None or tc is None:
        return None
    wanted = {
        "tc": tc,
        "formula": column(_FORMULA),
        "pressure": column(_PRESSURE),
        "reference": column(("doi",)) or column(_REFERENCE),
        "family": column(("family",)),
    }
    lines: dict[str, list[Line]] = {}
    for row in rows:
        line = {what: row[head].strip() if head else "" for what, head in wanted.items()}
        lines.setdefault(_stem(row[file].strip()), []).append(line)
    return lines


def _stem(name: str) -> str:
    last = PurePosixPath(name.replace("\\", "/")).name
    return last[:-4] if last.lower().endswith(".cif") else last
