"""The real window with a model small enough to answer at once."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from browser_cases import fill
from PySide6.QtCore import QMimeData, QPoint, QPointF, QSize, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from screening_cases import some_pieces
from screening_window import N, idle
from window_cases import settle

from sc3d_desktop.app import build_window
from sc3d_desktop.crystal import Crystal
from sc3d_desktop.models.interface import TcPrediction
from sc3d_desktop.panels.structure_editor.species import SpeciesRow
from sc3d_desktop.state.answer import AnswerStatus
from sc3d_desktop.window import MainWindow

if TYPE_CHECKING:
    from sc3d_desktop.generation.sampling import CandidateSampler

MGB2 = """data_MgB2
_chemical_name_common 'Magnesium diboride'
_cell_length_a 3.086
_cell_length_b 3.086
_cell_length_c 3.524
_cell_angle_alpha 90
_cell_angle_beta 90
_cell_angle_gamma 120
_space_group_name_H-M_alt 'P 6/m m m'
loop_
_atom_site_label
_atom_site_type_symbol
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
_atom_site_occupancy
Mg1 Mg 0 0 0 1
B1 B 0.33333333 0.66666667 0.5 1
"""

YBCO = """data_YBCO
_cell_length_a 3.8227
_cell_length_b 3.8872
_cell_length_c 11.6802
_cell_angle_alpha 90
_cell_angle_beta 90
_cell_angle_gamma 90
_space_group_name_H-M_alt 'P m m m'
loop_
_atom_site_label
_atom_site_type_symbol
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
_atom_site_occupancy
Y1 Y 0.5 0.5 0.5 1
Ba1 Ba 0.5 0.5 0.1843 1
Cu1 Cu 0 0 0 1
Cu2 Cu 0 0 0.3556 1
O1 O 0 0.5 0 0.93
O2 O 0.5 0 0.3773 1
O3 O 0 0.5 0.3789 1
O4 O 0 0 0.1590 1
"""


class SmallModel:
    """Tc falls with the number of atoms that are neither Mg nor B. ``gate`` holds answers back.
    ``states`` are fields of each prediction.
    """

    name = "small model 1 (0123abcd)"
    device = "cpu"
    card_lines = (("Data", "3 crystals, <none> of them real"), ("Licence", "CC BY 4.0\nsee there"))

    def __init__(self) -> None:
        self.states: dict[str, Any] = {}
        self.gate = threading.Event()
        self.gate.set()
        self.asked: list[Crystal] = []

    def predict(self, crystals: Sequence[Crystal]) -> list[TcPrediction]:
        self.asked += crystals
        self.gate.wait(20)
        return [self._one(crystal) for crystal in crystals]

    def sampler(self) -> CandidateSampler:
        """One that has learned nothing."""
        import torch
        from diffusion_cases import denoiser

        from sc3d_desktop.generation.sampling import CandidateSampler

        torch.manual_seed(1)
        return CandidateSampler(denoiser().float(), None, {}, "a generator that learned nothing")

    def _one(self, crystal: Crystal) -> TcPrediction:
        foreign = sum(n for el, n in crystal.composition.items() if el not in ("Mg", "B"))
        holes = sum(site.species.vacancy for site in crystal.sites)
        tc = 39.0 * math.exp(-foreign - holes)
        sites = (math.log(tc),) * len(crystal)
        return TcPrediction(tc, tc / 1.8, tc * 1.8, sites, self.name, **self.states)


class SmallServices:
    def __init__(self, model: SmallModel) -> None:
        self._model = model

    def tc_model(self) -> SmallModel:
        return self._model

    def sampler(self) -> CandidateSampler:
        return self._model.sampler()


@pytest.fixture
def model() -> Iterator[SmallModel]:
    made = SmallModel()
    yield made
    made.gate.set()


@pytest.fixture
def open_window(qtbot: QtBot, model: SmallModel) -> Iterator[Callable[[], MainWindow]]:
    """Makes windows as the program does; each is closed at the end, which ends its engine."""
    windows: list[MainWindow] = []

    def make() -> MainWindow:
        window = build_window(lambda: SmallServices(model))
        windows.append(window)
        window.resize(QSize(1280, 800))
        with qtbot.waitExposed(window):
            window.show()
        window.activateWindow()
        window.add_plots()
        return window

    yield make
    model.gate.set()
    for window in windows:
        window.close()
        window.deleteLater()


@pytest.fixture
def window(open_window: Callable[[], MainWindow]) -> MainWindow:
    return open_window()


@pytest.fixture
def filled(open_window: Callable[[], MainWindow], qtbot: QtBot) -> MainWindow:
    """A window whose catalogue holds twelve materials, with the starter set taken as there."""
    window = open_window()
    fill(window.session.browser.path)
    window.catalogue.bring_in = lambda *_source, **_how: None  # type: ignore[method-assign]
    window.catalogue.start()
    settle(window, qtbot)
    del window.catalogue.bring_in
    window.show_browser()
    return window


@pytest.fixture
def mgb2(tmp_path: Path) -> Path:
    return _written(tmp_path / "MgB2.cif", MGB2)


@pytest.fixture
def ybco(tmp_path: Path) -> Path:
    return _written(tmp_path / "YBCO.cif", YBCO)


def _written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


class User:
    """Does to a window what a person does: real mouse, key and drop events."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self.window = window
        self._qtbot = qtbot

    def drop(self, *paths: Path, on: QWidget | None = None) -> None:
        """Drag files over a widget and let them go. Qt offers the drag to the widget's parents."""
        target = self.drag_over(*paths, on=on)
        event = QDropEvent(*self._drop_arguments(paths))
        QApplication.sendEvent(target, event)
        assert event.isAccepted()

    def drag_over(self, *paths: Path, on: QWidget | None = None) -> QWidget:
        target: QWidget | None = on or self.window
        at, *rest = self._drop_arguments(paths)
        while target is not None:
            if target.acceptDrops():
                event = QDragEnterEvent(at.toPoint(), *rest)
                QApplication.sendEvent(target, event)
                if event.isAccepted():
                    return target
            target = None if target.isWindow() else target.parentWidget()
        raise AssertionError("nothing takes this drop")

    def _drop_arguments(self, paths: tuple[Path, ...]) -> tuple[Any, ...]:
        self._data = QMimeData()  # Qt does not keep it alive
        self._data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        action, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
        return QPointF(60, 60), action, self._data, left, Qt.KeyboardModifier.NoModifier

    def answer(self) -> float:
        """The Tc on screen once it belongs to the crystal on screen."""
        answer = self.window.session.answer
        self._qtbot.waitUntil(lambda: answer.status is AnswerStatus.CURRENT, timeout=5000)
        assert answer.prediction is not None
        return answer.prediction.tc_kelvin

    def row(self, element: str) -> SpeciesRow:
        return self.window.editor.site.species.rows[element]

    def add_dopant(self, element: str) -> None:
        """Through the button and the periodic table."""
        site = self.window.editor.site
        QTest.mouseClick(site.add_dopant, Qt.MouseButton.LeftButton)
        assert site.popup is not None
        assert site.popup.isVisible()
        site.popup.table.element_picked.emit(element)

    def drag_slider(self, element: str, to: float, steps: int = 8) -> None:
        slider = self.row(element).slider
        self._qtbot.waitUntil(lambda: slider.width() > 90)
        middle, left = slider.height() / 2, Qt.MouseButton.LeftButton
        start, end = slider.x_of(slider.occupancy), slider.x_of(to)
        QTest.mousePress(slider, left, pos=QPointF(start, middle).toPoint())
        for i in range(1, steps + 1):
            at = QPointF(start + (end - start) * i / steps, middle)
            QTest.mouseMove(slider, at.toPoint())
        QTest.mouseRelease(slider, left, pos=QPointF(end, middle).toPoint())

    def enter(self, box: QWidget, text: str) -> None:
        box.setFocus()
        QTest.keyClick(box, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClicks(box, text)
        QTest.keyClick(box, Qt.Key.Key_Return)

    def press(self, keys: str) -> None:
        """Through the window system's side of Qt, so that shortcuts are looked up as usual."""
        pressed = QKeySequence(keys)[0]
        handle = self.window.windowHandle()
        self.window.activateWindow()
        self._qtbot.waitUntil(self.window.isActiveWindow)
        QTest.keyClick(handle, pressed.key(), pressed.keyboardModifiers())

    def click_site(self, site: int) -> None:
        QTest.mouseClick(self.window.canvas, Qt.MouseButton.LeftButton, pos=self._pixel_of(site))

    def _pixel_of(self, site: int) -> QPoint:
        canvas = self.window.canvas
        for y in range(0, canvas.height(), 6):
            for x in range(0, canvas.width(), 6):
                if canvas.pick(x, y) == site:
                    return QPoint(x, y)
        raise AssertionError(f"site {site} is not on the screen")


@pytest.fixture
def user(window: MainWindow, qtbot: QtBot) -> User:
    return User(window, qtbot)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "cifs"
    made.mkdir()
    for i, piece in enumerate(some_pieces(N, 8)):
        content = piece.content if isinstance(piece.content, bytes) else b"nothing"
        (made / f"{i:03d}.cif").write_bytes(content)
    return made


@pytest.fixture
def screening(window: MainWindow, qtbot: QtBot) -> MainWindow:
    """A window that shows the panel, reading in its own process."""
    window.screenings.workers = 0
    window.session.browser.open()
    window.screenings.start()
    window.show_screening()
    idle(window, qtbot)
    return window
