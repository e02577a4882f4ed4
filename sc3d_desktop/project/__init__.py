"""A project: what somebody works on in one folder or archive, to be kept, passed on and cited."""

from sc3d_desktop.project.contents import Contents, KeptDocument
from sc3d_desktop.project.manifest import Manifest
from sc3d_desktop.project.opening import Opened, open_project, show_project
from sc3d_desktop.project.saving import Saved, save_project

__all__ = [
    "Contents",
    "KeptDocument",
    "Manifest",
    "Opened",
    "Saved",
    "open_project",
    "save_project",
    "show_project",
]
