"""From a crystal on the screen to a record of a sample of it, by mouse and keys."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.qtbot import QtBot
from window_cases import select, settle

from sc3d_desktop.data import Catalogue
from sc3d_desktop.data.lab_record import LabRecord
from sc3d_desktop.data.records import MINE, KeptRecord, list_records, put_record
from sc3d_desktop.window import MainWindow
from sc3d_desktop.window.banner import Subject
from sc3d_desktop.window.records import MadeDialog

LEFT = Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier


def click(button: QAbstractButton) -> None:
    assert button.isVisible()
    assert button.isEnabled()
    QTest.mouseClick(button, LEFT, pos=QPoint(10, button.height() // 2))


def type_into(line: QWidget, text: str) -> None:
    line.setFocus()
    QTest.keyClick(line, Qt.Key.Key_A, CTRL)
    QTest.keyClicks(line, text)


def dialog_of(window: MainWindow) -> MadeDialog:
    dialog = window.catalogue.records.dialog
    assert dialog is not None
    return dialog


def records(window: MainWindow) -> tuple[KeptRecord, ...]:
    with Catalogue.open(window.session.browser.path) as catalogue:
        return list_records(catalogue)


def test_five_samples_are_recorded_by_keys_and_held_against_what_was_predicted(
    window: MainWindow, user: Any, qtbot: QtBot, mgb2: Path
) -> None:
    user.drop(mgb2)
    predicted = []
    for i, tc in enumerate((38.0, 35.5, 33.0, 30.0, 27.5)):
        if i:
            user.add_dopant("Al") if i == 1 else None
            user.drag_slider("Al", 0.05 * i)
        predicted.append(user.answer())
        user.press("Ctrl+M")
        dialog = dialog_of(window)
        assert dialog.focusWidget() is dialog.form.tc
        QTest.keyClicks(dialog.form.tc, f"{tc}")
        QTest.keyClick(dialog.form.tc, Qt.Key.Key_Return)
        assert window.catalogue.records.dialog is None
    kept = records(window)
    assert sorted(k.record.quoted_kelvin or 0 for k in kept) == [27.5, 30.0, 33.0, 35.5, 38.0]
    before = {k.record.quoted_kelvin: k.record.before for k in kept}
    for tc, said in zip((38.0, 35.5, 33.0, 30.0, 27.5), predicted, strict=True):
        stood = before[tc]
        assert stood is not None
        assert (stood.tc_kelvin, stood.model) == (said, "small model 1 (0123abcd)")
    edited = next(k for k in kept if k.record.quoted_kelvin == 27.5)
    assert edited.record.origin.file == str(mgb2)
    assert len(edited.record.origin.sha256) == 64
    assert any("Al" in edit or "Mg1" in edit for edit in edited.record.origin.edits)
    user.press("Ctrl+Shift+M")
    listing = window.catalogue.records.listing
    assert listing is not None
    assert listing.table.rowCount() == 5
    assert listing.words.text().startswith("On average the prediction was off by a factor of")
    x, y = listing.plot._scatter.getData()
    assert sorted(10**x) == pytest.approx([27.5, 30.0, 33.0, 35.5, 38.0])
    assert sorted(10**y) == pytest.approx(sorted(predicted))
    qtbot.waitUntil(lambda: not window.session.engine.jobs())
    QTest.keyClick(listing, Qt.Key.Key_Escape)
    assert window.catalogue.records.listing is None


def test_nothing_that_was_typed_is_lost_on_an_error(
    window: MainWindow, user: Any, mgb2: Path
) -> None:
    user.drop(mgb2)
    user.answer()
    click(window.predictor.below.made)
    dialog = dialog_of(window)
    type_into(dialog.form.tc, "38")
    type_into(dialog.form.zero, "39,5")
    type_into(dialog.form.sample, "pellet 7")
    click(dialog.keep)
    assert dialog.isVisible()
    assert "39.5 K is above the quoted Tc of 38 K" in dialog.problem.text()
    type_into(dialog.form.zero, "about 37")
    click(dialog.keep)
    assert "“about 37” is no number" in dialog.problem.text()
    assert dialog.focusWidget() is dialog.form.zero
    assert records(window) == ()
    QTest.keyClicks(dialog.form.zero, "37")
    QTest.keyClick(dialog.form.zero, Qt.Key.Key_Return)
    (kept,) = records(window)
    assert (kept.record.tc_zero_kelvin, kept.record.sample) == (37.0, "pellet 7")


def test_a_tc_above_room_temperature_is_asked_about_once(
    window: MainWindow, user: Any, mgb2: Path
) -> None:
    user.drop(mgb2)
    user.answer()
    user.press("Ctrl+M")
    dialog = dialog_of(window)
    type_into(dialog.form.tc, "380")
    click(dialog.keep)
    assert "above room temperature" in dialog.problem.text()
    type_into(dialog.form.tc, "390")
    click(dialog.keep)
    assert records(window) == ()
    click(dialog.keep)
    assert [k.record.tc_kelvin for k in records(window)] == [390.0]


def test_a_sample_without_a_transition_is_recorded_as_such(
    window: MainWindow, user: Any, mgb2: Path
) -> None:
    user.drop(mgb2)
    user.answer()
    user.press("Ctrl+M")
    dialog = dialog_of(window)
    type_into(dialog.form.tc, "38")
    click(dialog.form.normal)
    assert not dialog.form.tc.isEnabled()
    type_into(dialog.form.down_to, "1.8")
    click(dialog.keep)
    (kept,) = records(window)
    assert (kept.record.quoted_kelvin, kept.record.down_to_kelvin) == (None, 1.8)
    assert "not superconducting down to 1.8 K" in window.banners[Subject.DONE].message.text()


def test_an_entry_of_the_browser_is_opened_and_its_record_shows_beside_it(
    filled: MainWindow, qtbot: QtBot
) -> None:
    select(filled, "Nb")
    card = filled.browser.card
    qtbot.waitUntil(lambda: card.made.isVisible() and card.made.isEnabled())
    click(card.made)
    dialog = dialog_of(filled)
    type_into(dialog.form.tc, "9.2")
    click(dialog.keep)
    settle(filled, qtbot)
    columns = filled.session.browser.columns
    assert columns is not None
    assert MINE.name in columns.collection.words
    (kept,) = records(filled)
    assert kept.record.origin.collection == "made"
    assert [m.tc_kelvin for m in filled.session.browser.entry(kept.entry_id).measurements] == [9.2]


def test_records_are_corrected_deleted_and_brought_back(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.catalogue.bring_in = lambda *_source, **_how: None  # type: ignore[method-assign]
    window.catalogue.start()
    with Catalogue.open(window.session.browser.path) as catalogue:
        gone = LabRecord(tc_kelvin=92.0, attachments=(str(tmp_path / "gone.dat"),))
        put_record(catalogue, "YBa2Cu3O7", gone)
    window.catalogue.records.show(window)
    listing = window.catalogue.records.listing
    assert listing is not None
    assert "1 of its files not there" in listing.table.item(0, 5).text()
    assert "too few to say" in listing.words.text()
    click(listing.edit)
    dialog = dialog_of(window)
    assert dialog.form.tc.text() == "92"
    type_into(dialog.form.tc, "91.5")
    click(dialog.keep)
    assert listing.table.item(0, 1).text() == "91.5 K"
    click(listing.delete)
    assert records(window) == ()
    click(listing.undo)
    assert [k.record.quoted_kelvin for k in records(window)] == [91.5]
    out: Any = tmp_path / "mine.json"
    monkeypatch.setattr(window.files.ask, "file_to_save", lambda *_: out)
    click(listing.export)
    assert '"tc_kelvin": 91.5' in out.read_text()
    settle(window, qtbot)
    listing.close()
