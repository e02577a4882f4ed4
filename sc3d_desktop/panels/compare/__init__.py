"""Two crystals side by side, with a table of what differs."""

from sc3d_desktop.panels.compare.view import ComparisonView

__all__ = ["ComparisonView"]
