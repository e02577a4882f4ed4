"""Crystals on their way to VASP and Quantum ESPRESSO: what is asked, and what is told."""

from sc3d_desktop.window.hand_off.desk import HandOffDesk
from sc3d_desktop.window.hand_off.dialog import HandOffDialog

__all__ = ["HandOffDesk", "HandOffDialog"]
