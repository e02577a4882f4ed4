"""Sources, filters and runs on the page where a screening begins."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from sc3d_desktop.jobs.runs import RunState
from sc3d_desktop.panels.icsd_screening import IcsdScreening, texts
from sc3d_desktop.screening.filters import Filters
from sc3d_desktop.screening.store import RunSpec
from sc3d_desktop.state.plan import Plan
from sc3d_desktop.state.screening import Screening

LEFT = Qt.MouseButton.LeftButton
FOLDER = {"kind": "files", "paths": ["/data/cifs"]}
ARCHIVE = {"kind": "files", "paths": ["/data/more.zip"]}
SPEC = RunSpec((FOLDER,), Filters().as_json(), "model 1", "1")


def test_sources_are_listed_with_counts_and_removed_with_a_key(
    plan: Plan, panel: IcsdScreening
) -> None:
    page = panel.begin
    assert not page.start.isEnabled()
    plan.add(FOLDER)
    plan.add(ARCHIVE)
    plan.tell(FOLDER, 1200)
    shown = [
        (page.sources.topLevelItem(i).text(0), page.sources.topLevelItem(i).text(1))  # type: ignore[union-attr]
        for i in range(2)
    ]
    assert shown == [("cifs", "1,200"), ("more.zip", "counting…")]
    assert page.estimate.text() == "Counting…"
    page.sources.setFocus()
    QTest.keyClick(page.sources, Qt.Key.Key_Down)
    QTest.keyClick(page.sources, Qt.Key.Key_Delete)
    assert [source.described for source in plan.sources] == [FOLDER]
    assert page.start.isEnabled()


def test_the_time_is_estimated_from_the_rate_of_the_last_run(
    plan: Plan, screening: Screening, panel: IcsdScreening
) -> None:
    plan.add(FOLDER)
    plan.tell(FOLDER, 36_000)
    assert "unknown yet" in panel.begin.estimate.text()
    screening.rate = 50.0
    plan.call("x")
    assert "about 12 min" in panel.begin.estimate.text()


def test_a_source_with_a_problem_says_so_and_holds_the_start_back(
    plan: Plan, panel: IcsdScreening
) -> None:
    plan.add(FOLDER)
    plan.tell(FOLDER, None, "There is no /data/cifs.")
    item = panel.begin.sources.topLevelItem(0)
    assert item is not None
    assert (item.text(1), item.toolTip(0)) == ("!", "There is no /data/cifs.")
    assert not panel.begin.start.isEnabled()


def test_only_files_can_be_dropped(panel: IcsdScreening, qtbot: QtBot) -> None:
    target = panel.begin.sources.viewport()
    action, keys = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    text, files = QMimeData(), QMimeData()
    text.setText("MgB2")
    files.setUrls([QUrl.fromLocalFile("/data/cifs")])
    for data, wanted in ((text, False), (files, True)):
        event = QDragEnterEvent(QPoint(20, 20), action, data, LEFT, keys)
        QApplication.sendEvent(target, event)
        assert event.isAccepted() is wanted
    with qtbot.waitSignal(panel.begin.sources.dropped) as dropped:
        event = QDropEvent(QPointF(20, 20), action, files, LEFT, keys)
        QApplication.sendEvent(target, event)
    assert dropped.args == [[Path("/data/cifs")]]


def test_filters_are_taken_from_boxes_ranges_and_the_periodic_table(
    plan: Plan, panel: IcsdScreening
) -> None:
    form = panel.begin.filters
    QTest.mouseClick(form.radioactive, LEFT, pos=QPoint(8, 8))
    QTest.mouseClick(form.disorders.boxes["SD"], LEFT, pos=QPoint(8, 8))
    form.sites.low.setFocus()
    QTest.keyClicks(form.sites.low, "4")
    QTest.mouseClick(form.elements, LEFT)
    assert form.popup is not None
    for symbol, key in (("La", Qt.Key.Key_Plus), ("Hg", Qt.Key.Key_Minus)):
        QTest.mouseMove(form.popup.table, form.popup.table.cell(symbol).center().toPoint())
        form.popup.table.set_current(symbol)
        QTest.keyClick(form.popup.table, key)
    form.popup.hide()
    wanted = Filters(
        must=("La",), must_not=("Hg",), radioactive=True, disorders=("SD",), fewest_sites=4
    )
    assert plan.filters == wanted
    assert form.asked.text() == "with La; without Hg"
    plan.filter_by(Filters())
    assert (form.asked.text(), form.sites.low.text()) == ("any", "")
    assert form.radioactive.isChecked()


def test_runs_are_told_by_how_far_they_are(screening: Screening, panel: IcsdScreening) -> None:
    runs = (
        RunState(Path("/r/whole.sqlite"), SPEC, 90, 90, True),
        RunState(Path("/r/part.sqlite"), SPEC, 32, 90),
        RunState(Path("/r/bad.sqlite"), problem="It is no run."),
    )
    screening.use_model("model 2")
    screening.show_runs(runs, None)
    lines = panel.begin.runs.lines
    said = [lines.topLevelItem(i).text(1) for i in range(3)]  # type: ignore[union-attr]
    assert said == [
        "finished, 90, another model", "stopped at 32 of 90, another model", "cannot be used",
    ]  # fmt: skip
    assert not panel.begin.go_on.isVisible()
    screening.show_runs(runs, runs[1])
    assert panel.begin.go_on.isVisible()


def test_a_run_is_deleted_with_two_presses_that_are_no_double_click(
    screening: Screening, panel: IcsdScreening, qtbot: QtBot
) -> None:
    screening.show_runs((RunState(Path("/r/part.sqlite"), SPEC, 32, 90),), None)
    runs, deleted = panel.begin.runs, []
    runs.delete_wanted.connect(deleted.append)
    QTest.mouseClick(runs.delete, LEFT)
    QTest.mouseClick(runs.delete, LEFT)
    assert deleted == []
    assert runs.delete.text() == "Delete for good"
    QTest.qWait(QApplication.doubleClickInterval() + 50)
    QTest.mouseClick(runs.delete, LEFT)
    assert deleted == [Path("/r/part.sqlite")]


def test_what_can_be_done_with_a_run_depends_on_it(
    screening: Screening, panel: IcsdScreening
) -> None:
    whole = RunState(Path("/r/whole.sqlite"), SPEC, 90, 90, True)
    bad = RunState(Path("/r/bad.sqlite"), problem="It is no run.")
    screening.show_runs((whole, bad), None)
    runs = panel.begin.runs
    buttons = (runs.open, runs.resume, runs.delete)
    assert [button.isEnabled() for button in buttons] == [True, False, True]
    runs.lines.setFocus()
    QTest.keyClick(runs.lines, Qt.Key.Key_Down)
    assert [button.isEnabled() for button in buttons] == [False, False, True]
    opened: list[Path] = []
    runs.open_wanted.connect(opened.append)
    QTest.keyClick(runs.lines, Qt.Key.Key_Return)
    QTest.keyClick(runs.lines, Qt.Key.Key_Up)
    QTest.keyClick(runs.lines, Qt.Key.Key_Return)
    assert opened == [whole.path]


def test_a_recipe_brings_filters_and_what_is_looked_at(
    plan: Plan, screening: Screening, panel: IcsdScreening
) -> None:
    page = panel.begin
    plan.filter_by(Filters(must=("Cu", "O")))
    QTest.mouseClick(page.hide_known, LEFT, pos=QPoint(8, page.hide_known.height() // 2))
    assert screening.wanted.hide_known
    page.recipe.ask_name = lambda: "new cuprates"  # type: ignore[method-assign]
    QTest.mouseClick(page.recipe.save, LEFT)
    radioactive = page.filters.radioactive
    QTest.mouseClick(radioactive, LEFT, pos=QPoint(8, radioactive.height() // 2))
    assert page.recipe.changed.isVisible()
    plan.filter_by(Filters())
    screening.hide_known(False)
    page.recipe.names.setFocus()
    QTest.keyClick(page.recipe.names, Qt.Key.Key_Up)
    QTest.keyClick(page.recipe.names, Qt.Key.Key_Down)
    assert plan.filters == Filters(must=("Cu", "O"))
    assert page.hide_known.isChecked()
    assert page.filters.asked.text() == "with Cu, O"
    assert not page.recipe.changed.isVisible()


def test_numbers_are_said_as_a_person_would() -> None:
    assert texts.duration(0.2) == "1 s"
    assert texts.duration(600) == "10 min"
    assert texts.duration(7200) == "2.0 h"
    assert texts.estimate(1, 0.0).startswith("1 input.")
    assert "once they have been read" in texts.estimate(0, 50.0)
