"""Everything a user may name or drop, as crystals: files, folders and archives, in order."""

from sc3d_desktop.crystal.files.archives import ARCHIVE_SUFFIXES, is_archive
from sc3d_desktop.crystal.files.formats import SUFFIXES
from sc3d_desktop.crystal.files.read import Outcome, Read, Refused, Source, read_all

__all__ = [
    "ARCHIVE_SUFFIXES",
    "SUFFIXES",
    "Outcome",
    "Read",
    "Refused",
    "Source",
    "is_archive",
    "read_all",
]
