"""Calculations in the whole window: dropped, shown, compared, taken into the editor, saved."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from qe_output import matdyn_a2f
from vasp_output import VaspRun, mgb2

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.window import MainWindow
from sc3d_desktop.window.banner import Subject
from sc3d_desktop.window.results.dialog import ResultsDialog

KPOINTS = "path\n10\nLine_mode\nReciprocal\n0 0 0 ! \\Gamma\n0.5 0 0 ! M\n"
OMEGA = np.linspace(1, 40, 400)
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def calculation(tmp_path: Path) -> Path:
    """MgB2 that grew by 1 %, a DOS with a peak at +0.2 eV, a flat band, and α²F."""
    grown = Crystal(mgb2().lattice * 1.01, mgb2().sites, "MgB2")
    energies = np.linspace(0, 10, 1001)
    peak = 1 + 5 * np.exp(-(((energies - 5.2) / 0.05) ** 2))
    pdos = np.repeat(peak[None, None, :, None], 3, axis=0).repeat(3, axis=3) / 9
    mesh = VaspRun(mgb2(), grown, dos_energies=energies, dos=peak[None], pdos=pdos)
    mesh.write(tmp_path / "mgb2" / "2-static")
    points = np.linspace((0, 0, 0), (0.5, 0, 0), 10)
    flat = np.stack([np.full(10, 5.1), np.linspace(0, 9, 10)], axis=1)[None]
    path = VaspRun(
        grown, grown, points=points, weights=np.ones(10), eigenvalues=flat, line_mode=True
    )
    path.write(tmp_path / "mgb2" / "4-bands")
    (tmp_path / "mgb2" / "4-bands" / "KPOINTS").write_text(KPOINTS)
    phonons = tmp_path / "mgb2" / "5-phonons"
    phonons.mkdir()
    (phonons / "a2F.dos1").write_text(matdyn_a2f(OMEGA, np.full(400, 0.2)))
    return tmp_path / "mgb2"


def shown(window: MainWindow, qtbot: QtBot) -> ResultsDialog:
    desk = window.files.results
    qtbot.waitUntil(lambda: bool(desk.dialogs), timeout=60_000)
    dialog = desk.dialogs[-1]
    qtbot.waitExposed(dialog)
    return dialog


def test_a_dropped_calculation_is_shown_in_words_and_plots(
    user: Any, window: MainWindow, qtbot: QtBot, calculation: Path
) -> None:
    user.drop(calculation)
    dialog = shown(window, qtbot)
    said = dialog.words.toPlainText()
    assert "volume +3.03 %" in said
    assert "+0.200 eV" in said
    electrons = dialog.electrons
    assert electrons is not None
    assert electrons.bands is not None
    assert electrons.dos is not None
    assert len(electrons.bands.marked.getData()[0]) > 5
    np.testing.assert_allclose(electrons.dos.peaks.getData()[1], [0.2], atol=0.01)
    assert "A hint, not evidence" in electrons.hint.text()
    assert window.session.document.crystal is None  # nothing was opened behind it
    dialog.reject()
    assert not window.files.results.dialogs


def test_energies_and_elements_are_chosen_with_the_mouse(
    user: Any, window: MainWindow, qtbot: QtBot, calculation: Path
) -> None:
    user.drop(calculation)
    electrons = shown(window, qtbot).electrons
    assert electrons is not None
    assert electrons.dos is not None
    box = electrons.elements["Mg"]
    QTest.mouseClick(box, LEFT, pos=QPoint(8, box.height() // 2))
    assert set(electrons.dos.parts) == {"B"}
    QTest.keyClick(electrons.window_choice, Qt.Key.Key_Up)  # from ±3 to ±1 eV
    for chart in electrons.charts():
        np.testing.assert_allclose(chart.plot.plotItem.vb.viewRange()[1], (-1, 1))


def test_the_relaxed_structure_goes_into_the_editor(
    user: Any, window: MainWindow, qtbot: QtBot, calculation: Path
) -> None:
    user.drop(calculation)
    dialog = shown(window, qtbot)
    QTest.mouseClick(dialog.open_relaxed, LEFT)
    crystal = window.session.document.crystal
    assert crystal is not None
    np.testing.assert_allclose(crystal.lattice, mgb2().lattice * 1.01, atol=1e-7)


def test_mu_star_moves_tc(user: Any, window: MainWindow, qtbot: QtBot, calculation: Path) -> None:
    user.drop(calculation / "5-phonons" / "a2F.dos1")
    page = shown(window, qtbot).coupling
    assert page is not None
    assert "λ = 1.47" in page.strength.text()
    before = page.answer.text()
    page.mu_star.setFocus()
    QTest.keyClick(page.mu_star, Qt.Key.Key_Right)
    assert page.mu_star_text.text() == "µ* = 0.11"
    assert page.answer.text() != before


def test_plots_are_saved_as_picture_and_numbers(
    user: Any,
    window: MainWindow,
    qtbot: QtBot,
    calculation: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    user.drop(calculation)
    page = shown(window, qtbot).coupling
    assert page is not None
    ask = window.files.ask
    monkeypatch.setattr(ask, "file_to_save", lambda _t, name, _k: tmp_path / name)
    page.buttons.picture.click()
    page.buttons.data.click()
    assert not QImage(str(tmp_path / "mgb2-alpha2f.png")).isNull()
    rows = (tmp_path / "mgb2-alpha2f.csv").read_text().splitlines()
    assert rows[0] == "omega_mev,alpha2f,lambda"
    assert len(rows) == 401


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\x00" * 4000, "does not begin like"),
        (b"<?xml version='1.0'?>\n<modeling>\n <generator>", "not complete"),
    ],
)
def test_a_bad_file_is_one_message_and_the_crystal_stays(
    user: Any, window: MainWindow, qtbot: QtBot, tmp_path: Path, content: bytes, said: str
) -> None:
    window.files.open(mgb2(), None)
    path = tmp_path / "vasprun.xml"
    path.write_bytes(content)
    user.drop(path)
    banner = window.banners[Subject.PROBLEM]
    qtbot.waitUntil(banner.isVisible, timeout=60_000)
    assert said in banner.message.text()
    assert window.session.document.crystal == mgb2()
    assert not window.files.results.dialogs


def test_open_calculation_asks_for_a_file(
    user: Any, window: MainWindow, qtbot: QtBot, calculation: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = calculation / "2-static" / "vasprun.xml"
    monkeypatch.setattr(window.files.ask, "file_to_read", lambda _title, _kinds: chosen)
    window.commands["file.calculation"].trigger()
    assert shown(window, qtbot).found.path == chosen
