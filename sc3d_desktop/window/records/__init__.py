"""What somebody made and measured: asked for, listed, and held against what was predicted."""

from sc3d_desktop.window.records.desk import RecordsDesk
from sc3d_desktop.window.records.dialog import MadeDialog

__all__ = ["MadeDialog", "RecordsDesk"]
