"""Candidates made in the window, from one click to a restart, by a sampler that learned nothing."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QDoubleSpinBox, QMenu
from pytestqt.qtbot import QtBot
from screening_window import idle

from sc3d_desktop.crystal.cif import parse_cif
from sc3d_desktop.errors import ModelError
from sc3d_desktop.generation.candidate import Candidate
from sc3d_desktop.generation.folder import read_run
from sc3d_desktop.state.screening import Phase
from sc3d_desktop.window import MainWindow
from sc3d_desktop.window.banner import Subject

LEFT = Qt.MouseButton.LeftButton
N = 6


def click(button: QAbstractButton) -> None:
    assert button.isEnabled()
    hot = QPoint(10, button.height() // 2)  # a check box answers at its box and words alone
    QTest.mouseClick(button, LEFT, pos=hot)


def enter(box: QDoubleSpinBox, text: str) -> None:
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, text)


def shown(window: MainWindow) -> list[Candidate]:
    found = window.session.generation.found
    return [found.all[int(i)] for i in found.ids]


def click_row(window: MainWindow, row: int) -> None:
    table = window.generator.run.table
    at = QPoint(20, table.rowViewportPosition(row) + 8)
    QTest.mouseClick(table.viewport(), LEFT, pos=at)


def waited_for(window: MainWindow, qtbot: QtBot, phase: Phase) -> None:
    qtbot.waitUntil(lambda: window.session.generation.phase is phase, timeout=60_000)
    idle(window, qtbot)


@pytest.fixture
def generator(window: MainWindow, qtbot: QtBot) -> MainWindow:
    """A window that shows the form, with few small candidates of few steps asked for."""
    window.generations.start()
    window.show_generator()
    idle(window, qtbot)
    form = window.generator.begin.form
    enter(form.count, str(N))
    enter(form.most, "3")
    enter(form.steps, "20")
    return window


@pytest.fixture
def finished(generator: MainWindow, qtbot: QtBot) -> MainWindow:
    click(generator.generator.begin.start)
    waited_for(generator, qtbot, Phase.FINISHED)
    click(generator.generator.run.filters.valid)  # what it makes is seldom valid
    assert shown(generator)
    return generator


def test_candidates_stream_stop_go_on_and_are_there_after_a_restart(
    generator: MainWindow, open_window: Callable[[], MainWindow], qtbot: QtBot
) -> None:
    generation, run = generator.session.generation, generator.generator.run
    click(generator.generator.begin.start)
    assert generator.generator.currentWidget() is run
    qtbot.waitUntil(lambda: len(generation.found.all) > 0, timeout=60_000)
    click(run.header.stop)
    waited_for(generator, qtbot, Phase.STOPPED)
    part = dict(generation.found.all)
    assert 0 < len(part) < N
    click(run.header.stop)
    waited_for(generator, qtbot, Phase.FINISHED)
    assert len(generation.found.all) + generation.dropped == N
    assert all(generation.found.all[i] == candidate for i, candidate in part.items())
    everything, folder = dict(generation.found.all), generation.folder
    generator.close()
    again = open_window()
    again.generations.start()
    again.show_generator()
    idle(again, qtbot)
    assert again.generator.begin.form.count.value() == N, "the form is as it was left"
    runs = again.generator.begin.runs
    assert runs.lines.topLevelItemCount() == 1
    runs.lines.setFocus()
    QTest.keyClick(runs.lines, Qt.Key.Key_Return)
    idle(again, qtbot)
    assert again.session.generation.folder == folder
    assert again.session.generation.found.all == everything
    assert again.session.generation.phase is Phase.FINISHED


def test_each_candidate_is_on_disk_before_it_is_shown(generator: MainWindow, qtbot: QtBot) -> None:
    generation = generator.session.generation
    missing: list[int] = []

    def look() -> None:
        if generation.folder is None:
            return
        lines = generation.folder / "candidates.jsonl"
        written = lines.read_text(encoding="utf-8") if lines.exists() else ""
        cifs = {int(path.stem) for path in (generation.folder / "cif").glob("*.cif")}
        missing.extend(i for i in generation.found.all if f'"index": {i}' not in written)
        missing.extend(i for i in generation.found.all if i not in cifs)

    generation.found.found_changed.connect(look)
    click(generator.generator.begin.start)
    waited_for(generator, qtbot, Phase.FINISHED)
    assert generation.found.all
    assert missing == []
    assert "a generator that learned nothing" in generator.generator.run.header.progress.text()


def test_what_is_being_made_is_drawn_until_the_user_wants_the_open_structure_back(
    generator: MainWindow, mgb2: Path, qtbot: QtBot
) -> None:
    generator.files.open_paths([mgb2])
    idle(generator, qtbot)
    before, stage = generator.session.document.crystal, generator.denoising
    enter(generator.generator.begin.form.steps, "60")
    click(generator.generator.begin.start)
    qtbot.waitUntil(lambda: stage.shown, timeout=60_000)
    assert f"of {N}, step" in stage.view.label.text()
    assert not generator.canvas.isVisible()
    click(stage.view.back)
    assert generator.canvas.isVisible()
    box = generator.generator.run.header.animate
    assert not box.isChecked()
    click(box)
    qtbot.waitUntil(lambda: stage.shown, timeout=60_000)
    waited_for(generator, qtbot, Phase.FINISHED)
    assert generator.canvas.isVisible()
    assert generator.session.document.crystal is before
    assert not generator.session.document.modified


def test_an_edit_during_the_animation_brings_the_open_structure_back(
    generator: MainWindow, mgb2: Path, qtbot: QtBot
) -> None:
    generator.files.open_paths([mgb2])
    idle(generator, qtbot)
    click(generator.generator.begin.start)
    qtbot.waitUntil(lambda: generator.denoising.shown, timeout=60_000)
    generator.session.document.substitute((0,), "Mg", "Al", 0.1)
    assert generator.canvas.isVisible()
    assert not generator.denoising.shown
    waited_for(generator, qtbot, Phase.FINISHED)
    assert generator.session.document.crystal is not None
    assert "Al" in generator.session.document.crystal.composition


def test_enter_opens_a_candidate_and_dope_offers_a_dopant_for_it(
    finished: MainWindow, qtbot: QtBot
) -> None:
    table = finished.generator.run.table
    click_row(finished, 0)
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert finished.session.document.crystal == shown(finished)[0].crystal
    click(finished.generator.run.details.dope)
    document = finished.session.document
    said = shown(finished)[0].judgement
    assert document.crystal == (said.symmetrised or shown(finished)[0].crystal)
    popup = finished.editor.site.popup
    assert popup is not None
    assert popup.isVisible()
    host = next(iter(document.crystal.sites[document.selection[0]].species))
    dopant = "Al" if host != "Al" else "Mg"
    popup.table.element_picked.emit(dopant)
    assert document.doping is not None
    assert document.doping.dopant == dopant
    idle(finished, qtbot)


def test_chosen_candidates_are_exported_as_cifs_and_as_a_table(
    finished: MainWindow, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Path] = [tmp_path / "some.zip", tmp_path / "all.csv"]
    monkeypatch.setattr(finished.files.ask, "file_to_save", lambda *_: asked.pop(0))
    click_row(finished, 0)
    actions = {a.text(): a for a in finished.generator.run.header.menu.actions()}
    actions["&CIF files (zip)…"].trigger()
    idle(finished, qtbot)
    with zipfile.ZipFile(tmp_path / "some.zip") as archive:
        made = [n for n in archive.namelist() if n.endswith(".cif") and "/" not in n]
        assert len(made) == 1
        crystal = parse_cif(archive.read(made[0]).decode())[0]
    assert crystal.composition == shown(finished)[0].crystal.composition
    finished.session.generation.found.select(finished.session.generation.found.ids[:0])
    actions["&Table (CSV)…"].trigger()
    idle(finished, qtbot)
    rows = list(csv.DictReader(io.StringIO((tmp_path / "all.csv").read_text("utf-8-sig"))))
    assert [row["formula"] for row in rows] == [c.formula for c in shown(finished)]
    assert str(tmp_path / "all.csv") in finished.banners[Subject.DONE].message.text()


def test_several_candidates_are_handed_off_at_once_from_table_and_pictures(
    finished: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    finished.session.settings.hand_off_folder = str(tmp_path)
    page = finished.generator.run
    page.tabs.setCurrentWidget(page.gallery)
    gallery = page.gallery
    places = [gallery.visualRect(gallery.tiles.index(i, 0)).center() for i in range(3)]
    QTest.mouseClick(gallery.viewport(), LEFT, pos=places[0])
    QTest.mouseClick(gallery.viewport(), LEFT, Qt.KeyboardModifier.ControlModifier, places[2])
    page.tabs.setCurrentWidget(page.table)

    def hand_off() -> None:
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        (action,) = [a for a in menu.actions() if a.text() == "VASP inputs of 2 candidates (zip)…"]
        QTest.mouseClick(menu, LEFT, pos=menu.actionGeometry(action).center())

    QTimer.singleShot(200, finished, hand_off)
    at = QPoint(20, page.table.rowViewportPosition(2) + 8)
    viewport = page.table.viewport()
    QApplication.sendEvent(
        viewport,
        QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, viewport.mapToGlobal(at)),
    )
    dialog = finished.files.hand_off.dialog
    assert dialog is not None
    chosen = [shown(finished)[i] for i in (0, 2)]
    assert list(dialog.crystals) == [c.crystal for c in chosen]
    click(dialog.inputs.steps["relax"])
    click(dialog.export)
    idle(finished, qtbot)
    (out,) = tmp_path.glob("2-crystals-vasp.zip")
    assert str(out) in finished.banners[Subject.DONE].message.text()
    with zipfile.ZipFile(out) as archive:
        rows = list(csv.DictReader(io.StringIO(archive.read("index.csv").decode())))
        folder = finished.session.generation.folder
        assert folder is not None
        names = [f"{folder.name}-{c.index:04d}" for c in chosen]
        assert [row["name"] for row in rows] == names
        for row, candidate in zip(rows, chosen, strict=True):
            assert not row["refused"]
            inside = (n for n in archive.namelist() if n.startswith(f"{row['folder']}/"))
            poscar = archive.read(next(n for n in inside if n.endswith("/POSCAR"))).decode()
            counts = map(int, poscar.splitlines()[6].split())
            assert dict(zip(poscar.splitlines()[5].split(), counts, strict=True)) == {
                el: round(n) for el, n in candidate.crystal.composition.items()
            }
    page.header.menu.aboutToShow.emit()
    assert page.header.vasp.text() == "VASP inputs of 2 candidates (zip)…"


def test_a_run_names_the_recipe_it_was_asked_for_with(generator: MainWindow, qtbot: QtBot) -> None:
    page = generator.generator.begin
    page.recipe.ask_name = lambda: "few"  # type: ignore[method-assign]
    click(page.recipe.save)
    click(page.start)
    waited_for(generator, qtbot, Phase.FINISHED)
    folder = generator.session.generation.folder
    assert folder is not None
    assert read_run(folder).request.recipe == "few"
    header = generator.generator.run.header
    assert "recipe “few”" in header.asked.text()
    header.copy_wanted.emit()
    assert generator.session.request_plan.asked.recipe == ""
    assert page.recipes.used == "few", "the same is asked for again"


def test_the_way_of_a_candidate_ends_at_the_candidate(
    finished: MainWindow, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "way.xyz"
    monkeypatch.setattr(finished.files.ask, "file_to_save", lambda *_: out)
    click_row(finished, 0)
    finished.generated.save_trajectory()
    idle(finished, qtbot)
    lines = out.read_text(encoding="utf-8").splitlines()
    crystal = shown(finished)[0].crystal
    last = lines[-len(crystal) :]
    assert sorted(line.split()[0] for line in last) == sorted(
        next(iter(site.species)) for site in crystal.sites
    )
    places = [tuple(map(float, line.split()[1:4])) for line in last]
    assert places == [pytest.approx(tuple(row), abs=1e-4) for row in crystal.cart_coords.tolist()]


def test_a_candidate_is_kept_in_my_candidates(finished: MainWindow, qtbot: QtBot) -> None:
    finished.session.browser.open()
    click_row(finished, 0)
    QTest.keyClick(finished.generator.run.table, Qt.Key.Key_Insert)
    idle(finished, qtbot)
    names = {c.name: n for c, n in finished.session.browser.collections()}
    assert names["My candidates"] == 1


def test_without_weights_the_form_says_so_and_nothing_is_left(
    generator: MainWindow, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot, model: Any
) -> None:
    def missing() -> None:
        raise ModelError("There are no weights of the generator.", "Train them.")

    monkeypatch.setattr(model, "sampler", missing)
    page = generator.generator.begin
    click(page.start)
    qtbot.waitUntil(lambda: page.failure.isVisible(), timeout=30_000)
    assert page.failure.text() == "There are no weights of the generator. Train them."
    assert generator.generator.currentWidget() is page
    idle(generator, qtbot)
    assert page.runs.lines.topLevelItemCount() == 0


def test_a_run_is_deleted_for_good(finished: MainWindow, qtbot: QtBot) -> None:
    folder = finished.session.generation.folder
    assert folder is not None
    click(finished.generator.run.header.back)
    idle(finished, qtbot)
    runs = finished.generator.begin.runs
    finished.generator.begin.ensureWidgetVisible(runs.delete)
    click(runs.delete)
    qtbot.wait(600)
    click(runs.delete)
    idle(finished, qtbot)
    assert not folder.exists()
    assert runs.lines.topLevelItemCount() == 0
