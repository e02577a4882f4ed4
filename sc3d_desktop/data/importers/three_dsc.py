"""3DSC_MP: formulas of SuperCon matched with structures of the Materials Project."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sc3d_desktop.data.entry import Collection, Draft, Measurement
from sc3d_desktop.data.importers.source import Item, item_of_file
from sc3d_desktop.data.importers.structures import kelvin, one_crystal
from sc3d_desktop.data.importers.tree import Tree, open_tree
from sc3d_desktop.errors import CatalogueError

TABLE = "3dsc_mp.csv"
_ARCHIVE = "3dsc_mp_cifs.zip"
_SYNTHETIC = (
    "Occupancies were set to reach the formula; the structure is that of a parent compound."
)


class ThreeDSC:
    """A folder with ``3dsc_mp.csv`` and the structures, in ``cifs/`` or in ``3dsc_mp_cifs.zip``.

    A Tc of 0 says there that none was reported, so such a line comes without a measurement.
    """

    collection = Collection(
        name="3DSC",
        title="3DSC_MP: superconductors of SuperCon with structures of the Materials Project",
        licence="CC-BY 4.0: name both sources in what you publish.",
        source="T. Sommer et al., Scientific Data 10, 816 (2023); Materials Project",
    )

    def __init__(self, folder: Path) -> None:
        with open_tree(folder) as tree:
            at = tree.folder_of(TABLE)
            self._rows = tree.table(at + TABLE)
        archive = folder / at / _ARCHIVE if folder.is_dir() else folder
        self._structures = archive if archive.is_file() else folder
        if not self._rows or not {"file", "formula_sc", "tc_K"} <= self._rows[0].keys():
            raise CatalogueError(f"{TABLE} has not the columns of 3DSC_MP.", "Get it again.")

    def count(self) -> int:
        return len(self._rows)

    def items(self) -> Iterator[Item]:
        with open_tree(self._structures) as tree:
            places = {name.rsplit("/", 1)[-1]: name for name in tree.names}
            for row in self._rows:
                yield _item(tree, row, places.get(row["file"], ""))


def _item(tree: Tree, row: dict[str, str], place: str) -> Item:
    return item_of_file(
        row["file"].removesuffix(".cif"),
        lambda: tree.read(place or row["file"]),
        repr(sorted(row.items())),
        lambda raw: _draft(row, raw),
    )


def _draft(row: dict[str, str], raw: bytes) -> Draft:
    formula = row["formula_sc"]
    tc_kelvin = kelvin(row["tc_K"], formula)
    source = f"SuperCon, {row.get('n_supercon') or '1'} reports averaged"
    measurements = (Measurement(tc_kelvin, reference=source),) if tc_kelvin > 0 else ()
    notes = (_SYNTHETIC,) if row.get("synth_doped") == "True" else ()
    return Draft(formula, one_crystal(raw, row["file"]), measurements, notes=notes)
