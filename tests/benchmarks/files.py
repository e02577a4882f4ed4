"""How many CIFs a second are read, beside pymatgen and gemmi in the same run; and what these get
wrong on the corpus.

Start: python tests/benchmarks/files.py [--data DATA_FOLDER] [--repeats 5] [--table]
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import warnings
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import gemmi
from pymatgen.core import Structure
from pymatgen.io.cif import CifParser

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.cif import read_cif, write_cif
from sc3d_desktop.crystal.symmetry import find_symmetry
from sc3d_desktop.crystal.text import decoded

CORPUS = Path(__file__).resolve().parents[1] / "corpus"
REPOSITORY = Path(__file__).resolve().parents[2]
ISOTOPES = {"D": "H", "T": "H"}
SAME = 2e-3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=REPOSITORY.parent / "shared" / "data")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--table", action="store_true")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    if options.table:
        for line in table():
            tell(line)
        return
    corpus = [CORPUS / name for name, entry in expected().items() if _is_usual(name, entry)]
    compare("corpus, what all three read", [p for p in corpus if _all_read(p)], options.repeats)
    archive = options.data / "supercon3d" / "supercon3d.zip"
    if archive.is_file():
        with TemporaryDirectory() as folder:
            paths = unpacked(archive, Path(folder))
            compare("SuperCon3D, every eighth, whole cells", paths, 2)
            for path in paths:
                path.write_text(write_cif(labelled_by_orbit(read_cif(path)[0])), encoding="utf-8")
            compare("the same with symmetry, as ICSD gives it", paths, 2)


def compare(title: str, paths: list[Path], repeats: int) -> None:
    """Readers take turns, so that a busy machine slows all of them."""
    readers: dict[str, Callable[[Path], Any]] = {
        "sc3d": read_cif,
        "pymatgen": Structure.from_file,
        "gemmi": lambda path: gemmi.read_small_structure(str(path)).get_all_unit_cell_sites(),
    }
    for read in readers.values():
        read(paths[0])
    seconds = dict.fromkeys(readers, 0.0)
    for _ in range(repeats):
        for name, read in readers.items():
            began = time.perf_counter()
            for path in paths:
                read(path)
            seconds[name] += time.perf_counter() - began
    rates = {name: repeats * len(paths) / s for name, s in seconds.items()}
    told = ", ".join(f"{name} {rate:.0f}/s" for name, rate in rates.items())
    tell(f"{title}, {len(paths)} files, one process: {told}")
    tell(f"  sc3d is {rates['sc3d'] / rates['pymatgen']:.1f} times as fast as pymatgen")


def labelled_by_orbit(crystal: Crystal) -> Crystal:
    """So that it is written with one row an orbit."""
    orbits = find_symmetry(crystal).orbits
    labels = {i: orbit.label for orbit in orbits for i in orbit.sites}
    return crystal.with_sites(
        {i: replace(site, label=labels[i]) for i, site in enumerate(crystal.sites)}
    )


def unpacked(archive: Path, folder: Path) -> list[Path]:
    with zipfile.ZipFile(archive) as cifs:
        names = sorted(n for n in cifs.namelist() if n.endswith(".cif"))[::8]
        return [Path(cifs.extract(name, folder)) for name in names]


# --- what a library gets wrong ------------------------------------------------------------------


def expected() -> dict[str, dict[str, Any]]:
    table: dict[str, dict[str, Any]] = json.loads(
        (CORPUS / "expected.json").read_text(encoding="utf-8")
    )
    return table


def _is_usual(name: str, entry: dict[str, Any]) -> bool:
    return name.endswith(".cif") and "atoms" in entry


def _all_read(path: Path) -> bool:
    try:
        Structure.from_file(path)
        gemmi.read_small_structure(str(path))
    except Exception:  # noqa: BLE001 - whatever it raises is a refusal
        return False
    return True


def by_gemmi(text: str) -> dict[str, float] | str:
    """Element → atoms in the cell, or what it says instead."""
    try:
        blocks = [b for b in gemmi.cif.read_string(text) if b.find_values("_atom_site_fract_x")]
        found: Counter[str] = Counter()
        for site in gemmi.make_small_structure_from_block(blocks[0]).get_all_unit_cell_sites():
            found[site.element.name] += site.occ
    except Exception as error:  # noqa: BLE001 - whatever it raises is a refusal
        return f"refuses ({type(error).__name__})"
    return _isotopes_joined(found) if found else "finds no atoms"


def by_pymatgen(text: str) -> dict[str, float] | str:
    try:
        structure = CifParser.from_str(text).parse_structures(primitive=False)[0]
    except Exception as error:  # noqa: BLE001 - whatever it raises is a refusal
        return f"refuses ({type(error).__name__})"
    found: Counter[str] = Counter()
    for site in structure:
        for element, occupancy in site.species.items():
            found[getattr(element, "symbol", str(element))] += occupancy
    return _isotopes_joined(found)


def _isotopes_joined(found: Counter[str]) -> dict[str, float]:
    joined: Counter[str] = Counter()
    for element, amount in found.items():
        joined[ISOTOPES.get(element, element)] += amount
    return dict(joined)


def verdict(found: dict[str, float] | str, entry: dict[str, Any]) -> str:
    """Empty where the library is right: the atoms of the table, or a refusal where that has one."""
    if "refused" in entry:
        return "" if isinstance(found, str) else f"reads {_told(found)}"
    wanted = _isotopes_joined(Counter(entry["atoms"]))
    if isinstance(found, str):
        return found
    same = set(found) == set(wanted) and all(abs(found[el] - wanted[el]) < SAME for el in wanted)
    return "" if same else _told(found)


def _told(found: dict[str, float]) -> str:
    return " ".join(f"{el}{amount:g}" for el, amount in found.items())


def table() -> list[str]:
    lines, wrong = [], Counter[str]()
    entries = {n: e for n, e in expected().items() if n.endswith("cif") and "blocks" not in e}
    for name, entry in entries.items():
        try:
            text = decoded((CORPUS / name).read_bytes())
        except Exception:  # noqa: BLE001 - not a text
            continue
        told = {who: verdict(read(text), entry) for who, read in READERS.items()}
        wrong.update(who for who in told if told[who])
        if any(told.values()):
            meant = "refused" if "refused" in entry else _told(entry["atoms"])
            cells = (name, meant, *(told[who] or "right" for who in READERS))
            lines.append("| " + " | ".join(cells) + " |")
    counts = ", ".join(f"{who} {wrong[who]}" for who in READERS)
    head = ["| file | meant | " + " | ".join(READERS) + " |", "|---|---|" + "---|" * len(READERS)]
    return [f"wrong of {len(entries)} CIF files: {counts}", "", *head, *lines]


READERS = {"gemmi": by_gemmi, "pymatgen": by_pymatgen}


def tell(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
