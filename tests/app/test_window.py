"""The window as a whole: selection, layout, commands, closing."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from sc3d_desktop.app import compose
from sc3d_desktop.app.errors import ErrorReporter
from sc3d_desktop.errors import Sc3dError
from sc3d_desktop.jobs import Cancelled, Job, LoadModel, Progress, Services
from sc3d_desktop.models.interface import NearestKnown, TcPrediction
from sc3d_desktop.state.answer import AnswerStatus
from sc3d_desktop.window import MainWindow
from sc3d_desktop.window.about import AboutDialog
from sc3d_desktop.window.banner import Subject
from sc3d_desktop.window.command_palette import CommandPalette
from sc3d_desktop.window.menus import MENUS, TOOL_BAR


def test_a_row_of_the_table_selects_in_the_picture_and_an_atom_selects_its_row(
    user: Any, window: MainWindow, mgb2: Path
) -> None:
    user.drop(mgb2)
    table = window.editor.orbits
    row = table.visualRect(table.orbit_model.index(1, 0)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=row)
    assert window.session.document.selection == (1, 2)
    assert window.canvas._selection == (1, 2)
    user.click_site(0)
    assert window.session.document.selection == (0,)
    assert table.currentIndex().row() == 0
    assert window.editor.site.title.text() == "Occupancy of Mg1"


def test_a_click_beside_all_atoms_selects_nothing(
    user: Any, window: MainWindow, mgb2: Path
) -> None:
    user.drop(mgb2)
    user.click_site(-1)
    assert window.session.document.selection == ()
    assert not window.editor.orbits.selectionModel().hasSelection()
    assert window.editor.site.hint.isVisible()


def test_only_this_site_changes_one_site_of_an_orbit(
    user: Any, window: MainWindow, mgb2: Path
) -> None:
    user.drop(mgb2)
    user.click_site(2)
    assert window.session.document.selection == (1, 2)
    window.editor.site.one_site.click()
    user.click_site(2)
    assert window.session.document.selection == (2,)
    user.add_dopant("C")
    user.enter(user.row("C").box, "0.1")
    sites = window.session.document.crystal.sites
    assert dict(sites[1].species) == {"B": 1.0}
    assert dict(sites[2].species) == pytest.approx({"B": 0.9, "C": 0.1})
    assert len(window.editor.orbits.orbit_model.orbits) == 3


def test_the_cell_is_edited_with_its_symmetry_and_a_bad_cell_is_explained(
    user: Any, window: MainWindow, mgb2: Path
) -> None:
    user.drop(mgb2)
    cell = window.editor.cell
    user.enter(cell.boxes[0], "3.2")
    assert window.session.document.crystal.cell_parameters[:2] == pytest.approx((3.2, 3.2))
    before = window.session.document.crystal
    user.enter(cell.boxes[2], "0.1")
    assert window.session.document.crystal is before
    assert window.editor.cell_problem.isVisible()
    assert cell.boxes[2].has_problem
    QTest.keyClick(cell.boxes[2], Qt.Key.Key_Escape)
    assert not window.editor.cell_problem.isVisible()
    assert cell.boxes[2].value() == pytest.approx(3.524)


def test_undo_works_while_a_number_has_the_focus(user: Any, window: MainWindow, mgb2: Path) -> None:
    user.drop(mgb2)
    user.enter(window.editor.cell.boxes[2], "3.6")
    user.press("Ctrl+Z")
    assert window.session.document.crystal.cell_parameters[2] == pytest.approx(3.524)
    user.press("Ctrl+Shift+Z")
    assert window.session.document.crystal.cell_parameters[2] == pytest.approx(3.6)


def test_undo_names_what_it_takes_back(user: Any, window: MainWindow, mgb2: Path) -> None:
    user.drop(mgb2)
    undo = window.commands["edit.undo"]
    assert not undo.isEnabled()
    user.add_dopant("Al")
    user.enter(user.row("Al").box, "0.1")
    assert undo.isEnabled()
    assert "Al on Mg1" in undo.text()


def test_while_a_file_is_held_over_the_window_it_says_drop_to_open(
    user: Any, window: MainWindow, mgb2: Path
) -> None:
    user.drag_over(mgb2, on=window.predictor)
    overlay = window.drop.overlay
    assert overlay.isVisible()
    assert overlay.size() == window.size()
    user.drop(mgb2, on=window.canvas)
    assert not overlay.isVisible()


def test_a_floating_panel_takes_files_too(user: Any, window: MainWindow, mgb2: Path) -> None:
    window.docks["tc_predictor"].setFloating(True)
    user.drop(mgb2, on=window.predictor)
    assert window.session.document.crystal is not None


def test_the_layout_is_as_it_was_left(open_window: Callable[[], MainWindow]) -> None:
    first = open_window()
    first.docks["tc_predictor"].hide()
    first.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, first.docks["structure_editor"])
    first.set_theme("dark")
    first.close()
    second = open_window()
    assert not second.docks["tc_predictor"].isVisible()
    left = second.dockWidgetArea(second.docks["structure_editor"])
    assert left == Qt.DockWidgetArea.LeftDockWidgetArea
    assert second.palette().color(QPalette.ColorRole.Window).lightness() < 80
    second.restore_usual_layout()
    assert second.docks["tc_predictor"].isVisible()


FULL = {
    "p_superconductor": 0.97,
    "domain": "inside",
    "novelty": 0.01,
    "in_training": True,
    "nearest": tuple(NearestKnown(f"YBa2Cu3O6.{n}", 90.0 - n, n / 9, "Wu 1987") for n in range(5)),
}


@pytest.mark.parametrize("states", [{}, FULL, {**FULL, "p_superconductor": 0.12}])
@pytest.mark.parametrize("size", [(1280, 800), (1920, 1080)])
def test_everything_fits_in_the_usual_layout(
    user: Any,
    window: MainWindow,
    ybco: Path,
    qtbot: QtBot,
    model: Any,
    size: tuple[int, int],
    states: dict[str, Any],
) -> None:
    model.states = states
    window.resize(*size)
    window.restore_usual_layout()
    user.drop(ybco)
    user.add_dopant("F")
    user.answer()
    window.session.answer.show_parent(TcPrediction(50.0, 20.0, 90.0, (), "model"))
    qtbot.wait(50)
    assert window.predictor.value.change.isVisible()
    answer = window.predictor
    assert answer.verticalScrollBar().maximum() == 0
    assert answer.widget().width() <= answer.viewport().width()
    rows = window.editor.site.species
    assert rows.verticalScrollBar().maximum() == 0
    for row in rows.rows.values():
        assert row.balance.visibleRegion().boundingRect() == row.balance.rect()
    browsing = window.docks["dataset_browser"].isVisible()
    assert browsing == (size[0] >= 1600)
    assert window.canvas.width() > (0.44 if browsing else 0.6) * window.width()


def test_every_place_in_menus_and_tool_bar_is_a_known_command(window: MainWindow) -> None:
    def ids(entries: Any) -> Generator[str, None, None]:
        for entry in entries:
            if isinstance(entry, str):
                yield entry
            else:
                yield from ids(entry[1])

    placed = {name for name in ids((*MENUS, *TOOL_BAR)) if name}
    assert placed <= set(window.commands)
    assert set(window.commands) <= placed


def test_the_palette_finds_a_command_by_a_few_letters_and_runs_it(
    user: Any, window: MainWindow, mgb2: Path, qtbot: QtBot
) -> None:
    user.drop(mgb2)
    user.press("Ctrl+K")
    (palette,) = window.findChildren(CommandPalette)
    QTest.keyClicks(palette.search, "show lab")
    assert palette.found == ["show.labels"]
    QTest.keyClick(palette.search, Qt.Key.Key_Return)
    assert window.commands["show.labels"].isChecked()
    assert not palette.isVisible()


def test_no_two_commands_share_a_shortcut(window: MainWindow) -> None:
    keys = [key for name in window.commands for key in window.commands.command(name).shortcuts]
    assert len(keys) == len(set(keys))


def test_about_names_the_model_and_the_paper(window: MainWindow, qtbot: QtBot) -> None:
    window.session.engine.submit(LoadModel())
    qtbot.waitUntil(lambda: "small model" in window.job_bar.model.text(), timeout=5000)
    window.show_about()
    dialog = window.findChild(AboutDialog)
    assert "small model 1 (0123abcd)" in dialog.text.text()
    assert "Ordered and Disordered Material Structures" in dialog.text.text()
    dialog.close()


@dataclass(frozen=True)
class Endless(Job[None]):
    """Goes on until it is cancelled."""

    @property
    def title(self) -> str:
        return "Count for ever"

    def run(self, services: Services) -> Generator[Progress, None, None]:
        n = 0
        while True:
            n += 1
            time.sleep(0.005)
            yield Progress(n, 0)


def test_closing_the_window_ends_a_running_job_and_its_thread(
    window: MainWindow, qtbot: QtBot
) -> None:
    events: list[Any] = []
    engine = window.session.engine
    engine.told.connect(lambda _id, event: events.append(event))
    engine.submit(Endless())
    qtbot.waitUntil(lambda: any(isinstance(e, Progress) for e in events), timeout=5000)
    assert [job.title for job in window.job_bar.shown_jobs()] == ["Count for ever"]
    window.close()
    assert isinstance(events[-1], Cancelled)
    assert not engine._thread.isRunning()


def test_an_unexpected_error_is_shown_once_with_details_to_copy(
    window: MainWindow, capsys: pytest.CaptureFixture[str]
) -> None:
    with ErrorReporter(window) as reporter:
        try:
            raise ZeroDivisionError("the cell is upside down")
        except ZeroDivisionError as error:
            sys.excepthook(type(error), error, error.__traceback__)
    assert sys.excepthook is not reporter.report
    banner = window.banners[Subject.PROBLEM]
    assert "the cell is upside down" in banner.message.text()
    banner.buttons[0].click()
    copied = QApplication.clipboard().text()
    assert "ZeroDivisionError" in copied
    assert "test_window.py" in copied
    assert "upside down" in capsys.readouterr().err


def test_a_model_that_cannot_load_is_said_where_the_number_would_be(
    user: Any, window: MainWindow, mgb2: Path, model: Any, qtbot: QtBot
) -> None:
    def fail(_crystals: Any) -> None:
        raise Sc3dError("The weights are damaged.", "Install the program again.")

    model.predict = fail
    user.drop(mgb2)
    qtbot.waitUntil(lambda: window.session.answer.status is AnswerStatus.FAILED, timeout=5000)
    assert window.predictor.value.problem.isVisible()
    assert "The weights are damaged. Install" in window.predictor.value.problem.text()
    assert " K" not in window.predictor.value.value.text()


def test_opening_a_crystal_does_not_wait_for_torch(mgb2: Path) -> None:
    """In a fresh interpreter, on the offscreen platform: no panel may import it on this thread."""
    code = f"""
import sys
from pathlib import Path
from sc3d_desktop.app.compose import application, build_window
application()
class NoModel:
    def tc_model(self):
        raise RuntimeError
window = build_window(NoModel)
window.files.open_paths([Path({str(mgb2)!r})])
window.close()
sys.exit("torch" in sys.modules or "pymatgen" in sys.modules)
"""
    environment = {"QT_QPA_PLATFORM": "offscreen", "SC3D_HOME": str(mgb2.parent)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, check=False)
    assert done.returncode == 0


def test_a_window_that_cannot_be_made_ends_its_engine_and_says_why(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fails(session: object) -> None:
        raise RuntimeError("no window")

    monkeypatch.setattr(compose, "MainWindow", fails)
    with pytest.raises(RuntimeError, match="no window"):
        compose.build_window(home=tmp_path)
