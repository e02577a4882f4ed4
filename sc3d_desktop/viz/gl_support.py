"""Whether this display can draw with OpenGL, asked before anything depends on it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QGuiApplication, QOffscreenSurface, QOpenGLContext

GL_RENDERER = 0x1F01
PLATFORMS_WITHOUT_GL = frozenset({"offscreen", "minimal", "vnc", "linuxfb"})
HINT = (
    "The structure can be edited and Tc predicted without the picture. To see it, start the "
    "program on a screen with OpenGL 2 (on a remote desktop: install the Mesa software renderer)."
)


@dataclass(frozen=True)
class GlSupport:
    """``problem`` is empty where OpenGL works; ``renderer`` names what draws."""

    renderer: str = ""
    problem: str = ""


def gl_support() -> GlSupport:
    """Try a context on a hidden surface; needs a QGuiApplication."""
    platform = QGuiApplication.platformName()
    if platform in PLATFORMS_WITHOUT_GL:
        return GlSupport(problem=f"The display “{platform}” has no OpenGL.")
    context = QOpenGLContext()
    if not context.create():
        return GlSupport(problem="No OpenGL context could be made on this display.")
    surface = QOffscreenSurface()
    surface.setFormat(context.format())
    surface.create()
    if not context.makeCurrent(surface):
        return GlSupport(problem="The OpenGL context of this display cannot be used.")
    version = context.format().version()
    renderer = str(context.functions().glGetString(GL_RENDERER))
    context.doneCurrent()
    if version < (2, 0):
        return GlSupport(renderer, f"OpenGL {version[0]}.{version[1]} is too old; 2.0 is needed.")
    return GlSupport(renderer=renderer)
