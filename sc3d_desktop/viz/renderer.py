"""Draws the crystal with OpenGL through vispy: one draw call for all atoms, one for all sticks.

The picture is drawn larger than shown and averaged down, which smooths every edge, also those where
surfaces meet. While things move on a slow (software) renderer it is drawn at plain size instead.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QWidget
from vispy import app, gloo

from sc3d_desktop.viz import shaders
from sc3d_desktop.viz.bonds import Bonds, Polyhedra
from sc3d_desktop.viz.camera import Camera
from sc3d_desktop.viz.pies import SITES_PER_ROW, TEXELS
from sc3d_desktop.viz.scene import Atoms
from sc3d_desktop.viz.theme import LIGHT_CANVAS, CanvasTheme, unit_rgb

Floats = NDArray[np.float64]

SUPERSAMPLING = 2.0
MAX_PIXELS = 24_000_000
FAST_FRAME_SECONDS = 0.012
"""A renderer that draws the full picture this fast draws it always."""
BOND_RADIUS_ANGSTROM = 0.105
LINE_RADIUS_ANGSTROM = 0.018
HALO_PIXELS = 3.5
FOG = 0.34
_CORNERS = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)], dtype=np.float32)
_TRIANGLES = np.array([0, 1, 2, 0, 2, 3], dtype=np.uint32)


@dataclass
class _Layer:
    """A program and what it draws: quads or triangles."""

    program: Any
    index: Any = None

    def load(self, vertices: NDArray[Any], quads: bool) -> None:
        if not len(vertices):
            self.index = None
            return
        self.program.bind(gloo.VertexBuffer(vertices))
        if quads:
            offsets = 4 * np.arange(len(vertices) // 4, dtype=np.uint32)
            indices = (offsets[:, None] + _TRIANGLES).ravel()
        else:
            indices = np.arange(len(vertices), dtype=np.uint32)
        self.index = gloo.IndexBuffer(indices)

    def draw(self) -> None:
        if self.index is not None:
            self.program.draw("triangles", self.index)


class Renderer:
    """Owns the vispy canvas and everything on the graphics card."""

    def __init__(
        self, parent: QWidget, on_failure: Callable[[str], None], on_loss: Callable[[], None]
    ) -> None:
        app.use_app("pyside6")
        self._canvas = app.Canvas(
            keys=None, parent=parent, show=False, vsync=True, config={"samples": 0}
        )
        self.native: QWidget = self._canvas.native
        self.theme = LIGHT_CANVAS
        self.camera = Camera()
        self.pie_axes: Floats = np.eye(3)
        self.visible = False
        self.moving = False
        self.frame_seconds = 0.0
        self._fast = False
        self._extent_points: Floats = np.zeros((1, 3))
        self._extent_margin = 1.0
        self._table = gloo.Texture2D(
            np.zeros((1, SITES_PER_ROW * TEXELS, 4), dtype=np.uint8), interpolation="nearest"
        )
        self._atoms = _Layer(gloo.Program(shaders.SPHERE_VERTEX, shaders.SPHERE_FRAGMENT))
        self._sticks = _Layer(gloo.Program(shaders.CYLINDER_VERTEX, shaders.CYLINDER_FRAGMENT))
        self._lines = _Layer(gloo.Program(shaders.CYLINDER_VERTEX, shaders.CYLINDER_FRAGMENT))
        self._faces = _Layer(gloo.Program(shaders.FACE_VERTEX, shaders.FACE_FRAGMENT))
        self._face_middles: Floats = np.zeros((0, 3))
        self._blit = _Layer(gloo.Program(shaders.BLIT_VERTEX, shaders.BLIT_FRAGMENT))
        self._blit.load(_structured(4, a_position=_CORNERS), quads=True)
        self._target: tuple[tuple[int, int], Any, Any] | None = None
        self._canvas.events.initialize.connect(self._on_initialize)
        self._canvas.events.draw.connect(self._on_draw)
        self._on_failure, self._on_loss = on_failure, on_loss
        self.lost = False

    def update(self) -> None:
        self._canvas.update()

    def close(self) -> None:
        self._canvas.close()

    @property
    def needs_settling(self) -> bool:
        """Whether the last picture was drawn coarsely and a finer one is owed."""
        return not self._fast

    def set_table(self, texture: NDArray[np.uint8]) -> None:
        """The only upload when occupancies, colours or the selection change."""
        self._table.set_data(texture)

    def set_atoms(self, atoms: Atoms) -> None:
        n = len(atoms)
        self._atoms.load(
            _structured(
                4 * n,
                a_centre=np.repeat(atoms.centre, 4, axis=0),
                a_corner=np.tile(_CORNERS, (n, 1)),
                a_radius=np.repeat(atoms.radius, 4),
                a_texel=np.repeat(_texels(atoms.site), 4, axis=0),
            ),
            quads=True,
        )

    def set_bonds(self, bonds: Bonds | None) -> None:
        if bonds is None:
            self._sticks.index = None
            return
        texels = np.hstack([_texels(bonds.sites[:, 0]), _texels(bonds.sites[:, 1])])
        style = bonds.stub.astype(np.float32)
        radius = np.full(len(bonds), BOND_RADIUS_ANGSTROM)
        _load_sticks(self._sticks, bonds.start, bonds.end, radius, style, texels)

    def set_lines(self, start: Floats, end: Floats) -> None:
        n = len(start)
        radius = np.full(n, LINE_RADIUS_ANGSTROM)
        _load_sticks(self._lines, start, end, radius, np.full(n, 2.0), np.zeros((n, 4)))

    def set_polyhedra(self, polyhedra: Polyhedra | None) -> None:
        if polyhedra is None:
            self._faces.index = None
            return
        n = len(polyhedra)
        vertices = _structured(
            3 * n,
            a_position=polyhedra.corners.reshape(-1, 3),
            a_normal=np.repeat(polyhedra.normals, 3, axis=0),
            a_texel=np.repeat(_texels(polyhedra.site), 3, axis=0),
        )
        self._faces.load(vertices, quads=False)
        self._face_middles = polyhedra.corners.mean(axis=1)

    def set_extent(self, points: Floats, margin: float) -> None:
        """The points, and the room around them in Å, that the depth range must hold."""
        self._extent_points, self._extent_margin = points, margin

    def picture(self, width: int, height: int, pixel_ratio: float) -> NDArray[np.uint8]:
        """The picture at any size in pixels, shape (height, width, 4)."""
        self._canvas.set_current()
        colour = gloo.Texture2D((height, width, 4))
        target = gloo.FrameBuffer(colour, gloo.RenderBuffer((height, width), "depth"))
        source = self._draw_scene(width, height, pixel_ratio, SUPERSAMPLING)
        with target:
            self._show(source, width, height)
            pixels = gloo.read_pixels((0, 0, width, height), alpha=True)
        return np.ascontiguousarray(pixels)

    def _on_initialize(self, _event: object) -> None:
        """A second time means that Qt made a new context, for a new window: all is lost."""
        if self.frame_seconds > 0 and not self.lost:
            self.lost = True
            self._on_loss()

    def _on_draw(self, _event: object) -> None:
        if self.lost:
            return
        try:
            self._draw()
        except RuntimeError as error:  # vispy's errors of a driver: a shader, a framebuffer
            self._on_failure(str(error))

    def _draw(self) -> None:
        ratio = self.native.devicePixelRatioF()
        width = max(1, round(self.native.width() * ratio))
        height = max(1, round(self.native.height() * ratio))
        coarse = self.moving and not self._fast
        begin = time.perf_counter()
        source = self._draw_scene(width, height, ratio, 1.0 if coarse else SUPERSAMPLING)
        self._show(source, width, height)
        gloo.gl.glFinish()
        self.frame_seconds = time.perf_counter() - begin
        if not coarse:
            self._fast = self.frame_seconds < FAST_FRAME_SECONDS

    def _draw_scene(self, width: int, height: int, ratio: float, sampling: float) -> Any:
        sampling = min(sampling, max(1.0, (MAX_PIXELS / (width * height)) ** 0.5))
        size = (max(1, round(width * sampling)), max(1, round(height * sampling)))
        picture, target = self._framebuffer(size)
        theme = self.theme
        self._set_uniforms(theme, width / ratio, height / ratio)
        with target:
            gloo.set_viewport(0, 0, *size)
            gloo.set_state(depth_test=True, blend=False, cull_face=False, depth_mask=True)
            gloo.set_clear_color((*unit_rgb(theme.background), 1.0))
            gloo.clear(color=True, depth=True)
            if self.visible:
                for layer in (self._lines, self._sticks, self._atoms):
                    layer.draw()
                self._draw_faces()
        return picture

    def _draw_faces(self) -> None:
        if self._faces.index is None:
            return
        order = np.argsort(self._face_middles @ self.camera.rotation[2])
        indices = (3 * order[:, None] + np.arange(3)).astype(np.uint32).ravel()
        self._faces.index.set_data(indices)
        gloo.set_state(blend=True, depth_mask=False)
        gloo.set_blend_func("src_alpha", "one_minus_src_alpha")
        self._faces.draw()
        gloo.set_state(blend=False, depth_mask=True)

    def _show(self, picture: Any, width: int, height: int) -> None:
        gloo.set_viewport(0, 0, width, height)
        gloo.set_state(depth_test=False, blend=False)
        self._blit.program["u_picture"] = picture
        self._blit.draw()

    def _framebuffer(self, size: tuple[int, int]) -> tuple[Any, Any]:
        if self._target is None or self._target[0] != size:
            shape = (size[1], size[0])
            picture = gloo.Texture2D((*shape, 4), interpolation="linear")
            target = gloo.FrameBuffer(picture, gloo.RenderBuffer(shape, "depth"))
            self._target = (size, picture, target)
        return self._target[1], self._target[2]

    def _set_uniforms(self, theme: CanvasTheme, width: float, height: float) -> None:
        """``width`` and ``height`` in logical pixels, which is what the camera counts in."""
        camera = self.camera
        pixel = camera.scale
        middle, half = self._depth_range()
        rotation = camera.rotation.T.astype(np.float32)  # GL reads columns first
        shared = {
            "u_rotation": rotation,
            "u_centre": camera.centre.astype(np.float32),
            "u_scale": (2.0 / (width * pixel), 2.0 / (height * pixel)),
            "u_depth": (middle, half),
            "u_pixel": pixel,
            "u_background": unit_rgb(theme.background),
            "u_outline": unit_rgb(theme.outline),
            "u_fog": FOG,
            "u_table": self._table,
            "u_table_size": (self._table.shape[1], self._table.shape[0]),
        }
        for layer in (self._atoms, self._sticks, self._lines, self._faces):
            _assign(layer.program, shared)
        pie = (self.pie_axes @ camera.rotation.T).T.astype(np.float32)
        _assign(
            self._atoms.program,
            {
                "u_pie": pie,
                "u_vacancy": unit_rgb(theme.vacancy),
                "u_hatch": unit_rgb(theme.hatch),
                "u_selection": unit_rgb(theme.selection),
                "u_hover": unit_rgb(theme.hover),
                "u_halo": HALO_PIXELS * camera.scale,
            },
        )
        for layer in (self._sticks, self._lines):
            layer.program["u_line"] = unit_rgb(theme.cell)

    def _depth_range(self) -> tuple[float, float]:
        height = self.camera.to_view(self._extent_points)[:, 2]
        low, high = height.min() - self._extent_margin, height.max() + self._extent_margin
        return float(low + high) / 2, float(high - low) / 2


def _load_sticks(
    layer: _Layer,
    start: Floats,
    end: Floats,
    radius: Floats,
    style: NDArray[Any],
    texels: NDArray[Any],
) -> None:
    n = len(start)
    corners = np.array([(0, -1), (1, -1), (1, 1), (0, 1)], dtype=np.float32)
    layer.load(
        _structured(
            4 * n,
            a_start=np.repeat(start, 4, axis=0),
            a_end=np.repeat(end, 4, axis=0),
            a_corner=np.tile(corners, (n, 1)),
            a_radius=np.repeat(radius, 4),
            a_style=np.repeat(style, 4),
            a_texels=np.repeat(texels, 4, axis=0),
        ),
        quads=True,
    )


def _structured(n: int, **columns: NDArray[Any]) -> NDArray[Any]:
    """One record array of 32-bit floats from columns of n rows each."""
    fields = [(name, np.float32, column.shape[1:]) for name, column in columns.items()]
    records = np.zeros(n, dtype=fields)
    for name, column in columns.items():
        records[name] = column
    return records


def _texels(site: NDArray[np.int64]) -> NDArray[np.float32]:
    """Column and row of the first texel of each site in the table."""
    column = TEXELS * (site % SITES_PER_ROW)
    return np.column_stack([column, site // SITES_PER_ROW]).astype(np.float32)


def _assign(program: Any, values: dict[str, Any]) -> None:
    for name, value in values.items():
        program[name] = value
