"""Everything a user may name or drop, as crystals, in order; and crystals as files."""

from sc3d_desktop.crystal.files.archives import ARCHIVE_SUFFIXES, is_archive
from sc3d_desktop.crystal.files.formats import SUFFIXES
from sc3d_desktop.crystal.files.read import Outcome, Read, Refused, Source, read_all
from sc3d_desktop.crystal.files.write import FORMATS, Format, format_of, renamed, write_structure

__all__ = [
    "ARCHIVE_SUFFIXES",
    "FORMATS",
    "SUFFIXES",
    "Format",
    "Outcome",
    "Read",
    "Refused",
    "Source",
    "format_of",
    "is_archive",
    "read_all",
    "renamed",
    "write_structure",
]
