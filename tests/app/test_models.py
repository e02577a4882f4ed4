"""From lab records to a better model, judged, used and rolled back, by mouse."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fine_tune_cases import nickelates, small_model
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QDialog
from pytestqt.qtbot import QtBot

from sc3d_desktop.app.compose import build_window
from sc3d_desktop.data import Catalogue
from sc3d_desktop.data.lab_record import LabRecord
from sc3d_desktop.data.records import put_record
from sc3d_desktop.engine.services import LocalServices
from sc3d_desktop.jobs import FineTune, Progress, RecordSource
from sc3d_desktop.models import registry
from sc3d_desktop.training.fine_tune import judge, work
from sc3d_desktop.window import MainWindow
from sc3d_desktop.window.banner import Subject

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def window(tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[MainWindow]:
    """With a small model in the place of the shipped one, and few known superconductors."""
    small_model(tmp_path / "sodnet.safetensors")
    for module in ("registry", "sodnet.predictor"):
        monkeypatch.setattr(f"sc3d_desktop.models.{module}.weights", lambda: tmp_path)
    known = judge.known_superconductors()[::40]
    monkeypatch.setattr(judge, "known_superconductors", lambda: known)
    made = build_window()
    made.resize(QSize(1280, 800))
    with qtbot.waitExposed(made):
        made.show()
    made.activateWindow()
    yield made
    made.close()
    made.deleteLater()


@pytest.fixture
def recorded(window: MainWindow) -> MainWindow:
    """Six nickelates were made."""
    with Catalogue.open(window.session.browser.path) as catalogue:
        for made in nickelates(n=6):
            put_record(catalogue, made.formula, LabRecord(tc_kelvin=made.tc_kelvin))
    return window


def click(button: QAbstractButton) -> None:
    assert button.isVisible()
    assert button.isEnabled()
    QTest.mouseClick(button, LEFT, pos=QPoint(button.width() // 2, button.height() // 2))


def choose(window: MainWindow, command: str) -> None:
    window.commands[command].trigger()


def improved(window: MainWindow, qtbot: QtBot) -> Any:
    """The dialog with the result, after the user has asked for it."""
    choose(window, "model.improve")
    dialog = window.models.improving
    assert dialog is not None
    assert dialog.chosen == ("my-measurements",)
    QTest.keyClicks(dialog.name, "nickel")
    click(dialog.start)
    qtbot.waitUntil(lambda: window.models.result is not None, timeout=120_000)
    return window.models.result


def model_name(window: MainWindow) -> str:
    return window.job_bar.model.text()


def test_a_model_is_improved_used_and_rolled_back_and_the_answer_follows(
    recorded: MainWindow, user: Any, qtbot: QtBot, mgb2: Path
) -> None:
    window = recorded
    user.drop(mgb2)
    user.answer()
    before = window.session.answer.prediction
    result = improved(window, qtbot)
    assert "used" in result.headline.text()
    assert registry.in_use() == "shipped"
    click(result.use)
    assert registry.in_use() == "nickel"
    qtbot.waitUntil(lambda: "nickel" in model_name(window), timeout=30_000)
    user.answer()
    after = window.session.answer.prediction
    assert "nickel" in after.model
    assert after.model != before.model
    banner = window.banners[Subject.DONE]
    assert "“nickel”" in banner.message.text()
    click(banner.buttons[0])
    assert registry.in_use() == "shipped"
    qtbot.waitUntil(lambda: model_name(window).startswith("SODNet 1 ("), timeout=30_000)
    assert user.answer() == before.tc_kelvin
    assert window.session.answer.prediction.model == before.model


def test_keeping_the_present_one_leaves_the_new_one_among_the_versions(
    recorded: MainWindow, qtbot: QtBot
) -> None:
    result = improved(recorded, qtbot)
    assert result.records.rowCount() == 6
    click(result.keep)
    assert registry.in_use() == "shipped"
    assert [v.name for v in registry.versions()] == ["shipped", "nickel"]


def test_versions_are_compared_used_rolled_back_and_deleted(
    recorded: MainWindow, user: Any, qtbot: QtBot, mgb2: Path
) -> None:
    window = recorded
    user.drop(mgb2)
    user.answer()
    click(improved(window, qtbot).keep)
    choose(window, "model.versions")
    dialog = window.models.versions
    assert dialog is not None
    assert not dialog.use.isEnabled()
    pick(dialog, 1)
    assert "6 records of my-measurements" in dialog.card.toPlainText()
    click(dialog.compare)
    qtbot.waitUntil(lambda: "The open crystal" in dialog.compared.text(), timeout=60_000)
    assert "your 6 records" in dialog.compared.text()
    click(dialog.use)
    assert registry.in_use() == "nickel"
    assert not dialog.delete.isEnabled()
    click(dialog.back)
    assert registry.in_use() == "shipped"
    pick(dialog, 1)
    click(dialog.delete)
    assert registry.weights_file("nickel").exists()
    click(dialog.delete)
    assert not registry.weights_file("nickel").exists()
    assert dialog.table.rowCount() == 1
    dialog.close()
    qtbot.waitUntil(lambda: not window.session.engine.jobs(), timeout=30_000)


def pick(dialog: Any, row: int) -> None:
    at = dialog.table.visualItemRect(dialog.table.item(row, 0)).center()
    QTest.mouseClick(dialog.table.viewport(), LEFT, pos=at)


def test_a_damaged_version_is_shown_as_such_and_can_only_be_deleted(window: MainWindow) -> None:
    path = small_model(registry.weights_file("broken")).path
    path.write_bytes(path.read_bytes()[:1000])
    choose(window, "model.versions")
    dialog = window.models.versions
    assert dialog is not None
    pick(dialog, 1)
    assert "damaged" in dialog.card.toPlainText()
    assert not dialog.use.isEnabled()
    assert not dialog.compare.isEnabled()
    click(dialog.delete)
    click(dialog.delete)
    assert not path.exists()
    dialog.close()


def stop_half_way(window: MainWindow) -> None:
    """As a crash would: what is done stays on disk."""
    source = RecordSource(window.session.browser.path, ("my-measurements",))
    steps = FineTune(source, network=False).run(LocalServices())
    for at in steps:
        if isinstance(at, Progress) and (at.done, at.total) == (4, 6):
            break
    steps.close()


def test_one_that_was_stopped_is_offered_and_gone_on_with(
    recorded: MainWindow, qtbot: QtBot
) -> None:
    window = recorded
    stop_half_way(window)
    choose(window, "model.improve")
    dialog = window.models.improving
    assert dialog is not None
    (line,) = (dialog.stopped.lines.item(i).text() for i in range(dialog.stopped.lines.count()))
    assert "6 records of my-measurements, from “shipped”, without the network: 4 parts" in line
    click(dialog.stopped.go_on)
    assert not window.models.improving
    qtbot.waitUntil(lambda: window.models.result is not None, timeout=120_000)
    result = window.models.result
    assert result.records.rowCount() == 6
    assert "of its parts 4 were done" in result.remarks.text()
    click(result.keep)
    choose(window, "model.improve")
    assert not window.models.improving.stopped.isVisible()
    window.models.improving.reject()


def test_one_that_was_stopped_can_be_removed(recorded: MainWindow) -> None:
    window = recorded
    stop_half_way(window)
    choose(window, "model.improve")
    dialog = window.models.improving
    assert dialog is not None
    assert dialog.stopped.isVisible()
    click(dialog.stopped.remove)
    assert work.stopped() == ()
    assert not dialog.stopped.isVisible()
    dialog.reject()


def test_what_is_being_learnt_is_not_begun_again(recorded: MainWindow, qtbot: QtBot) -> None:
    choose(recorded, "model.improve")
    click(recorded.models.improving.start)
    choose(recorded, "model.improve")
    again = recorded.models.improving
    click(again.start)
    assert "being learnt from" in again.problem.text()
    again.reject()
    qtbot.waitUntil(lambda: recorded.models.result is not None, timeout=120_000)
    click(recorded.models.result.keep)


def test_the_network_is_left_alone_where_it_is_not_ticked(
    recorded: MainWindow, qtbot: QtBot
) -> None:
    choose(recorded, "model.improve")
    dialog = recorded.models.improving
    assert dialog is not None
    assert dialog.network.isChecked()
    QTest.mouseClick(dialog.network, LEFT, pos=QPoint(8, dialog.network.height() // 2))
    with qtbot.waitSignal(dialog.wanted) as wanted:
        click(dialog.start)
    assert wanted.args[-1] is False
    qtbot.waitUntil(lambda: recorded.models.result is not None, timeout=120_000)
    assert "network" not in recorded.models.result.words.text()
    click(recorded.models.result.keep)


def test_too_few_records_are_told_and_nothing_is_made(window: MainWindow, qtbot: QtBot) -> None:
    with Catalogue.open(window.session.browser.path) as catalogue:
        for made in nickelates(n=4):
            put_record(catalogue, made.formula, LabRecord(tc_kelvin=made.tc_kelvin))
    choose(window, "model.improve")
    dialog = window.models.improving
    assert dialog is not None
    click(dialog.start)
    banner = window.banners[Subject.PROBLEM]
    qtbot.waitUntil(banner.isVisible, timeout=30_000)
    assert "4 compounds; it takes 5" in banner.message.text()
    assert [v.name for v in registry.versions()] == ["shipped"]


def test_nothing_chosen_and_a_name_that_cannot_be_are_told_in_the_dialog(
    window: MainWindow, tmp_path: Path
) -> None:
    choose(window, "model.improve")
    dialog = window.models.improving
    assert dialog is not None
    click(dialog.start)
    assert "nothing to learn from" in dialog.problem.text()
    dialog.use_file(tmp_path / "made.csv")
    QTest.keyClicks(dialog.name, "a/b")
    click(dialog.start)
    assert "no name of a version" in dialog.problem.text()
    assert dialog.isVisible()
    assert isinstance(dialog, QDialog)
    dialog.reject()
