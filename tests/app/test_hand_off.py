"""From a CIF to a folder of VASP inputs in the window, by mouse and keys."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from disordered_cifs import BAK122, HG1223, LAFESIO, LSCO, MGALB2
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QSpinBox
from pytestqt.qtbot import QtBot

from sc3d_desktop.window import MainWindow
from sc3d_desktop.window.banner import Subject
from sc3d_desktop.window.hand_off import HandOffDialog

LEFT = Qt.MouseButton.LeftButton


def click(button: QAbstractButton) -> None:
    assert button.isVisible()
    assert button.isEnabled()
    QTest.mouseClick(button, LEFT, pos=QPoint(10, button.height() // 2))


def type_number(box: QSpinBox, value: int) -> None:
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, str(value))
    QTest.keyClick(box, Qt.Key.Key_Tab)


def planned(window: MainWindow, qtbot: QtBot) -> HandOffDialog:
    """The dialog, once it is known what is possible."""
    dialog = window.files.hand_off.dialog
    assert dialog is not None
    qtbot.waitUntil(lambda: not window.session.engine.jobs(), timeout=30_000)
    return dialog


def opened(window: MainWindow, qtbot: QtBot) -> HandOffDialog:
    """By the button beside the predicted Tc."""
    click(window.predictor.below.vasp)
    return planned(window, qtbot)


def choose_row(dialog: HandOffDialog, atoms: int) -> None:
    assert dialog.cells is not None
    table = dialog.cells.cells
    (row,) = [n for n in range(table.rowCount()) if table.item(n, 0).text() == str(atoms)]
    table.scrollToItem(table.item(row, 0))
    at = table.visualItemRect(table.item(row, 0)).center()
    QTest.mouseClick(table.viewport(), LEFT, pos=at)


def finished(window: MainWindow, qtbot: QtBot) -> tuple[str, str]:
    """What the banner says of the hand-off."""
    banner = window.banners[Subject.DONE]
    qtbot.waitUntil(lambda: not window.session.engine.jobs(), timeout=120_000)
    assert window.banners[Subject.PROBLEM].message.text() == ""
    assert banner.isVisible()
    assert [button.text() for button in banner.buttons] == ["Open folder"]
    return banner.message.text(), banner.hint.text()


def atoms_of(poscar: Path) -> Counter[str]:
    from pymatgen.io.vasp import Poscar

    return Counter(site.specie.symbol for site in Poscar.from_file(poscar).structure)


def shares(composition: dict[str, int]) -> dict[str, float]:
    whole = sum(composition.values())
    return {el: n / whole for el, n in composition.items()}


CASES = {
    # atoms of the cell, whether it is exact, its composition, and the magnetic orders
    "Hg-1223": (HG1223, 179, False, "Ba2Ca2Cu3HgO8.2727", {"afm", "nonmagnetic"}),
    "Al-doped MgB2": (MGALB2, 30, True, "Mg0.9Al0.1B2", {""}),
    "LSCO": (LSCO, 91, False, "Sr0.1538La1.8462CuO4", {"afm", "nonmagnetic"}),
    "K-doped Ba-122": (BAK122, 25, True, "K0.4Ba0.6Fe2As2", {"stripe-afm", "nonmagnetic"}),
    "LaFeSiO0.9": (LAFESIO, 39, True, "LaFeSiO0.9", {"stripe-afm", "nonmagnetic"}),
}


@pytest.mark.parametrize("case", CASES)
def test_a_disordered_crystal_goes_from_cif_to_folders_with_what_was_achieved_in_sight(
    user: Any, window: MainWindow, tmp_path: Path, qtbot: QtBot, case: str
) -> None:
    given, n_atoms, exact, achieved, orders = CASES[case]
    window.session.settings.hand_off_folder = str(tmp_path)
    user.drop(given.write(tmp_path))
    user.answer()
    dialog = opened(window, qtbot)
    cells = dialog.cells
    assert cells is not None
    type_number(cells.limits.count, 1)
    if cells.chosen is None or cells.chosen.option.n_sites != n_atoms:
        choose_row(dialog, n_atoms)
    shown = cells.cells.selectedItems()
    assert [item.text() for item in shown[:2]] == [str(n_atoms), achieved]
    assert (shown[2].text() == "exact") == exact
    if not exact:
        assert not dialog.export.isEnabled(), "nothing inexact is taken in silence"
        assert achieved in cells.accept.text()
        click(cells.accept)
    folder = dialog.target.path
    click(dialog.export)
    message, hint = finished(window, qtbot)
    assert str(folder) in message
    assert f"achieved {achieved}, {'exact' if exact else 'off by'}" in hint
    check(folder, orders, exact)


def check(folder: Path, orders: set[str], exact: bool) -> None:
    """The atoms of each folder are those of the record, and the moments fit them."""
    record = json.loads((folder / "record.json").read_text())
    assert {c["magnetic"] for c in record["calculations"]} == orders
    assert record["exact"] == exact
    for calculation in record["calculations"]:
        step = folder / calculation["folder"] / "1-relax"
        atoms = atoms_of(step / "POSCAR")
        assert shares(atoms) == pytest.approx(shares(record["achieved"]))
        potentials = (step / "POTCAR.spec").read_text().split()
        assert [name.split("_")[0] for name in potentials] == list(atoms)
