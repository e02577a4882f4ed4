"""Sources of entries: published data sets, and the user's own folders."""

from sc3d_desktop.data.importers.cif_folder import CifFolder
from sc3d_desktop.data.importers.htsc import Htsc
from sc3d_desktop.data.importers.source import EntrySource, Item
from sc3d_desktop.data.importers.starter import StarterSet
from sc3d_desktop.data.importers.supercon3d import SuperCon3D, check_supercon3d
from sc3d_desktop.data.importers.three_dsc import ThreeDSC

__all__ = [
    "CifFolder",
    "EntrySource",
    "Htsc",
    "Item",
    "StarterSet",
    "SuperCon3D",
    "ThreeDSC",
    "check_supercon3d",
]
