"""The generator: crystals that nobody has made, for a Tc, of some elements, like another."""

from sc3d_desktop.panels.generator.generator import Generator

__all__ = ["Generator"]
