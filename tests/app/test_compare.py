"""A crystal beside the one it came from: turned together, picked across, told apart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from compare_cases import along_c, shuffled_and_moved
from compare_cases import mgb2 as magnesium_diboride
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from vasp_output import VaspRun
from vasp_output import mgb2 as mgb2_of_vasp

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.generation.candidate import Candidate, Judgement, Stability
from sc3d_desktop.generation.request import Request, Seed
from sc3d_desktop.state.comparison import Reference
from sc3d_desktop.viz import gl_support
from sc3d_desktop.viz.crystal_canvas import CrystalCanvas
from sc3d_desktop.window import MainWindow
from sc3d_desktop.window.banner import Subject

LEFT = Qt.MouseButton.LeftButton


def told(window: MainWindow) -> dict[str, tuple[str, ...]]:
    lines = window.pictures.table.as_text().split("\n")[1:]
    cells = [tuple(line.split("\t")) for line in lines]
    return {cell[0]: cell[1:] for cell in cells}


def compare(window: MainWindow, qtbot: QtBot) -> None:
    window.commands["view.compare"].trigger()
    known(window, qtbot)


def known(window: MainWindow, qtbot: QtBot) -> None:
    comparison = window.session.comparison
    qtbot.waitUntil(
        lambda: None not in (comparison.matching, comparison.prediction), timeout=20_000
    )


def beside(window: MainWindow, qtbot: QtBot, b: Crystal, a: Crystal) -> None:
    window.files.open(b, None)
    window.session.comparison.compare(Reference(a, "before"))
    known(window, qtbot)


def pixel_of(canvas: CrystalCanvas, site: int) -> QPoint:
    for y in range(0, canvas.height(), 5):
        for x in range(0, canvas.width(), 5):
            if canvas.pick(x, y) == site:
                return QPoint(x, y)
    raise AssertionError(f"site {site} is not on the screen")


@pytest.fixture
def doped(user: Any, window: MainWindow, qtbot: QtBot, mgb2: Path) -> MainWindow:
    """MgB2 with a fifth of Al beside MgB2."""
    user.drop(mgb2)
    window.session.document.substitute((0,), "Mg", "Al", 0.2)
    compare(window, qtbot)
    user.answer()
    return window


def test_the_doped_crystal_stands_beside_its_parent(doped: MainWindow, qtbot: QtBot) -> None:
    view = doped.pictures
    assert view.other.isVisible()
    assert view.other.crystal == doped.session.document.opened
    assert view.canvas.crystal == doped.session.document.crystal
    assert doped.commands["view.compare"].isChecked()
    said = told(doped)
    assert said["Formula"][:2] == ("MgB2", "Mg0.8Al0.2B2")
    assert said["Mg1 (1a)"][:3] == ("Mg 1", "Mg 0.8, Al 0.2", "Mg −0.2, Al +0.2")
    qtbot.waitUntil(lambda: "39.0 K (22–70 K)" in view.head_a.line.text())
    qtbot.waitUntil(lambda: "31.9 K (18–57 K)" in view.head_b.line.text())
    assert "MgB<sub>2</sub>" in view.head_a.title.text()
    assert "<i>P</i>6/<i>mmm</i>" in view.head_a.title.text()
    assert "as opened" in view.head_a.line.text()


def test_a_drag_in_a_turns_b_and_keys_reach_both(doped: MainWindow) -> None:
    a, b = doped.pictures.other, doped.pictures.canvas
    before = b.camera.rotation.copy()
    QTest.mousePress(a, LEFT, pos=QPoint(100, 100))
    QTest.mouseMove(a, QPoint(130, 110))
    QTest.mouseMove(a, QPoint(160, 125))
    QTest.mouseRelease(a, LEFT, pos=QPoint(160, 125))
    assert np.abs(b.camera.rotation - before).max() > 0.1
    np.testing.assert_allclose(a.camera.rotation, b.camera.rotation)
    doped.commands["view.a"].trigger()
    np.testing.assert_allclose(a.camera.rotation, b.camera.rotation)
    assert a.camera.scale == b.camera.scale


def test_sites_are_picked_and_marked_across(window: MainWindow, qtbot: QtBot) -> None:
    beside(window, qtbot, shuffled_and_moved(magnesium_diboride()), magnesium_diboride())
    view = window.pictures
    QTest.mouseClick(view.other, LEFT, pos=pixel_of(view.other, 2))
    assert window.session.document.selection == (0,)  # B2 comes first in B
    assert view.other._selection == (2,)
    QTest.mouseClick(view.canvas, LEFT, pos=pixel_of(view.canvas, 1))
    assert view.other._selection == (0,)
    QTest.mouseClick(view.other, LEFT, pos=QPoint(3, view.other.height() // 2))
    assert window.session.document.selection == view.other._selection == ()
    a, b = view.other, view.canvas
    QTest.mouseMove(a, pixel_of(a, 2))
    assert (a._hovered, b._hovered) == (2, 0)
    QTest.mouseMove(b, pixel_of(b, 1))
    assert (a._hovered, b._hovered) == (0, 1)
    QTest.mouseMove(b, QPoint(3, b.height() // 2))
    assert (a._hovered, b._hovered) == (-1, -1)


def test_an_edit_repaints_only_b_and_the_table_follows(
    user: Any, doped: MainWindow, qtbot: QtBot
) -> None:
    picture = doped.pictures.other._picture
    user.drag_slider("Al", 0.5)
    after = doped.session.document.crystal
    assert after is not None
    assert doped.pictures.other._picture is picture
    assert doped.pictures.canvas.crystal == after
    share = f"Al {after.sites[0].species['Al']:.4f}".rstrip("0")
    qtbot.waitUntil(lambda: share in told(doped)["Mg1 (1a)"][1])
    assert doped.session.comparison.matching is not None  # not asked for again


def test_undo_and_redo_go_on_while_comparing(user: Any, doped: MainWindow, qtbot: QtBot) -> None:
    user.press("Ctrl+Z")
    qtbot.waitUntil(lambda: told(doped)["Formula"][2] == "same")
    assert doped.pictures.other.isVisible()
    user.press("Ctrl+Shift+Z")
    qtbot.waitUntil(lambda: told(doped)["Formula"][1] == "Mg0.8Al0.2B2")


def test_a_changed_cell_is_matched_anew(doped: MainWindow, qtbot: QtBot) -> None:
    doped.session.document.set_cell(3.1, 3.1, 3.6, 90, 90, 120)
    qtbot.waitUntil(lambda: told(doped)["a (Å)"][:2] == ("3.0860", "3.1000"))
    known(doped, qtbot)
    assert told(doped)["Largest displacement"][2] == "none"
    doped.session.document.set_cell(3.1, 3.1, 5.0, 90, 90, 120)
    qtbot.waitUntil(lambda: "different shape" in told(doped).get("Positions", ("",))[0])
    assert doped.pictures.other._selection == ()


def test_esc_the_command_and_the_button_close_it(
    user: Any, doped: MainWindow, qtbot: QtBot
) -> None:
    view = doped.pictures
    closing = (
        lambda: user.press("Esc"),
        lambda: user.press("Ctrl+B"),
        lambda: QTest.mouseClick(view.close_button, LEFT),
    )
    for close in closing:
        assert view.other.isVisible()
        close()
        assert doped.session.comparison.reference is None
        assert not doped.commands["view.compare"].isChecked()
        for part in (view.other, view.table, view.head_b):
            assert not part.isVisible()
        user.press("Ctrl+B")
    user.press("Ctrl+B")
    before = view.other.camera.rotation.copy()
    view.canvas.view_along("c")
    assert np.array_equal(view.other.camera.rotation, before)


def test_another_crystal_ends_the_comparison_with_the_parent(
    user: Any, doped: MainWindow, ybco: Path
) -> None:
    user.drop(ybco)
    assert doped.session.comparison.reference is None
    assert not doped.pictures.other.isVisible()


def test_a_file_stays_beside_whatever_is_opened(
    user: Any,
    window: MainWindow,
    qtbot: QtBot,
    mgb2: Path,
    ybco: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    user.drop(mgb2)
    monkeypatch.setattr(window.files.ask, "file_to_read", lambda _title, _kinds: ybco)
    window.commands["view.compare_file"].trigger()
    known(window, qtbot)
    assert "YBCO.cif" in window.pictures.head_a.line.text()
    assert "A has 13 sites and B 3" in told(window)["Positions"][0]
    user.drop(ybco)
    known(window, qtbot)
    qtbot.waitUntil(lambda: told(window)["Formula"][2] == "same")


def test_a_bad_file_is_one_message(
    user: Any, window: MainWindow, qtbot: QtBot, mgb2: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user.drop(mgb2)
    bad = mgb2.with_name("bad.cif")
    bad.write_text("nothing")
    monkeypatch.setattr(window.files.ask, "file_to_read", lambda _title, _kinds: bad)
    window.commands["view.compare_file"].trigger()
    banner = window.banners[Subject.PROBLEM]
    qtbot.waitUntil(banner.isVisible)
    assert "bad.cif" in banner.message.text()
    assert not window.pictures.other.isVisible()


def test_a_relaxed_structure_stands_beside_what_was_given(
    user: Any, window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    start = mgb2_of_vasp()
    VaspRun(start, Crystal(start.lattice * 1.01, start.sites, "MgB2")).write(tmp_path / "run")
    user.drop(tmp_path / "run")
    desk = window.files.results
    qtbot.waitUntil(lambda: bool(desk.dialogs), timeout=60_000)
    QTest.mouseClick(desk.dialogs[-1].open_relaxed, LEFT)
    assert not window.pictures.other.isVisible()
    assert window.session.comparison.references[0].what == "as given to VASP"
    QTest.mouseClick(desk.dialogs[-1].compare, LEFT)
    known(window, qtbot)
    assert "as given to VASP" in window.pictures.head_a.line.text()
    assert told(window)["a (Å)"][3] == "+1 %"
    assert told(window)["Volume (Å³)"][3] == "+3.03 %"
    assert told(window)["Largest displacement"][2] == "none"


def test_a_relaxed_candidate_can_stand_beside_what_was_made_and_the_seed(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    made, seed = magnesium_diboride(a=3.0), magnesium_diboride(a=3.2)
    stability = Stability(-1.0, None, 0.1, 0.0, True, magnesium_diboride(), "")
    candidate = Candidate(1, made, "MgB2", Judgement(stability=stability))
    generation = window.session.generation
    generation.request = Request(start=Seed(seed))
    generation.found.show((candidate,))
    window.generated.relax(1)
    references = window.session.comparison.references
    assert [(r.what, r.crystal) for r in references[:2]] == [
        ("before relaxing", made),
        ("the seed", seed),
    ]
    compare(window, qtbot)
    assert window.pictures.other.crystal == made
    window.pictures.menu.aboutToShow.emit()
    actions = {action.text(): action for action in window.pictures.menu.actions()}
    assert [*actions] == ["Before relaxing", "The seed", "As opened", "A file…"]
    actions["The seed"].trigger()
    known(window, qtbot)
    assert window.pictures.other.crystal == seed


def test_a_supercell_is_shown_but_its_sites_are_not_matched(
    window: MainWindow, qtbot: QtBot
) -> None:
    beside(window, qtbot, along_c(magnesium_diboride(), 2), magnesium_diboride())
    assert "B has 2 times as many sites" in told(window)["Positions"][0]
    assert window.pictures.other._selection == ()
    QTest.mouseClick(window.pictures.other, LEFT, pos=pixel_of(window.pictures.other, 0))
    assert window.session.document.selection == ()


def test_what_is_given_in_another_orientation_is_shown_alike(
    window: MainWindow, qtbot: QtBot
) -> None:
    plain, (turn, _) = (
        magnesium_diboride(),
        np.linalg.qr(np.random.default_rng(1).normal(size=(3, 3))),
    )
    turn *= np.sign(np.linalg.det(turn))
    beside(window, qtbot, Crystal(plain.lattice @ turn, plain.sites), plain)
    shown = window.pictures.other.crystal
    assert shown is not None
    np.testing.assert_allclose(shown.lattice, plain.lattice @ turn, atol=1e-9)
    assert told(window)["a (Å)"][2] == "same"


def test_colours_parts_and_theme_are_those_of_both(doped: MainWindow, user: Any) -> None:
    a, b = doped.pictures.other, doped.pictures.canvas
    doped.commands["show.labels"].trigger()
    doped.commands["colour.contribution"].trigger()
    doped.set_theme("dark")
    assert a._show == b._show
    assert a._theme is b._theme
    assert a._overlay.legend.ramp == b._overlay.legend.ramp
    low, high = a._overlay.legend.ramp or (0, 0)
    assert low == pytest.approx(np.log(39.0) - 0.2)  # that of B
    assert high == pytest.approx(np.log(39.0))  # that of A


def test_there_is_room_for_both_in_a_small_window(doped: MainWindow) -> None:
    """At 1280 × 800 with the docks open."""
    a, b, table = doped.pictures.other, doped.pictures.canvas, doped.pictures.table
    assert min(a.width(), b.width()) > 300
    assert min(a.height(), b.height()) > 300
    assert abs(a.width() - b.width()) <= 10
    assert table.height() > 100
    doped.pictures.panes.setSizes([0, 1000])
    doped.pictures.canvas.reset_view()
    assert b.camera.scale < 0.05  # that of A, which is out of sight, does not count


def test_both_are_saved_in_one_picture(
    doped: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "both.png"
    monkeypatch.setattr(doped.files.ask, "file_to_save", lambda *_: out)
    doped.commands["file.picture"].trigger()
    a, b = doped.pictures.other, doped.pictures.canvas
    saved = QImage(str(out))
    assert saved.width() == pytest.approx(2 * (a.width() + b.width() + 1), abs=2)
    assert saved.height() > 2 * a.height()
    assert _dark_pixels(saved, QRect(0, 0, 2 * a.width(), 50)) > 50  # the caption of A
    assert _dark_pixels(saved, QRect(2 * a.width() + 4, 0, 2 * b.width(), 50)) > 50
    doped.commands["view.compare"].trigger()
    doped.commands["file.picture"].trigger()
    assert QImage(str(out)).width() == 2 * doped.canvas.width()


def _dark_pixels(image: QImage, area: QRect) -> int:
    part = image.copy(area).convertToFormat(QImage.Format.Format_Grayscale8)
    columns = (part.pixelColor(x, y).lightness() for x in range(part.width()) for y in range(50))
    return sum(lightness < 90 for lightness in columns)


def test_a_tc_that_cannot_be_predicted_is_not_waited_for(
    user: Any, window: MainWindow, qtbot: QtBot, model: Any, mgb2: Path
) -> None:
    user.drop(mgb2)
    user.answer()
    model.states = {"no_such_field": 1}
    plain = magnesium_diboride()
    window.files.open(along_c(plain, 2), None)
    window.session.comparison.compare(Reference(magnesium_diboride(0.4), "before"))
    qtbot.waitUntil(lambda: "not known" in window.pictures.head_a.line.text())


@pytest.mark.gl
def test_a_and_b_are_drawn_in_the_same_colours(user: Any, window: MainWindow, qtbot: QtBot) -> None:
    if gl_support.gl_support().problem:
        pytest.skip(gl_support.gl_support().problem)
    beside(window, qtbot, magnesium_diboride(), magnesium_diboride())
    canvases = window.pictures.other, window.pictures.canvas
    qtbot.waitUntil(lambda: all(canvas.frame_seconds > 0 for canvas in canvases))
    window.session.document.select(())
    pictures = [canvas.render_image(1.0) for canvas in canvases]
    for site in (0, 1, 2):
        of_a, of_b = (
            picture.pixelColor(pixel_of(canvas, site) + QPoint(4, 4)).getRgb()[:3]
            for picture, canvas in zip(pictures, canvases, strict=True)
        )
        np.testing.assert_allclose(of_a, of_b, atol=40)
        assert max(of_a) - min(of_a) > 20  # not the white ground


def test_without_opengl_both_say_why_and_the_table_is_there(
    user: Any, window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = gl_support.GlSupport(problem="No OpenGL here.")
    monkeypatch.setattr(gl_support, "gl_support", lambda: broken)
    beside(window, qtbot, magnesium_diboride(0.2), magnesium_diboride())
    canvases = window.pictures.other, window.pictures.canvas
    qtbot.waitUntil(lambda: all(canvas.gl_problem for canvas in canvases))
    assert all("No OpenGL here." in canvas._overlay.message for canvas in canvases)
    assert told(window)["Mg1 (1a)"][1] == "Mg 0.8, Al 0.2"
