"""The versions of the Tc model in the window: improve one, judge it, choose which one answers."""

from sc3d_desktop.window.models.desk import ModelsDesk

__all__ = ["ModelsDesk"]
