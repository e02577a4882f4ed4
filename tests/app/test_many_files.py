"""Many files at once: one table, live, that never holds the window up."""

from __future__ import annotations

import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from crystal_cases import cif
from opened_cases import BAD, DOUBTFUL, TWO_SITES, click, column, reading, shown, table, write
from PySide6.QtCore import QElapsedTimer, Qt, QTimer
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from sc3d_desktop.jobs import Job, Progress, ReadFiles, open_files
from sc3d_desktop.window import MainWindow
from sc3d_desktop.window.banner import Subject
from sc3d_desktop.window.opened_model import FILE, NOTICED, SITES
from sc3d_desktop.window.opened_table import OpenedTable


@pytest.fixture
def done(window: MainWindow, qtbot: QtBot) -> Callable[[], OpenedTable]:
    """The table once all is read."""

    def wait() -> OpenedTable:
        qtbot.waitUntil(lambda: not reading(window), timeout=60_000)
        return table(window)

    return wait


@pytest.fixture
def thousand(tmp_path: Path) -> list[Path]:
    """1,000 small files: 29 bad, 31 doubtful, and the others fit for use."""
    texts = [BAD if i % 34 == 5 else DOUBTFUL if i % 31 == 7 else cif() for i in range(1000)]
    doubts = [i for i, text in enumerate(texts) if text == DOUBTFUL]
    for i in doubts[31:]:
        texts[i] = cif()
    bad = [i for i, text in enumerate(texts) if text == BAD]
    for i in bad[29:]:
        texts[i] = cif()
    return write(tmp_path / "thousand", texts)


def test_a_thousand_files_make_one_table_while_the_window_stays_alive(
    user: Any, window: MainWindow, thousand: list[Path], done: Callable[[], OpenedTable]
) -> None:
    gaps: list[int] = []
    clock = QElapsedTimer()
    beat = QTimer(window, interval=5)
    beat.timeout.connect(lambda: gaps.append(clock.restart()))
    clock.start()
    beat.start()
    user.drop(*thousand)
    assert clock.elapsed() < 1000  # reading is left to the job
    opened = done()
    beat.stop()
    assert opened.count.text() == "1,000 files: 940 read, 31 doubtful, 29 refused"
    assert opened.model.rowCount() == 1000
    assert window.session.document.crystal is None
    assert not window.banners[Subject.PROBLEM].isVisible()
    # Reading takes seconds: a window that only waits for it would beat once or twice.
    assert len(gaps) > 5


def test_the_table_and_the_job_bar_tell_how_far_it_is_and_both_can_stop_it(
    user: Any, window: MainWindow, thousand: list[Path], qtbot: QtBot, done: Callable[[], Any]
) -> None:
    for stop in ("table", "job bar"):
        user.drop(*thousand)
        (row,) = [r for r in window.job_bar.rows.values() if isinstance(r.job, ReadFiles)]
        opened = window.files.reading.table
        qtbot.waitUntil(
            lambda opened=opened: opened.count.text().startswith("Reading: "), timeout=20_000
        )
        qtbot.waitUntil(lambda opened=opened: opened.model.rowCount() > 20, timeout=20_000)
        assert " of 1,000 files: " in opened.count.text()
        assert row.title.text() == "Read 1,000 files"
        assert row.bar.maximum() == 1000
        button = opened.stop if stop == "table" else row.button
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        done()
        assert opened.count.text().startswith("Stopped: ")
        assert 20 < opened.model.rowCount() < 1000
        assert not opened.stop.isVisible()


def test_closing_the_table_stops_the_reading_and_the_menu_brings_it_back(
    user: Any, window: MainWindow, thousand: list[Path], qtbot: QtBot
) -> None:
    command = window.commands["file.read"]
    assert not command.isEnabled()
    user.drop(*thousand)
    opened = window.files.reading.table
    qtbot.waitUntil(opened.isVisible, timeout=20_000)
    user.press("Esc")
    assert not opened.isVisible()
    qtbot.waitUntil(lambda: not reading(window), timeout=20_000)
    n = opened.model.rowCount()
    assert 0 < n < 1000
    command.trigger()
    assert table(window).model.rowCount() == n


def test_files_folders_and_archives_are_listed_together_with_their_outcomes(
    user: Any,
    window: MainWindow,
    mgb2: Path,
    ybco: Path,
    tmp_path: Path,
    done: Callable[[], OpenedTable],
) -> None:
    both = tmp_path / "both.cif"
    both.write_text(mgb2.read_text() + ybco.read_text())
    write(tmp_path / "folder", [DOUBTFUL, BAD])
    with zipfile.ZipFile(tmp_path / "some.zip", "w") as archive:
        archive.write(mgb2, "in/m.cif")
        archive.writestr("in/empty.cif", "")
    user.drop(both, tmp_path / "folder", tmp_path / "some.zip", tmp_path / "none.cif")
    opened = done()
    files = ["both.cif"] * 2 + ["0000.cif", "0001.cif", "some.zip/in/m.cif"]
    assert column(opened, FILE) == [*files, "some.zip/in/empty.cif", "none.cif"]
    assert column(opened, 1)[:3] == ["MgB2", "YBCO", "test"]
    assert column(opened, 2)[0] == "MgB2"
    assert column(opened, SITES) == ["3", "13", "1", "", "3", "", ""]
    assert column(opened, 4)[:2] == ["O", "PD"]
    assert "occupancy of Mg1 is unknown" in column(opened, NOTICED)[2]
    assert "line 1" in column(opened, NOTICED)[3]
    assert opened.count.text() == "7 structures in 6 files: 3 read, 1 doubtful, 3 refused"


def test_more_than_can_be_listed_is_said_and_the_first_ones_stay(
    user: Any, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    monkeypatch.setattr(open_files, "MOST_LISTED", 5)
    write(tmp_path / "folder", [cif()] * 7)
    user.drop(tmp_path / "folder")
    banner = window.banners[Subject.PROBLEM]
    qtbot.waitUntil(banner.isVisible, timeout=20_000)
    assert "more than 5 structures" in banner.message.text()
    assert table(window).count.text() == "Stopped: 5 files: 5 read, 0 doubtful, 0 refused"


def test_two_small_files_are_listed_at_once_without_a_job(
    user: Any, window: MainWindow, mgb2: Path, ybco: Path
) -> None:
    user.drop(mgb2, ybco)
    assert not reading(window)
    assert column(table(window), FILE) == ["MgB2.cif", "YBCO.cif"]
    assert table(window).count.text() == "2 files: 2 read, 0 doubtful, 0 refused"
    assert shown(window) == ""


def test_the_one_structure_of_a_folder_or_archive_opens_without_a_table(
    user: Any, window: MainWindow, mgb2: Path, ybco: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    with zipfile.ZipFile(tmp_path / "one.zip", "w") as archive:
        archive.write(ybco, "y.cif")
        archive.writestr("bad.cif", BAD)
    (tmp_path / "folder").mkdir()
    mgb2.rename(tmp_path / "folder" / "m.cif")
    user.drop(tmp_path / "one.zip")
    qtbot.waitUntil(lambda: shown(window) != "", timeout=20_000)
    assert "Cu" in shown(window)
    assert window.session.document.path == tmp_path / "one.zip"
    assert "bad.cif" in window.banners[Subject.PROBLEM].message.text()
    user.drop(tmp_path / "folder")
    qtbot.waitUntil(lambda: shown(window) == "MgB2", timeout=20_000)
    assert not window.files.reading.table.isVisible()


def test_a_structure_that_was_not_kept_is_read_again_or_its_loss_is_said(
    user: Any,
    window: MainWindow,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    qtbot: QtBot,
) -> None:
    monkeypatch.setattr(open_files, "MOST_KEPT_SITES", 1)
    paths = write(tmp_path / "three", [cif(), TWO_SITES])
    user.drop(*paths)
    opened = table(window)
    click(opened, 1, n=2)
    qtbot.waitUntil(lambda: shown(window) == "MgB0.5", timeout=20_000)
    paths[1].unlink()
    click(opened, 1, n=2)
    banner = window.banners[Subject.PROBLEM]
    qtbot.waitUntil(banner.isVisible, timeout=20_000)
    assert "0001.cif has changed since it was read" in banner.message.text()


def test_a_second_drop_takes_the_place_of_the_first_in_the_same_table(
    user: Any, window: MainWindow, thousand: list[Path], tmp_path: Path, done: Callable[[], Any]
) -> None:
    user.drop(*thousand)
    user.drop(*write(tmp_path / "two", [cif(), TWO_SITES]))
    opened = done()
    assert column(opened, SITES) == ["1", "2"]
    assert opened.count.text().startswith("2 files: 2 read")


def test_one_more_file_opens_while_many_are_being_read(
    user: Any, window: MainWindow, thousand: list[Path], mgb2: Path, done: Callable[[], Any]
) -> None:
    user.drop(*thousand)
    user.drop(mgb2)
    assert shown(window) == "MgB2"
    assert done().model.rowCount() == 1000


@dataclass(frozen=True)
class Endless(Job[None]):
    """A bulk job that only its cancellation ends."""

    title = "Endless"

    def run(self, services: Any) -> Any:
        while True:
            yield Progress(0, 0)
            time.sleep(0.01)


def test_a_large_file_does_not_wait_for_a_bulk_job(
    user: Any, window: MainWindow, mgb2: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    monkeypatch.setattr("sc3d_desktop.window.reading._LITTLE_BYTES", 10)
    endless = window.session.engine.submit(Endless())
    user.drop(mgb2)
    assert shown(window) == ""
    qtbot.waitUntil(lambda: shown(window) == "MgB2", timeout=20_000)
    assert window.session.engine.job(endless) is not None


def test_many_refusals_and_no_structure_are_listed(
    user: Any, window: MainWindow, tmp_path: Path, done: Callable[[], OpenedTable]
) -> None:
    user.drop(*write(tmp_path / "bad", [BAD] * 12))
    assert done().count.text() == "12 files: 0 read, 0 doubtful, 12 refused"
    assert not window.banners[Subject.PROBLEM].isVisible()


def test_the_window_can_be_closed_while_files_are_read(
    user: Any, window: MainWindow, thousand: list[Path], qtbot: QtBot
) -> None:
    user.drop(*thousand)
    qtbot.waitUntil(window.files.reading.table.isVisible, timeout=20_000)
    window.close()
    assert not window.files.reading.table.isVisible()
