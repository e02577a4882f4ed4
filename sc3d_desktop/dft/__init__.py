"""Hand-off of crystals to density-functional codes."""

from sc3d_desktop.dft.vasp import PRESETS, write_vasp

__all__ = ["PRESETS", "write_vasp"]
