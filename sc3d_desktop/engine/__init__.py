"""The engine thread, its queue, and the link from the document to the answer."""

from sc3d_desktop.engine.engine import Engine
from sc3d_desktop.engine.link import TcLink
from sc3d_desktop.engine.services import LocalServices

__all__ = ["Engine", "LocalServices", "TcLink"]
