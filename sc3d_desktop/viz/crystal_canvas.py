"""The crystal picture: a widget that shows a Crystal, turns with the mouse and picks sites."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QResizeEvent, QShowEvent
from PySide6.QtOpenGLWidgets import QOpenGLWidget
from PySide6.QtWidgets import QWidget

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.viz import gl_support, picking, pies
from sc3d_desktop.viz.camera import default_axes, pie_axes, view_axes
from sc3d_desktop.viz.figure import figure
from sc3d_desktop.viz.framing import frame
from sc3d_desktop.viz.legend import ColourBy, Legend, legend_of
from sc3d_desktop.viz.navigation import Navigation
from sc3d_desktop.viz.overlay import Overlay
from sc3d_desktop.viz.picture import Picture, colour_rows
from sc3d_desktop.viz.scene import same_positions, tooltip
from sc3d_desktop.viz.theme import canvas_theme

if TYPE_CHECKING:
    from sc3d_desktop.viz.renderer import Renderer

SETTLE_MS = 180
EMPTY_TEXT = "Open a file, or drop one here."


class CrystalCanvas(Navigation):
    """Setters and signals only. Without OpenGL it shows a message and everything else works.

    ``site_clicked`` and ``site_hovered`` carry the index of a site, or -1 for empty space. Keys:
    a, b, c look along the axes (with Shift along the reciprocal ones), R resets, arrows turn.
    ``view_changed`` comes when the camera has moved or the crystal was framed anew.
    """

    site_clicked = Signal(int)
    site_hovered = Signal(int)
    view_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Crystal structure")
        self._picture: Picture | None = None
        self._selection: tuple[int, ...] = ()
        self._hovered = -1
        self._colour_by: ColourBy = "element"
        self._contributions: tuple[float, ...] | None = None
        self._ends: tuple[float, float] | None = None
        self._remarks: tuple[str, ...] = ()
        self._show = {"bonds": True, "cell": True, "labels": False, "polyhedra": False}
        self._rows = np.zeros((0, pies.TEXELS, 4), dtype=np.uint8)
        self._theme = canvas_theme(False)
        self._fitted = True
        self._renderer: Renderer | None = None
        self._gl_problem = ""
        # An OpenGL child from the start: adding the first one later would re-create the window.
        self._gl_herald = QOpenGLWidget(self)
        self._gl_herald.hide()
        self._overlay = Overlay(self)
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self._draw_finely)
        self._start = QTimer(self, singleShot=True, interval=0)
        self._start.timeout.connect(self._start_gl)
        self._refresh_overlay()

    # ---- setters

    def set_crystal(self, crystal: Crystal | None, keep_camera: bool = False) -> None:
        """Show a crystal. Where only occupancies differ from the shown one, only the pies change
        and the camera stays; otherwise the view is reset unless ``keep_camera``.
        """
        old = self._picture
        if crystal is None:
            self._picture = None
            self._selection, self._hovered = (), -1
        elif old is not None and same_positions(old.crystal, crystal):
            self._picture = old.with_occupancies(crystal)
        else:
            self._picture = Picture.of(crystal)
            self._selection, self._hovered = (), -1
            self._contributions, self._remarks = None, ()
        self._overlay.note = None
        self._upload_changes(old)
        new_geometry = self._picture is not None and not self._same_geometry(old)
        if new_geometry and not (keep_camera and old is not None):
            self.reset_view()
        elif new_geometry:
            self._fit()
        self._redraw()

    def set_selection(self, sites: Iterable[int]) -> None:
        """Halo around these sites; an empty tuple for none."""
        self._selection = tuple(sites)
        self._upload_table()
        self._redraw()

    def set_colour_by(self, colour_by: ColourBy) -> None:
        """``element`` (with wedges), ``disorder`` or ``contribution``."""
        if colour_by not in ("element", "disorder", "contribution"):
            raise ValueError(f"unknown colouring {colour_by!r}")
        self._colour_by = colour_by
        self._recolour()
        self._redraw()

    def set_contributions(
        self, values: Sequence[float] | None, ends: tuple[float, float] | None = None
    ) -> None:
        """A value for each site, shown while coloured by contribution; None where not known.
        ``ends`` are those of the ramp, where it is not that of these values alone.
        """
        self._contributions = None if values is None else tuple(float(v) for v in values)
        self._ends = ends
        if self._colour_by == "contribution":
            self._recolour()
            self._redraw()

    def set_site_remarks(self, remarks: Sequence[str]) -> None:
        """Text for the note under the mouse between label and occupancies, such as “4e”."""
        self._remarks = tuple(remarks)

    def set_theme(self, dark: bool) -> None:
        self._theme = canvas_theme(dark)
        self._redraw()

    def set_show(
        self,
        *,
        bonds: bool | None = None,
        cell: bool | None = None,
        labels: bool | None = None,
        polyhedra: bool | None = None,
    ) -> None:
        """Switch parts of the picture; None leaves a part as it is."""
        wanted = {"bonds": bonds, "cell": cell, "labels": labels, "polyhedra": polyhedra}
        self._show |= {part: on for part, on in wanted.items() if on is not None}
        self._upload_geometry()
        if polyhedra is not None:
            self._fit()
        self._redraw()

    def view_along(self, axis: str) -> None:
        """Look along ``a``, ``b``, ``c`` or the reciprocal ``a*``, ``b*``, ``c*``."""
        if axis not in ("a", "b", "c", "a*", "b*", "c*"):
            raise ValueError(f"unknown axis {axis!r}")
        if self._picture is not None:
            self._look(*view_axes(self._picture.crystal.lattice, axis))

    def reset_view(self) -> None:
        """The usual view of the whole cell."""
        if self._picture is not None:
            self._look(*default_axes(self._picture.crystal.lattice))

    def mark_hovered(self, site: int) -> None:
        """As if the mouse were over a site, or with -1 over none."""
        if site != self._hovered:
            self._hovered = site
            self._upload_table()
            self._redraw()

    def frame_whole(self) -> None:
        """Fit the crystal into the view, from where it is looked at now."""
        self._fitted = True
        self._fit()

    def show_camera(self, moved: bool = False) -> None:
        """After a change of the camera from outside; ``moved`` away from the whole crystal."""
        self._fitted = self._fitted and not moved
        self._redraw(moving=moved)

    # ---- asking

    @property
    def crystal(self) -> Crystal | None:
        return self._picture.crystal if self._picture else None

    @property
    def fitted(self) -> bool:
        """Whether the whole crystal is in the view, as after a reset."""
        return self._fitted

    @property
    def gl_problem(self) -> str:
        """Why there is no picture; empty where there is one."""
        return self._gl_problem

    @property
    def frame_seconds(self) -> float:
        """How long the last picture took to draw; 0 before the first."""
        return self._renderer.frame_seconds if self._renderer else 0.0

    def pick(self, x: float, y: float) -> int:
        """The site under a pixel of the widget, or -1."""
        return picking.pick_site(self._picture.atoms, self.camera, x, y) if self._picture else -1

    def render_image(self, scale: float = 2.0) -> QImage:
        """The picture with all that is written on it, enlarged, for a figure. Needs OpenGL."""
        return figure(self._renderer, self._overlay, scale)

    def settle(self) -> None:
        """Make the finest picture due now rather than soon: before a screenshot."""
        if self.isVisible() and not self._gl_problem:
            self._start_gl()
        self._start.stop()
        self._settle.stop()
        self._draw_finely()

    def sizeHint(self) -> QSize:
        return QSize(800, 600)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, 200)

    # ---- mouse and keys, see Navigation

    def camera_moved(self) -> None:
        self.show_camera(moved=True)
        self.view_changed.emit()

    def clicked_at(self, at: QPointF) -> None:
        self.site_clicked.emit(self.pick(at.x(), at.y()))

    def double_clicked_at(self, at: QPointF) -> None:
        if self._picture is None:
            return
        atom = picking.pick_atom(self._picture.atoms, self.camera, at.x(), at.y())
        if atom >= 0:
            self.camera.centre = self._picture.atoms.centre[atom].copy()
            self.camera_moved()

    def hovered_at(self, at: QPointF | None) -> None:
        site = -1 if at is None else self.pick(at.x(), at.y())
        note = None if site < 0 or at is None else (at, self._note(site))
        if note is not None or self._overlay.note is not None:
            self._overlay.note = note
            self._overlay.update()
        if site == self._hovered:
            return
        shape = Qt.CursorShape.PointingHandCursor if site >= 0 else Qt.CursorShape.ArrowCursor
        self.setCursor(shape)
        self.mark_hovered(site)
        self.site_hovered.emit(site)

    def _note(self, site: int) -> str:
        assert self._picture is not None
        values = self._contributions if self._colour_by == "contribution" else None
        return tooltip(self._picture.crystal, site, self._remarks, values)

    # ---- drawing

    def _look(self, towards: np.ndarray, up: np.ndarray) -> None:
        self.camera.look(towards, up)
        self.frame_whole()
        self._redraw()

    def _fit(self) -> None:
        self.camera.size = (max(1, self.width()), max(1, self.height()))
        if self._fitted and self._picture is not None:
            self._fit_to(*self._picture.extent(self._show["polyhedra"], self._show["bonds"]))
            self.view_changed.emit()

    def _fit_to(self, points: np.ndarray, radii: np.ndarray) -> None:
        frame(self.camera, points, radii, self._overlay.legend_box(), self._overlay.triad_box())

    def _redraw(self, moving: bool = False) -> None:
        self._refresh_overlay()
        if self._renderer is None:
            return
        self._renderer.theme = self._theme
        self._renderer.moving = self._renderer.needs_settling and (moving or self.isVisible())
        if self._renderer.moving:
            self._settle.start()
        self._renderer.update()

    def _draw_finely(self) -> None:
        if self._renderer is not None:
            self._renderer.moving = False
            self._renderer.update()

    def _refresh_overlay(self) -> None:
        overlay, picture = self._overlay, self._picture
        overlay.theme = self._theme
        overlay.message = self._gl_problem or ("" if picture else EMPTY_TEXT)
        overlay.triad, overlay.labels = None, ()
        if picture is not None:
            crystal = picture.crystal
            unit = crystal.lattice / np.linalg.norm(crystal.lattice, axis=1)[:, None]
            overlay.triad = unit @ self.camera.rotation.T
            overlay.labels = picture.labels(self.camera) if self._show["labels"] else ()
        overlay.update()

    # ---- what goes to the graphics card

    def _same_geometry(self, old: Picture | None) -> bool:
        new = self._picture
        return old is not None and new is not None and old.atoms.centre is new.atoms.centre

    def _upload_changes(self, old: Picture | None) -> None:
        new = self._picture
        if new is None or old is None or not self._same_geometry(old):
            self._upload_geometry()
        else:
            if not np.array_equal(new.atoms.radius, old.atoms.radius) and self._renderer:
                self._renderer.set_atoms(new.atoms)
                self._renderer.set_extent(*self._extent(new))
            if new.neighbours is not old.neighbours:
                self._upload_geometry()
        self._recolour()

    def _upload_geometry(self) -> None:
        renderer, picture = self._renderer, self._picture
        if renderer is None:
            return
        renderer.visible = picture is not None
        if picture is None:
            return
        renderer.pie_axes = pie_axes(picture.crystal.lattice)
        renderer.set_extent(*self._extent(picture))
        renderer.set_atoms(picture.atoms)
        renderer.set_bonds(picture.bonds if self._show["bonds"] else None)
        renderer.set_lines(*picture.lines(self._show["cell"], self._show["polyhedra"]))
        renderer.set_polyhedra(picture.polyhedra if self._show["polyhedra"] else None)

    def _extent(self, picture: Picture) -> tuple[np.ndarray, float]:
        points, radii = picture.extent(self._show["polyhedra"], self._show["bonds"])
        return points, float(radii.max()) + 0.5

    def _recolour(self) -> None:
        """After a change of the crystal or of what its colours mean."""
        if self._picture is None:
            self._overlay.legend = Legend()
            return
        given = self._picture.crystal, self._colour_by, self._contributions, self._ends
        self._overlay.legend = legend_of(*given)
        self._rows = colour_rows(*given)
        self._upload_table()

    def _upload_table(self) -> None:
        if self._renderer is None or self._picture is None:
            return
        marked = pies.mark(self._rows, self._selection, self._hovered)
        self._renderer.set_table(pies.as_texture(marked))

    # ---- life of the OpenGL widget

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._renderer is None and not self._gl_problem:
            self._start.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._overlay.setGeometry(self.rect())
        if self._renderer is not None:
            self._renderer.native.setGeometry(self.rect())
        self._fit()
        self._redraw()

    def _start_gl(self) -> None:
        """Late, so that the window is on the screen before vispy is imported.

        Once more when the widget has moved to another window, where Qt makes a new context.
        """
        if self._renderer is not None and self._renderer.lost:
            self._drop_gl()
        if self._renderer is not None:
            return
        support = gl_support.gl_support()
        if support.problem:
            self._gl_problem = f"{support.problem}\n\n{gl_support.HINT}"
            self._refresh_overlay()
            return
        from sc3d_desktop.viz.renderer import Renderer

        self._renderer = Renderer(self, self._gl_failed, self._start.start)
        self._renderer.camera = self.camera
        native = self._renderer.native
        native.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        native.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        native.setGeometry(self.rect())
        self._upload_geometry()
        self._upload_table()
        native.show()
        self._overlay.raise_()
        self._redraw()

    def _gl_failed(self, reason: str) -> None:
        self._gl_problem = f"The graphics driver cannot draw the crystal: {reason}"
        self._settle.stop()
        self._refresh_overlay()

    def _drop_gl(self) -> None:
        if self._renderer is not None:
            self._renderer.close()
            self._renderer = None
