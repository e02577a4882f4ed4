"""Phonons in the whole window: dropped, looked at, and taken as a way to Tc."""

from __future__ import annotations

import gzip
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from qe_output import PhRun, Star, matdyn_a2f_on_a_line, plotted
from vasp_output import mgb2

from sc3d_desktop.window import MainWindow
from sc3d_desktop.window.results.dialog import ResultsDialog

ALUMINIUM = Path(__file__).parents[1] / "dft" / "results" / "aluminium"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A real ph.out, compressed, and a dispersion beside it."""
    made = tmp_path / "Al"
    made.mkdir()
    packed = gzip.compress((ALUMINIUM / "ph.out").read_bytes())
    (made / "ph.out.gz").write_bytes(packed)
    points = np.linspace((0, 0, 0), (0.5, 0, 0), 21)
    (made / "path.freq").write_text(plotted(points, np.linspace((0, 0), (90, 190), 21), 4))
    return made


def shown(window: MainWindow, qtbot: QtBot) -> ResultsDialog:
    desk = window.files.results
    qtbot.waitUntil(lambda: bool(desk.dialogs), timeout=60_000)
    dialog = desk.dialogs[-1]
    qtbot.waitExposed(dialog)
    return dialog


def test_dropped_phonons_are_shown_along_the_path_and_at_each_q(
    user: Any, window: MainWindow, qtbot: QtBot, folder: Path
) -> None:
    user.drop(folder)
    dialog = shown(window, qtbot)
    assert "no imaginary modes" in dialog.words.toPlainText()
    page = dialog.phonons
    assert page is not None
    assert len(page.plot.curves.getData()[0]) == 2 * 22  # two modes, with a gap after each
    assert not page.broadening.isVisible()
    page.choice.setFocus()
    QTest.keyClick(page.choice, Qt.Key.Key_Down)
    assert page.choice.currentText() == "Levels at each calculated q"
    assert page.broadening.isVisible()
    assert len(page.plot.discs.getData()[0]) == 9  # all but the acoustic modes at Γ
    assert "The area of a disc" in page.note.text()


def test_lambda_summed_over_q_goes_to_tc_and_mu_star_moves_it(
    user: Any, window: MainWindow, qtbot: QtBot, folder: Path
) -> None:
    user.drop(folder)
    page = shown(window, qtbot).coupling
    assert page is not None
    page.choice.setCurrentIndex(0)
    assert "λ = 0.888" in page.strength.text()
    assert "19.75 K (McMillan)" in page.answer.text()
    assert "summed over q, without α²F" in page.doubt.text()
    before = page.answer.text()
    page.mu_star.setFocus()
    QTest.keyClick(page.mu_star, Qt.Key.Key_Right)
    assert page.answer.text() != before
    assert not page.unstable.isVisibleTo(page)


def test_lambda_as_stated_gives_only_the_formula_that_needs_no_shape(
    user: Any, window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    shutil.copy(ALUMINIUM / "lambda.dat", tmp_path)
    user.drop(tmp_path / "lambda.dat")
    page = shown(window, qtbot).coupling
    assert page is not None
    assert "McMillan" in page.answer.text()
    assert "Allen" not in page.answer.text()
    assert "needs ω₂" in page.doubt.text()


def test_a_tc_of_an_unstable_crystal_is_told_as_none(
    user: Any, window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    soft = Star((0.5, 0.0, 0.0), 3, np.array([-70.0, 50.0, 60.0]))
    (tmp_path / "ph.out").write_text(PhRun(mgb2(), [soft]).text())
    omega = np.linspace(1, 40, 100)
    (tmp_path / "a2F.dos1").write_text(matdyn_a2f_on_a_line(omega, np.full(100, 0.2), 3))
    user.drop(tmp_path)
    dialog = shown(window, qtbot)
    assert dialog.coupling is not None
    assert dialog.coupling.unstable.isVisibleTo(dialog.coupling)
    assert dialog.phonons is not None
    assert dialog.phonons.note.text().startswith("Dynamically unstable")


@pytest.mark.parametrize(("view", "head", "lines"), [(0, "distance,q_x", 22), (1, "q_x,q_y", 13)])
def test_phonons_are_saved_as_numbers(
    user: Any,
    window: MainWindow,
    qtbot: QtBot,
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    view: int,
    head: str,
    lines: int,
) -> None:
    user.drop(folder)
    page = shown(window, qtbot).phonons
    assert page is not None
    page.choice.setCurrentIndex(view)
    monkeypatch.setattr(window.files.ask, "file_to_save", lambda _t, name, _k: tmp_path / name)
    page.buttons.data.click()
    rows = (tmp_path / "Al-phonons.csv").read_text().splitlines()
    assert rows[0].startswith(head)
    assert len(rows) == lines
    table = np.array([row.split(",") for row in rows[1:]], dtype=float)
    assert np.isfinite(table).all()
