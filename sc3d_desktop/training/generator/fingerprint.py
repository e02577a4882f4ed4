"""What a generator has learned from, told by hashes: compositions with their space groups.

The structures themselves may not travel with the program; whether a candidate repeats one of them
can still be said as far as composition and space group go.
"""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import numpy as np

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.symmetry import find_symmetry
from sc3d_desktop.data.elements import composition_hash
from sc3d_desktop.models.diffcsp_sc.fingerprint import SYMPREC_ANGSTROM, Fingerprint
from sc3d_desktop.models.diffcsp_sc.state import crystals_of
from sc3d_desktop.training.generator.data import GeneratorData, Packed

_AT_ONCE = 500


def write_fingerprint(data: GeneratorData, path: Path) -> Generator[tuple[int, int], None, int]:
    """Each composition once with each of its space groups; yields (structures looked at, all of
    them), returns the number of pairs.
    """
    packs = [*data.structures.values(), *data.superconductors.values()]
    total, done = sum(len(pack) for pack in packs), 0
    pairs: set[tuple[int, int]] = set()
    for pack in packs:
        for start in range(0, len(pack), _AT_ONCE):
            crystals = _crystals(pack, start)
            pairs.update(_pair(crystal) for crystal in crystals)
            done += len(crystals)
            yield done, total
    rows = sorted(pairs)
    hashes, groups = zip(*rows, strict=True)
    Fingerprint(np.array(hashes, np.int64), np.array(groups, np.uint8), data.sha256).save(path)
    return len(rows)


def _crystals(pack: Packed, start: int) -> list[Crystal]:
    import torch

    rows = torch.arange(start, min(start + _AT_ONCE, len(pack)))
    return [crystal for crystal in crystals_of(pack.state(rows)) if crystal is not None]


def _pair(crystal: Crystal) -> tuple[int, int]:
    number = find_symmetry(crystal, SYMPREC_ANGSTROM).number
    return composition_hash(crystal.composition), number
