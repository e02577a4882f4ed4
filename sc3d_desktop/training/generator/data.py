"""Ordered crystals for the generator, packed by their number of atoms."""

from __future__ import annotations

import csv
import hashlib
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain, product
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from sc3d_desktop.crystal import Crystal, Site, Species, lattice_from_parameters
from sc3d_desktop.crystal.cif import parse_cif
from sc3d_desktop.crystal.elements import atomic_number
from sc3d_desktop.crystal.symmetry import niggli_cell, primitive
from sc3d_desktop.errors import CifError, TrainingError
from sc3d_desktop.models.diffcsp_sc.config import N_TYPES
from sc3d_desktop.models.diffcsp_sc.state import CrystalState, length_unit, one_hot
from sc3d_desktop.training.supercon3d import Entry, load_supercon3d

MOST_ATOMS = 20
"""Of a superconductor learned from; pre-training goes to 52."""

_MOST_DRAWN_FROM = 40
_TRIES = 8
_CLOSEST_ANGSTROM = 0.7
_IMAGES = np.array(list(product((-1, 0, 1), repeat=3)))

Array = NDArray[np.float32]


@dataclass(frozen=True)
class Packed:
    """Crystals of one size: lattices (n, 3, 3) in ``length_unit``, coordinates (n, N, 3), atomic
    numbers (n, N) and ln(Tc / K) (n,), NaN where there is none.
    """

    lattice: Tensor
    frac: Tensor
    numbers: Tensor
    ln_tc: Tensor

    def __len__(self) -> int:
        return len(self.lattice)

    def state(self, rows: Tensor) -> CrystalState:
        return CrystalState(self.lattice[rows], self.frac[rows], one_hot(self.numbers[rows].long()))


@dataclass(frozen=True)
class GeneratorData:
    """Crystals without and with Tc, by number of atoms; ``sha256`` is that of all of them."""

    structures: dict[int, Packed]
    superconductors: dict[int, Packed]
    sha256: str

    def without_structures(self) -> GeneratorData:
        """The superconductors alone."""
        return GeneratorData({}, self.superconductors, _digest({}, self.superconductors))

    def count(self, packed: dict[int, Packed]) -> int:
        return sum(len(p) for p in packed.values())


Row = tuple[Array, Array, list[int], float]
"""Lattice in Å, coordinates, atomic numbers, ln Tc."""


def load_generator_data(data: Path, most: int | None = None) -> GeneratorData:
    """Pre-training structures of 2 to 52 atoms, and the ordered superconductors of SuperCon3D's
    training part and of 3DSC with a Tc, in Niggli's primitive cells, with ordered draws of their
    disordered ones; of each source the first ``most``.

    Compositions of SuperCon3D's validation and test parts are left out of both. Raises
    ``TrainingError`` where files are missing.
    """
    held_out = _held_out(data)
    plain = _pack(_pretraining(data, most, held_out))
    known = _pack(chain(_superconductors(data, most, held_out), _drawn(data, most, held_out)))
    return GeneratorData(plain, known, _digest(plain, known))


def load_superconductors(data: Path, drawn: bool = False) -> GeneratorData:
    """Those of ``load_generator_data`` alone: the ordered ones, with ``drawn`` the draws too."""
    held_out = _held_out(data)
    draws = _drawn(data, None, held_out) if drawn else ()
    known = _pack(chain(_superconductors(data, None, held_out), draws))
    return GeneratorData({}, known, _digest({}, known))


def held_out_superconductors(data: Path, part: str = "test") -> list[Crystal]:
    """The ordered crystals of SuperCon3D's ``test`` or ``val`` part of up to 20 atoms, in primitive
    cells; nothing that is trained has learned from them.
    """
    split = _generator_split(data)
    entries = _entries(data)
    cells = [primitive(e.crystal) for e in entries if split.get(e.id) == part]
    return [cell for cell in cells if cell.is_ordered and 2 <= len(cell) <= MOST_ATOMS]


def held_out_ids(data: Path) -> set[str]:
    """Of the ordered entries of SuperCon3D that nothing has learned from."""
    return {id_ for id_, part in _generator_split(data).items() if part in ("val", "test")}


def _digest(plain: dict[int, Packed], known: dict[int, Packed]) -> str:
    digest = hashlib.sha256()
    for packed in (plain, known):
        for n in sorted(packed):
            digest.update(packed[n].frac.numpy().tobytes() + packed[n].ln_tc.numpy().tobytes())
    return digest.hexdigest()


def _pretraining(data: Path, most: int | None, held_out: set[str]) -> Iterator[Row]:
    import pandas

    met = set()
    for name in ("mp_pretrain_2_20", "mp_pretrain_21_52"):
        path = data / "pretraining" / f"{name}.parquet"
        if not path.is_file():
            raise TrainingError(f"There is no {path}.", "Give the data folder with --data.")
        table = pandas.read_parquet(path)[:most]
        met.update(table["mp_id"])
        cells = table[["a", "b", "c", "alpha", "beta", "gamma"]].to_numpy(float)
        columns = zip(cells, table["atomic_numbers"], table["frac_coords"], strict=True)
        for cell, numbers, frac in columns:
            if max(numbers) <= N_TYPES and _composition_key(list(numbers)) not in held_out:
                lattice = lattice_from_parameters(*cell)
                yield _niggli(lattice, frac.reshape(-1, 3), list(numbers), np.nan)
    folder = data / "3dsc_mp"
    rows = [r for r in _table(folder / "mp_structures.csv") if r["mp_id"] not in met][:most]
    for crystal, _ in _read(folder / "mp_structures.zip", rows):
        yield from _row(crystal, np.nan, held_out)


def _superconductors(data: Path, most: int | None, held_out: set[str]) -> Iterator[Row]:
    split = _generator_split(data)
    for entry in _entries(data)[:most]:
        if split.get(entry.id) == "train":
            yield from _row(entry.crystal, entry.ln_tc, set())
    folder = data / "3dsc_mp"
    rows = [r for r in _table(folder / "3dsc_mp.csv") if float(r["tc_K"]) > 0]
    ordered = [r for r in rows if r["disorder_class"] == "O"][:most]
    for crystal, row in _read(folder / "3dsc_mp_cifs.zip", ordered):
        yield from _row(crystal, float(np.log(float(row["tc_K"]))), held_out)


def _drawn(data: Path, most: int | None, held_out: set[str]) -> Iterator[Row]:
    """An ordered cell of each disordered superconductor, with its Tc: on every site one of its
    species, or none, as often as it is there. So the parents of what is doped are learned as well.
    """
    disordered = (e for e in _entries(data)[:most] if not e.crystal.is_ordered)
    found = [(entry.crystal, entry.ln_tc) for entry in disordered]
    folder = data / "3dsc_mp"
    rows = [r for r in _table(folder / "3dsc_mp.csv") if float(r["tc_K"]) > 0]
    rows = [r for r in rows if r["disorder_class"] != "O"][:most]
    for crystal, row in _read(folder / "3dsc_mp_cifs.zip", rows):
        found.append((crystal, float(np.log(float(row["tc_K"])))))
    rng = np.random.default_rng(0)
    for crystal, ln_tc in found:
        cell = primitive(crystal)
        if len(cell) <= _MOST_DRAWN_FROM and (ordered := _draw(cell, rng)) is not None:
            yield from _row(ordered, ln_tc, held_out)


def _draw(cell: Crystal, rng: np.random.Generator) -> Crystal | None:
    """None where a few tries all put atoms on top of each other, as those of split sites are."""
    for _ in range(_TRIES):
        sites = tuple(drawn for site in cell.sites if (drawn := _drawn_site(site, rng)))
        if len(sites) < 2:
            continue
        ordered = Crystal(cell.lattice, sites, cell.name)
        if _shortest(ordered) > _CLOSEST_ANGSTROM:
            return ordered
    return None


def _drawn_site(site: Site, rng: np.random.Generator) -> Site | None:
    at = rng.random()
    for element, occupancy in site.species.items():
        at -= occupancy
        if at < 0:
            return Site(site.label, Species({element: 1.0}), site.frac)
    return None


def _shortest(crystal: Crystal) -> float:
    """Å between two atoms, images next to the cell included."""
    frac = crystal.frac_coords
    away = frac[:, None] - frac
    away = (away - np.round(away))[:, :, None] + _IMAGES
    lengths = np.linalg.norm(away @ crystal.lattice, axis=-1)
    return float(lengths[lengths > 1e-3].min())


def _read(archive: Path, rows: list[dict[str, str]]) -> Iterator[tuple[Crystal, dict[str, str]]]:
    with zipfile.ZipFile(archive) as cifs:
        for row in rows:
            try:
                yield parse_cif(cifs.read(f"cifs/{row['file']}").decode(), row["file"])[0], row
            except CifError:
                continue  # what cannot be read is not learned from


def _row(crystal: Crystal, ln_tc: float, held_out: set[str]) -> Iterator[Row]:
    cell = primitive(crystal)
    numbers = [atomic_number(next(iter(site.species))) for site in cell.sites]
    fits = cell.is_ordered and 2 <= len(cell) <= MOST_ATOMS
    if fits and _composition_key(numbers) not in held_out:
        yield _niggli(cell.lattice, cell.frac_coords, numbers, ln_tc)


def _niggli(
    lattice: NDArray[np.float64], frac: NDArray[np.float64], numbers: list[int], ln_tc: float
) -> Row:
    """One cell for each lattice, so that there is one thing to learn."""
    reduced = niggli_cell(lattice)
    moved = (frac @ lattice @ np.linalg.inv(reduced)) % 1.0
    return reduced.astype("f4"), moved.astype("f4"), numbers, ln_tc


def _held_out(data: Path) -> set[str]:
    """Compositions of SuperCon3D's validation and test parts."""
    split = _generator_split(data)
    return {
        _composition_key([atomic_number(next(iter(s.species))) for s in entry.crystal.sites])
        for entry in _entries(data)
        if split.get(entry.id) in ("val", "test")
    }


@cache
def _entries(data: Path) -> tuple[Entry, ...]:
    """They are asked for several times in one load."""
    return load_supercon3d(data).entries


def _generator_split(data: Path) -> dict[str, str]:
    rows = _table(data / "splits" / "supercon3d_10fold.csv")
    return {row["id"]: row["generator_split"] for row in rows}


def _table(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        raise TrainingError(f"There is no {path}.", "Give the data folder with --data.")
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _composition_key(numbers: list[int]) -> str:
    kinds, counts = np.unique(numbers, return_counts=True)
    divisor = np.gcd.reduce(counts)
    return repr(list(zip(kinds.tolist(), (counts // divisor).tolist(), strict=True)))


def _pack(rows: Iterable[Row]) -> dict[int, Packed]:
    by_size: dict[int, list[Row]] = {}
    for row in rows:
        by_size.setdefault(len(row[2]), []).append(row)
    return {n: _packed(n, found) for n, found in sorted(by_size.items())}


def _packed(n: int, rows: list[Row]) -> Packed:
    lattice, frac, numbers, ln_tc = zip(*rows, strict=True)
    return Packed(
        torch.tensor(np.stack(lattice) / length_unit(n), dtype=torch.float32),
        torch.tensor(np.stack(frac), dtype=torch.float32) % 1.0,
        torch.tensor(np.array(numbers), dtype=torch.uint8),
        torch.tensor(ln_tc, dtype=torch.float32),
    )
