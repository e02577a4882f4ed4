"""Small widgets that all panels share: buttons, number boxes, badges, cells, activity."""

from sc3d_desktop.panels.parts.activity import Activity
from sc3d_desktop.panels.parts.gesture import Gesture
from sc3d_desktop.panels.parts.icons import IconButton, blank_icon, icon
from sc3d_desktop.panels.parts.labels import Badge, Heading, Note, Problem
from sc3d_desktop.panels.parts.markup_cell import OPENS_ROLE, MarkupDelegate
from sc3d_desktop.panels.parts.number_box import NumberBox

__all__ = [
    "OPENS_ROLE",
    "Activity",
    "Badge",
    "Gesture",
    "Heading",
    "IconButton",
    "MarkupDelegate",
    "Note",
    "NumberBox",
    "Problem",
    "blank_icon",
    "icon",
]
