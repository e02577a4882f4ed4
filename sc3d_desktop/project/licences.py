"""What may be passed on: coordinates under an open licence, and what people made themselves."""

from __future__ import annotations

import re

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.data.entry import Collection

_OPEN = re.compile(
    r"\b(CC0|CC[- ]BY(?:[- ]SA)?(?![- ]N)|MIT|BSD|Apache|public domain|ODC-BY|PDDL)\b",
    re.IGNORECASE,
)
_ICSD = re.compile(r"icsd", re.IGNORECASE)


def is_open(collection: Collection) -> bool:
    """Whether the stated licence of a collection lets anyone pass on its coordinates. Where none
    is stated, or it depends on where a file came from, it does not.
    """
    return bool(_OPEN.search(collection.licence)) and not _ICSD.search(collection.licence)


def from_icsd(crystal: Crystal, *told: str) -> bool:
    """Whether a crystal says of itself, or its file is said, to come from ICSD."""
    return any(_ICSD.search(text) for text in (crystal.name, crystal.block, *told))
