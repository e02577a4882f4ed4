"""The table of what was read, as tests look at it and click into it."""

from __future__ import annotations

from pathlib import Path

from crystal_cases import cif
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog

from sc3d_desktop.crystal.formula import formula
from sc3d_desktop.jobs import ReadFiles
from sc3d_desktop.window import MainWindow
from sc3d_desktop.window.opened_model import FILE
from sc3d_desktop.window.opened_table import OpenedTable

DOUBTFUL = cif("Mg1 Mg 0 0 0 ?")
BAD = "not a CIF at all"
TWO_SITES = cif("Mg1 Mg 0 0 0 1\nB1 B 0.5 0.5 0.5 0.5")


def shown(window: MainWindow) -> str:
    crystal = window.session.document.crystal
    return formula(crystal.composition) if crystal is not None else ""


def table(window: MainWindow) -> OpenedTable:
    """It is on the screen, and no dialog is."""
    dialogs = [w for w in QApplication.topLevelWidgets() if isinstance(w, QDialog)]
    assert not [w for w in dialogs if w.isVisible()]
    found = window.files.reading.table
    assert found.isVisible()
    QApplication.processEvents()  # the splitter makes room
    assert found.view.visibleRegion().boundingRect().height() > 100
    return found


def column(shown: OpenedTable, n: int) -> list[str]:
    model = shown.model
    return [model.index(row, n).data() for row in range(model.rowCount())]


def reading(window: MainWindow) -> bool:
    return any(isinstance(job, ReadFiles) for job in window.session.engine.jobs().values())


def write(folder: Path, texts: list[str]) -> list[Path]:
    folder.mkdir(exist_ok=True)
    paths = [folder / f"{i:04}.cif" for i in range(len(texts))]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text, encoding="utf-8")
    return paths


def click(opened: OpenedTable, row: int, n: int = 1) -> None:
    at = opened.view.visualRect(opened.model.index(row, FILE)).center()
    viewport = opened.view.viewport()
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=at)
    if n == 2:
        QTest.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=at)
