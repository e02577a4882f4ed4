"""The compositions a generator has learned from, as hashes, with their space groups."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from sc3d_desktop.errors import ModelError
from sc3d_desktop.paths import resources

SYMPREC_ANGSTROM = 0.1
"""At which the space groups were found."""


@dataclass(frozen=True)
class Fingerprint:
    """``compositions`` (n,), rising, are ``data.elements.composition_hash``; ``space_groups`` (n,)
    their numbers. A composition has a row for each of its space groups. ``data`` is the hash of the
    structures.
    """

    compositions: NDArray[np.int64]
    space_groups: NDArray[np.uint8]
    data: str

    def __len__(self) -> int:
        return len(self.compositions)

    def space_groups_of(self, composition: int) -> frozenset[int]:
        """Numbers of the space groups in which a composition was learned; empty if it was not."""
        first = np.searchsorted(self.compositions, composition, "left")
        last = np.searchsorted(self.compositions, composition, "right")
        return frozenset(self.space_groups[first:last].tolist())

    def save(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(
            path,
            compositions=self.compositions,
            space_groups=self.space_groups,
            data=np.array(self.data),
        )


def fingerprint_file() -> Path:
    return resources() / "weights" / "generator" / "training.npz"


def load_fingerprint(path: Path | None = None) -> Fingerprint | None:
    """The one that ships with the program; None where there is none. Raises ``ModelError`` where it
    is damaged.
    """
    path = path or fingerprint_file()
    if not path.is_file():
        return None
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as held:
            return Fingerprint(held["compositions"], held["space_groups"], str(held["data"]))
    except (OSError, ValueError, KeyError, EOFError, BadZipFile, zlib.error) as error:
        raise ModelError(f"{path.name} is damaged.", "Install the program again.") from error
