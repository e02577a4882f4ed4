"""A small data folder in the layout of the real one: crystals, folds, and tables of formulas."""

from __future__ import annotations

import csv
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from sodnet_cases import random_crystal

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.cif import write_cif

N = 100
OTHERS = ("Nb3Sn", "NbTi", "V3Si", "Pb", "In", "Nb3Ge", "PbMo6S8", "NbSe2", "ZrZn2", "Ta")
"""Formulas of no entry."""


def write_data(folder: Path) -> Path:
    """100 entries e0 to e99, entry i in fold i mod 10 of every split."""
    rng = np.random.default_rng(0)
    crystals = [random_crystal(i, 1 + i % 2) for i in range(N)]
    rows = [
        {
            "id": f"e{i}",
            "file": f"e{i}.cif",
            "formula": formula(crystal),
            "tc_K": f"{rng.lognormal(2, 1):.4f}",
            "family": ("cuprate", "others")[i % 2],
            "disorder_class": ("O", "SD", "PD", "SPD")[i // 10 % 4],
        }
        for i, crystal in enumerate(crystals)
    ]
    write_csv(folder / "supercon3d" / "supercon3d.csv", rows)
    splits = ("fold_random", "fold_grouped", "fold_paper_sorted")
    folds = [{"id": f"e{i}"} | dict.fromkeys(splits, i % 10) for i in range(N)]
    write_csv(folder / "splits" / "supercon3d_10fold.csv", folds)
    with zipfile.ZipFile(folder / "supercon3d" / "supercon3d.zip", "w") as archive:
        for i, crystal in enumerate(crystals):
            archive.writestr(f"cif/e{i}.cif", write_cif(crystal))
    known = [(row["formula"], row["tc_K"]) for row in rows] + [(f, "9.0") for f in OTHERS]
    _write_formulas(folder, known)
    return folder


def formula(crystal: Crystal) -> str:
    return "".join(f"{el}{amount:.6f}" for el, amount in crystal.composition.items())


def write_csv(path: Path, rows: list[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def _write_formulas(folder: Path, known: list[tuple[str, str]]) -> None:
    supercon, stanev = known[::2], known[1::2]
    tables = folder / "supercon_formulas"
    write_csv(
        tables / "SuperCon_11949.csv",
        [{"Formula": f, "Tc": tc, "Materials_family": "others"} for f, tc in supercon],
    )
    write_csv(
        tables / "Supercon_data_by_2018_Stanev.csv",
        [{"name": f, "Tc": tc} for f, tc in [*stanev, ("NaCl", "0")]],
    )
    write_csv(folder / "3dsc_mp" / "3dsc_mp.csv", [{"formula_sc": "Si1", "tc_K": "0"}])
