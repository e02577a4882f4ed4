"""Structures of calculations as crystals."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from sc3d_desktop.crystal import Crystal, Site, Species
from sc3d_desktop.crystal.files.contents import Content
from sc3d_desktop.crystal.files.formats import crystals_of
from sc3d_desktop.crystal.text import MAX_BYTES
from sc3d_desktop.dft.results.guard import read_bytes, told_of
from sc3d_desktop.dft.results.packed import plain_name
from sc3d_desktop.dft.results.types import Floats
from sc3d_desktop.errors import Sc3dError


def crystal_from(lattice: Floats, symbols: Sequence[str], fracs: Floats, name: str = "") -> Crystal:
    """``lattice`` (3, 3) rows in Å, ``fracs`` (n, 3); each site is full."""
    sites = tuple(
        Site(f"{symbol}{n}", Species({symbol: 1.0}), (frac[0], frac[1], frac[2]))
        for n, (symbol, frac) in enumerate(zip(symbols, fracs.tolist(), strict=True), 1)
    )
    return Crystal(np.asarray(lattice, dtype=np.float64), sites, name)


def crystal_of(structure: Any, name: str = "") -> Crystal:
    """Of an ordered pymatgen structure."""
    symbols = [site.specie.symbol for site in structure]
    return crystal_from(structure.lattice.matrix, symbols, structure.frac_coords, name)


def crystal_in(path: Path) -> Crystal | None:
    """The crystal of a POSCAR or CONTCAR; None where there is none, or it cannot be read."""
    if not path.is_file():
        return None
    try:
        with told_of(path):
            content = Content(plain_name(path), "", lambda: read_bytes(path, MAX_BYTES))
            found = (one for one in crystals_of(content) if isinstance(one, Crystal))
            return next(found, None)
    except Sc3dError:
        return None
