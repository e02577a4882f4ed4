"""Saving what is worked on as a project, and opening one."""

from sc3d_desktop.window.project.desk import ProjectDesk

__all__ = ["ProjectDesk"]
