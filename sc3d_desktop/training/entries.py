"""The entries of SuperCon3D as arrays, and the further formulas that may be trained on."""

from __future__ import annotations

import csv
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sc3d_desktop.training.labels import (
    FormulaTables,
    Labels,
    chemical_systems,
    crystal_fractions,
    formula_fractions,
    load_labels,
)
from sc3d_desktop.training.results import SplitKind
from sc3d_desktop.training.supercon3d import Split, load_supercon3d

Array = NDArray[np.float64]


class Entries:
    """``ln_tc`` (n,), ``fractions`` (n, 104) of the crystals, ``family`` and ``disorder`` (n,)."""

    def __init__(self, data: Path) -> None:
        read = load_supercon3d(data)
        self.data, self.read = data, read
        self.ids = [e.id for e in read.entries]
        self.ln_tc = np.array([e.ln_tc for e in read.entries])
        self.fractions = crystal_fractions([e.crystal for e in read.entries])
        self.disorder = np.array([e.disorder for e in read.entries])
        self.family = np.array([e.family for e in read.entries])

    @cached_property
    def formula_fractions(self) -> Array:
        """Fractions by the table's formulas, which differ from the crystals' in a few entries."""
        table = self.data / "supercon3d" / "supercon3d.csv"
        with table.open(encoding="utf-8", newline="") as lines:
            formulas = {row["id"]: row["formula"] for row in csv.DictReader(lines)}
        read = [formula_fractions(formulas[i]) for i in self.ids]
        return np.stack(
            [own if f is None else f for f, own in zip(read, self.fractions, strict=True)]
        )

    @cached_property
    def tables(self) -> FormulaTables:
        return load_labels(self.data)

    @property
    def labels(self) -> Labels:
        """Every formula with a Tc, those of the entries among them."""
        return self.tables.superconductors


def extra_rows(entries: Entries, split: Split, kind: SplitKind) -> Labels:
    """Formulas to train on beside the fold's entries.

    None is the formula of a test or validation entry, nor, on grouped folds, of the chemical system
    of one; what the training entries have themselves is left out as well.
    """
    judged = np.concatenate([split.test, split.validation])
    held_out = np.concatenate([entries.fractions[judged], entries.formula_fractions[judged]])
    rows = entries.labels.without_formulas(held_out)
    if kind == "fold_grouped":
        rows = rows.without_systems(set(chemical_systems(held_out)))
    return rows.without_formulas(entries.fractions[split.train])
