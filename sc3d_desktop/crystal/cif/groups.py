"""Sets of symmetry operations, and the space groups that symbols and numbers name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import gemmi
import numpy as np
from numpy.typing import NDArray

_LARGEST_GROUP = 192
_LARGEST_ENTRY = 16
_GROUP_NUMBER = re.compile(r"[1-9][0-9]{0,2}")
_BRACKETED_SCREW = re.compile(r"\(([1-5])\)")
_ORIGIN_IN_WORDS = re.compile(r"[\s(,]*origin(?:\s*choice)?\s*([12])\)?$", re.IGNORECASE)
_REMARK = re.compile(r"\s*\([^()]*\)$")
_ORIGINS = {"S": ":1", "Z": ":2"}
"""One database's words for the origin."""


@dataclass(frozen=True, eq=False)
class Operations:
    """Rotations (n, 3, 3) and translations (n, 3) on fractional coordinates, in an order that
    begins with the identity where there is one.
    """

    rotations: NDArray[np.float64]
    translations: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.rotations)

    @cached_property
    def number(self) -> int | None:
        """The space group's number where its setting is a known one."""
        group = gemmi.find_spacegroup_by_ops(gemmi.GroupOps(self._as_ops()))
        return None if group is None else int(group.number)

    def _as_ops(self) -> list[gemmi.Op]:
        ops = []
        for rotation, translation in zip(*self._in_steps(), strict=True):
            op = gemmi.Op()
            op.rot, op.tran = rotation.tolist(), translation.tolist()
            ops.append(op)
        return ops

    def _in_steps(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        parts = (self.rotations, self.translations)
        rotations, translations = (np.rint(x * gemmi.Op.DEN).astype(np.int64) for x in parts)
        return rotations, translations

    def fits(self, lattice: NDArray[np.float64], tolerance: float = 0.01) -> bool:
        """Whether every rotation keeps the lengths and angles of the cell, to ``tolerance``."""
        metric = lattice @ lattice.T
        moved = np.swapaxes(self.rotations, 1, 2) @ metric @ self.rotations
        return bool(np.abs(moved - metric).max() <= 2 * tolerance * metric.max())

    def completed(self) -> Operations | None:
        """With every product of two operations; None where that never ends."""
        if len(self) > _LARGEST_GROUP:
            return self
        given = found = _distinct(self._as_rows())
        while True:
            products = _products(found)
            if np.abs(products[:, :9]).max() >= _LARGEST_ENTRY:
                return None
            missing = products[~np.isin(_keys(products), _keys(found))]
            if not len(missing):
                break
            found = _distinct(np.concatenate([found, missing]))
            if len(found) > _LARGEST_GROUP:
                return None
        if len(found) == len(given):
            return self
        rotations, translations = found[:, :9].reshape(-1, 3, 3), found[:, 9:]
        return Operations(rotations.astype(float), translations / gemmi.Op.DEN)

    def _as_rows(self) -> NDArray[np.int64]:
        """Nine numbers of the rotation and three steps of 1/24, one operation a row."""
        rotations, translations = self._in_steps()
        rows = (rotations.reshape(-1, 9) // gemmi.Op.DEN, translations % gemmi.Op.DEN)
        return np.concatenate(rows, axis=1)


def _products(rows: NDArray[np.int64]) -> NDArray[np.int64]:
    rotations, translations = rows[:, :9].reshape(-1, 3, 3).astype(float), rows[:, 9:]
    n = len(rows)
    turned = (rotations.reshape(-1, 3) @ rotations.transpose(1, 0, 2).reshape(3, -1)).reshape(
        n, 3, n, 3
    )
    moved = (rotations.reshape(-1, 3) @ translations.T).reshape(n, 3, n).transpose(0, 2, 1)
    moved = (moved + translations[:, None]) % gemmi.Op.DEN
    flat = turned.transpose(0, 2, 1, 3).reshape(-1, 9), moved.reshape(-1, 3)
    rounded: NDArray[np.int64] = np.rint(np.concatenate(flat, axis=1)).astype(np.int64)
    return rounded


def _keys(rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """One number for an operation: five bits for each of its twelve."""
    shifted = rows + np.array([_LARGEST_ENTRY] * 9 + [0] * 3)
    keys: NDArray[np.int64] = shifted @ (1 << np.arange(0, 60, 5))
    return keys


def _distinct(rows: NDArray[np.int64]) -> NDArray[np.int64]:
    _, first = np.unique(_keys(rows), return_index=True)
    kept: NDArray[np.int64] = rows[np.sort(first)]
    return kept


def operations(ops: Sequence[gemmi.Op]) -> Operations:
    rotations = np.array([op.rot for op in ops], dtype=np.float64) / gemmi.Op.DEN
    return Operations(rotations, np.array([op.tran for op in ops], dtype=float) / gemmi.Op.DEN)


IDENTITY = operations([gemmi.Op("x,y,z")])


@dataclass(frozen=True)
class Group:
    """A space group in one setting. ``open_origin`` says that its name leaves two origins open."""

    number: int
    name: str
    operations: Operations
    open_origin: bool = False


@lru_cache(maxsize=512)
def group_of_hall(symbol: str) -> Group | None:
    try:
        ops = operations(list(gemmi.symops_from_hall(symbol)))
    except (ValueError, RuntimeError):
        return None
    return Group(ops.number or 0, symbol, ops)


@lru_cache(maxsize=2048)
def groups_of_name(name: str, alpha: float, gamma: float) -> tuple[Group, ...]:
    """The group of a Hermann-Mauguin symbol as any program writes it, or of a number; the angles
    choose between hexagonal and rhombohedral axes. Two groups where the origin is left open.
    """
    for candidate in _spellings(name):
        found = gemmi.find_spacegroup_by_name(candidate, alpha, gamma)
        if found is None:
            continue
        if found.ext not in ("1", "2") or candidate.endswith(f":{found.ext}"):
            return (_group(found),)
        both = (gemmi.find_spacegroup_by_name(f"{found.hm}:{n}") for n in "12")
        return tuple(_group(g, open_origin=True) for g in both if g is not None)
    return ()


def groups_of_number(text: str, alpha: float, gamma: float) -> tuple[Group, ...]:
    number = int(text) if _GROUP_NUMBER.fullmatch(text) else 0
    group = gemmi.find_spacegroup_by_number(number) if number else None
    return () if group is None else groups_of_name(str(group.hm), alpha, gamma)


@lru_cache(maxsize=256)
def has_one_setting(number: int) -> bool:
    """Whether the number alone says the axes. Larger cells than the usual one, such as that of
    F 4/m m m, are left aside: whoever chooses them writes so.
    """
    groups = [g for g in gemmi.spacegroup_table() if g.number == number]
    usual = len(groups[0].operations()) if groups else 0
    return len({g.hm for g in groups if len(g.operations()) == usual}) == 1


def _group(found: gemmi.SpaceGroup, open_origin: bool = False) -> Group:
    ops = operations(list(found.operations()))
    return Group(int(found.number), str(found.xhm()), ops, open_origin)


def _spellings(name: str) -> list[str]:
    """The symbol as gemmi may know it: ``P2(1)/c``, ``F d -3 m Z``, ``P 6_3/m m c (194)``."""
    plain = " ".join(name.replace("_", "").replace("−", "-").split())
    plain = _BRACKETED_SCREW.sub(r"\1", plain)
    plain = _ORIGIN_IN_WORDS.sub(r":\1", plain)
    plain = _REMARK.sub("", plain).strip()
    stem, last = plain[:-1].rstrip(" :"), plain[-1:].upper()
    candidates = [plain]
    if stem and last in _ORIGINS:
        candidates = [stem + _ORIGINS[last], stem]
    elif stem and last in ("H", "R") and len(stem) > 1:
        candidates = [f"{stem}:{last}", plain, stem]
    return [c for c in candidates if c]
