from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow
from pytestqt.qtbot import QtBot

from sc3d_desktop.viz.crystal_canvas import CrystalCanvas
from sc3d_desktop.viz.gl_support import gl_support
from sc3d_desktop.viz.picking import visible_centres

pytestmark = pytest.mark.gl


@pytest.fixture
def canvas(qtbot: QtBot) -> Iterator[CrystalCanvas]:
    if gl_support().problem:
        pytest.skip(gl_support().problem)
    widget = CrystalCanvas()
    qtbot.addWidget(widget)
    widget.resize(420, 380)
    widget.show()
    qtbot.waitUntil(lambda: widget.frame_seconds > 0)
    yield widget
    assert widget.gl_problem == ""


def _pixels(image: QImage) -> np.ndarray:
    image = image.convertToFormat(QImage.Format.Format_RGBA8888)
    data = np.frombuffer(image.constBits(), dtype=np.uint8)
    return data.reshape(image.height(), image.width(), 4)[:, :, :3].astype(int)


def _picture(canvas: CrystalCanvas) -> np.ndarray:
    return _pixels(canvas.grab().toImage())


def _centre_of(canvas: CrystalCanvas, site: int) -> QPoint:
    """The pixel of an atom of a site that is seen at its centre."""
    assert canvas._picture is not None
    atoms = canvas._picture.atoms
    seen = visible_centres(atoms, canvas.camera) & (atoms.site == site)
    x, y, _ = canvas.camera.project(atoms.centre[seen])[0]
    return QPoint(round(x), round(y))


def _disc(canvas: CrystalCanvas, share: float = 0.9) -> np.ndarray:
    """The pixels of the only atom of the crystal."""
    picture, atoms = _picture(canvas), canvas._picture.atoms
    x, y, _ = canvas.camera.project(atoms.centre)[0]
    rows, columns = np.indices(picture.shape[:2])
    inside = np.hypot(columns + 0.5 - x, rows + 0.5 - y)
    return picture[inside < share * atoms.radius[0] / canvas.camera.scale]


def test_a_click_on_an_atom_tells_its_site(
    qtbot: QtBot, canvas: CrystalCanvas, sample: SimpleNamespace
) -> None:
    canvas.set_crystal(sample.ybco())
    for site in (0, 1, 3, 6):
        with qtbot.waitSignal(canvas.site_clicked) as clicked:
            QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=_centre_of(canvas, site))
        assert clicked.args == [site]


def test_a_click_beside_the_crystal_tells_minus_one(
    qtbot: QtBot, canvas: CrystalCanvas, sample: SimpleNamespace
) -> None:
    canvas.set_crystal(sample.ybco())
    with qtbot.waitSignal(canvas.site_clicked) as clicked:
        QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(4, 4))
    assert clicked.args == [-1]


def test_the_click_reaches_the_canvas_through_a_real_window(
    qtbot: QtBot, canvas: CrystalCanvas, sample: SimpleNamespace
) -> None:
    canvas.set_crystal(sample.mgb2())
    where = _centre_of(canvas, 0)
    window = canvas.window().windowHandle()
    with qtbot.waitSignal(canvas.site_clicked) as clicked:
        QTest.mouseClick(
            window, Qt.MouseButton.LeftButton, pos=canvas.mapTo(canvas.window(), where)
        )
    assert clicked.args == [0]


def test_a_drag_turns_the_crystal_and_clicks_nothing(
    qtbot: QtBot, canvas: CrystalCanvas, sample: SimpleNamespace
) -> None:
    canvas.set_crystal(sample.mgb2())
    before = canvas.camera.rotation.copy()
    with qtbot.assertNotEmitted(canvas.site_clicked):
        QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(150, 150))
        QTest.mouseMove(canvas, QPoint(190, 160))
        QTest.mouseMove(canvas, QPoint(210, 170))
        QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(210, 170))
    assert not np.allclose(canvas.camera.rotation, before)


def test_a_right_drag_moves_without_turning(canvas: CrystalCanvas, sample: SimpleNamespace) -> None:
    canvas.set_crystal(sample.mgb2())
    rotation, place = canvas.camera.rotation.copy(), _centre_of(canvas, 1)
    QTest.mousePress(canvas, Qt.MouseButton.RightButton, pos=QPoint(150, 150))
    QTest.mouseMove(canvas, QPoint(190, 130))
    QTest.mouseRelease(canvas, Qt.MouseButton.RightButton, pos=QPoint(190, 130))
    assert np.array_equal(canvas.camera.rotation, rotation)
    moved = _centre_of(canvas, 1) - place
    assert abs(moved.x() - 40) <= 1
    assert abs(moved.y() + 20) <= 1


def test_the_wheel_enlarges_and_keys_look_along_the_axes(
    qtbot: QtBot, canvas: CrystalCanvas, sample: SimpleNamespace
) -> None:
    canvas.set_crystal(sample.mgb2())
    scale = canvas.camera.scale
    no_buttons, no_keys = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    event = QWheelEvent(
        QPointF(200, 200), QPointF(200, 200), QPoint(), QPoint(0, 120),
        no_buttons, no_keys, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(canvas, event)
    assert canvas.camera.scale < scale
    qtbot.keyClick(canvas, Qt.Key.Key_C)
    lattice = sample.mgb2().lattice
    assert np.allclose(canvas.camera.rotation[2], lattice[2] / np.linalg.norm(lattice[2]))
    qtbot.keyClick(canvas, Qt.Key.Key_A)
    assert np.allclose(canvas.camera.rotation[2], lattice[0] / np.linalg.norm(lattice[0]))
    qtbot.keyClick(canvas, Qt.Key.Key_R)
    assert canvas.camera.rotation[2][2] > 0.1


def test_a_double_click_puts_the_atom_in_the_middle(
    canvas: CrystalCanvas, sample: SimpleNamespace
) -> None:
    canvas.set_crystal(sample.ybco())
    QTest.mouseDClick(canvas, Qt.MouseButton.LeftButton, pos=_centre_of(canvas, 1))
    x, y, _ = canvas.camera.project(sample.ybco().cart_coords[1:2])[0]
    assert (x, y) == pytest.approx((canvas.width() / 2, canvas.height() / 2))


def test_hovering_tells_the_site_and_writes_a_note(
    qtbot: QtBot, canvas: CrystalCanvas, sample: SimpleNamespace
) -> None:
    canvas.set_crystal(sample.lsco(0.075))
    canvas.set_site_remarks(["4e"] * 14)
    with qtbot.waitSignal(canvas.site_hovered) as hovered:
        QTest.mouseMove(canvas, _centre_of(canvas, 3))
    assert hovered.args == [3]
    assert canvas._overlay.note is not None
    assert canvas._overlay.note[1] == "La1 · 4e · La 0.925, Sr 0.075"


@pytest.mark.parametrize("strontium", [0.075, 0.5, 0.8])
def test_a_wedge_seen_along_c_covers_the_share_of_its_occupancy(
    canvas: CrystalCanvas, sample: SimpleNamespace, strontium: float
) -> None:
    canvas.set_show(cell=False, bonds=False)
    canvas.set_crystal(sample.one_site({"Sr": strontium, "La": 1 - strontium}))
    canvas.view_along("c")
    disc = _disc(canvas)
    green = (disc[:, 1] > disc[:, 2] + 15).mean()
    blue = (disc[:, 2] > disc[:, 1] + 15).mean()
    assert green == pytest.approx(strontium, abs=0.035)
    assert blue == pytest.approx(1 - strontium, abs=0.035)


def test_a_half_empty_site_shows_its_element_and_the_vacancy(
    canvas: CrystalCanvas, sample: SimpleNamespace
) -> None:
    canvas.set_show(cell=False, bonds=False)
    canvas.set_crystal(sample.one_site({"Sr": 0.5}))
    canvas.view_along("c")
    disc = _disc(canvas)
    colourless = (disc.max(axis=1) - disc.min(axis=1)) < 25
    green = disc[:, 1] > disc[:, 2] + 25
    assert green.mean() == pytest.approx(0.5, abs=0.06)
    assert colourless.mean() == pytest.approx(0.5, abs=0.06)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_is_picked_is_what_is_drawn(
    canvas: CrystalCanvas, sample: SimpleNamespace, seed: int
) -> None:
    channel = {"O": 0, "Sr": 1, "La": 2}
    crystal = sample.scattered(seed)
    canvas.set_show(cell=False, bonds=False)
    canvas.set_crystal(crystal)
    rng = np.random.default_rng(seed)
    canvas.camera.rotate(*rng.uniform(-180, 180, 3))
    canvas.camera_moved()
    canvas._overlay.hide()
    picture = _picture(canvas)
    right = total = 0
    for x, y in rng.integers((0, 0), (canvas.width(), canvas.height()), (1500, 2)):
        site, colour = canvas.pick(x + 0.5, y + 0.5), picture[y, x]
        drawn = (colour < 250).any()
        assert site < 0 or drawn or colour.min() > 180
        if site >= 0:
            main = max(crystal.sites[site].species, key=crystal.sites[site].species.get)
            total += 1
            right += int(colour.argmax() == channel[main])
        else:
            total += 1
            right += int(not drawn)
    assert right / total > 0.98  # the outline's anti-aliased pixels belong to nobody


def test_new_occupancies_keep_the_camera_and_change_the_picture(
    canvas: CrystalCanvas, sample: SimpleNamespace
) -> None:
    canvas.set_crystal(sample.lsco(0.05))
    canvas.camera.rotate(40, 20)
    canvas.camera.zoom(1.5)
    canvas.camera_moved()
    kept = (canvas.camera.rotation.copy(), canvas.camera.centre.copy(), canvas.camera.scale)
    before = _picture(canvas)
    canvas.set_crystal(sample.lsco(0.45))
    now = (canvas.camera.rotation, canvas.camera.centre, canvas.camera.scale)
    assert all(np.array_equal(p, q) for p, q in zip(kept, now, strict=True))
    assert np.abs(_picture(canvas) - before).max() > 100


def test_new_occupancies_upload_no_bonds_and_no_cell(
    canvas: CrystalCanvas, sample: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    canvas.set_crystal(sample.lsco(0.05))
    renderer = canvas._renderer
    assert renderer is not None
    for name in ("set_bonds", "set_lines", "set_polyhedra"):
        monkeypatch.setattr(renderer, name, lambda *_: pytest.fail("geometry was uploaded"))
    canvas.set_crystal(sample.lsco(0.10))


def test_another_crystal_resets_the_view_unless_told_otherwise(
    canvas: CrystalCanvas, sample: SimpleNamespace
) -> None:
    canvas.set_crystal(sample.mgb2())
    canvas.view_along("c")
    along_c = canvas.camera.rotation.copy()
    canvas.set_crystal(sample.ybco(), keep_camera=True)
    assert np.array_equal(canvas.camera.rotation, along_c)
    canvas.set_crystal(sample.mgb2())
    assert not np.allclose(canvas.camera.rotation, along_c)


def test_the_theme_changes_the_background(canvas: CrystalCanvas, sample: SimpleNamespace) -> None:
    canvas.set_crystal(sample.mgb2())
    assert _picture(canvas)[5, 5].min() > 240
    canvas.set_theme(True)
    assert _picture(canvas)[5, 5].max() < 60


def test_a_selected_site_has_a_halo(canvas: CrystalCanvas, sample: SimpleNamespace) -> None:
    canvas.set_crystal(sample.one_site({"Cu": 1.0}))

    def accent() -> int:
        halo = QColor(canvas._theme.selection).getRgb()[:3]
        return int((np.abs(_picture(canvas) - halo).max(axis=2) < 12).sum())

    assert accent() == 0
    canvas.set_selection((0,))
    assert accent() > 100
    canvas.set_selection(())
    assert accent() == 0


def test_parts_of_the_picture_can_be_switched(
    canvas: CrystalCanvas, sample: SimpleNamespace
) -> None:
    canvas.set_crystal(sample.lsco())
    seen = [_picture(canvas)]
    for part in ({"bonds": False}, {"cell": False}, {"labels": True}, {"polyhedra": True}):
        canvas.set_show(**part)
        seen.append(_picture(canvas))
        assert np.abs(seen[-1] - seen[-2]).max() > 40
    for mode in ("disorder", "contribution"):
        canvas.set_colour_by(mode)
        seen.append(_picture(canvas))
        assert np.abs(seen[-1] - seen[-2]).max() > 40


def test_the_picture_survives_a_move_to_another_window(
    qtbot: QtBot, canvas: CrystalCanvas, sample: SimpleNamespace
) -> None:
    canvas.set_crystal(sample.mgb2())
    window = QMainWindow()
    qtbot.addWidget(window)
    window.resize(500, 450)
    window.show()
    window.setCentralWidget(canvas)
    canvas.show()

    def coloured_again() -> bool:
        picture = _picture(canvas)
        return bool((picture.max(axis=2) - picture.min(axis=2) > 60).mean() > 0.02)

    qtbot.waitUntil(coloured_again)
    canvas.setParent(None)


def test_a_figure_is_drawn_at_its_own_resolution(
    canvas: CrystalCanvas, sample: SimpleNamespace
) -> None:
    canvas.set_crystal(sample.mgb2(0.1))
    image = canvas.render_image(3.0)
    assert (image.width(), image.height()) == (3 * canvas.width(), 3 * canvas.height())
    large, small = _pixels(image), _picture(canvas)
    averaged = large.reshape(small.shape[0], 3, small.shape[1], 3, 3).mean(axis=(1, 3))
    assert np.abs(averaged - small).mean() < 6


def test_settling_gives_the_fine_picture_at_once(
    canvas: CrystalCanvas, sample: SimpleNamespace
) -> None:
    canvas.set_crystal(sample.mgb2(0.1))
    canvas.settle()
    fine = _picture(canvas)
    assert not canvas._settle.isActive()
    reference = _pixels(canvas.render_image(1.0))
    assert np.abs(fine - reference).mean() < 1


def test_nothing_to_show_is_said_in_words(canvas: CrystalCanvas, sample: SimpleNamespace) -> None:
    assert "Open a file" in canvas._overlay.message
    canvas.set_crystal(sample.mgb2())
    assert canvas._overlay.message == ""
    canvas.set_crystal(None)
    assert "Open a file" in canvas._overlay.message
    assert canvas.pick(200, 200) == -1
