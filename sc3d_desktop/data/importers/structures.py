"""A structure out of a text, for importers."""

from __future__ import annotations

from pathlib import PurePosixPath

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.cif import parse_cif
from sc3d_desktop.crystal.text import decoded
from sc3d_desktop.errors import CatalogueError


def one_crystal(raw: bytes, name: str) -> Crystal:
    """The first crystal of a CIF. Raises ``CifError`` where there is none."""
    return parse_cif(decoded(raw), PurePosixPath(name).name)[0]


def kelvin(text: str, what: str) -> float:
    """A temperature. Raises ``CatalogueError`` where the text is no number."""
    try:
        return float(text)
    except ValueError:
        raise CatalogueError(f"The Tc of {what} is “{text}”, no number.", "Correct it.") from None
