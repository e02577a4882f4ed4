"""What is large is read within seconds, or refused at once with the reason."""

from __future__ import annotations

import time
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from crystal_cases import cif

from sc3d_desktop.crystal.cif.block import MAX_ITEMS
from sc3d_desktop.crystal.files import Read, Refused, read_all
from sc3d_desktop.crystal.findings import MOST_OF_A_KIND

LARGE = (90, 90, 90, 90, 90, 90)
AT_ONCE, SOON = 10.0, 60.0
"""Seconds, generous: a test machine is slow and shared."""


def rows(n: int, occupancy: str = "1") -> str:
    """Atoms half an ångström and more apart from each other."""
    grid = np.stack(np.unravel_index(np.arange(n), (80, 80, 80)), axis=1) / 80
    return "\n".join(
        f"O{i} O {x:.6f} {y:.6f} {z:.6f} {occupancy}" for i, (x, y, z) in enumerate(grid)
    )


def only(path: Path, text: str, seconds: float) -> Read | Refused:
    path.write_text(text)
    began = time.perf_counter()
    (outcome,) = read_all([path])
    assert time.perf_counter() - began < seconds
    return outcome


def test_twenty_thousand_sites_are_read(tmp_path):
    outcome = only(tmp_path / "a.cif", cif(rows(20_000), LARGE), SOON)
    assert isinstance(outcome, Read)
    assert len(outcome.crystal) == 20_000
    assert outcome.crystal.findings == ()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (cif(rows(20_001), LARGE), "more than 20000 sites"),
        (cif(rows(2_000), LARGE, symmetry="_space_group_IT_number 225"), "more than 20000 sites"),
        (cif(rows(100_001), LARGE), "100,001 atoms are listed"),
        (
            "data_a\n" + "".join(f"_t{i} 1\n" for i in range(MAX_ITEMS + 1)),
            "more than 100,000 tags",
        ),
        (cif("\n".join(f"O{i} O {i * 1e-9:.9f} 0 0 1" for i in range(9_000))), "on top of each"),
    ],
    ids=["sites", "sites by symmetry", "rows", "tags", "one spot"],
)
def test_what_is_too_much_is_refused_at_once(tmp_path, text, reason):
    outcome = only(tmp_path / "a.cif", text, AT_ONCE)
    assert isinstance(outcome, Refused)
    assert reason in outcome.error.message
    assert len(outcome.error.message) < 300


def test_twenty_thousand_doubts_are_counted_and_not_all_told(tmp_path):
    outcome = only(tmp_path / "a.cif", cif(rows(20_000, "."), LARGE), SOON)
    assert isinstance(outcome, Read)
    findings = outcome.crystal.findings
    assert len(findings) == MOST_OF_A_KIND + 1
    assert f"{20_000 - MOST_OF_A_KIND} more times" in findings[-1].text
    assert findings[10].line == 16 + 10


@pytest.mark.parametrize("what", ["label", "formula", "coordinate", "name", "field"])
def test_a_value_of_a_million_letters_costs_no_time(tmp_path, what):
    long = "C" * 1_000_000
    text = {
        "label": cif(f"{long} Mg 0 0 0 ."),
        "formula": cif(symmetry=f"_chemical_formula_sum '{long}'\n_space_group_IT_number 1"),
        "coordinate": cif(f"Mg1 Mg {'1' * 1_000_000} 0 0 1"),
        "name": cif(symmetry=f"_space_group_name_H-M_alt '{long}'"),
        "field": cif(symmetry="_space_group_IT_number 1\n_x\n;\n" + "data_y\n" * 200_000 + ";"),
    }[what]
    outcome = only(tmp_path / "a.cif", text, AT_ONCE)
    if isinstance(outcome, Refused):
        assert len(outcome.error.message) < 300


def test_a_file_near_the_limit_is_read_in_bounded_memory(tmp_path):
    """Python's part of it; the parser holds the values of a loop beside it."""
    text = "data_a\nloop_\n_refln_index_h\n" + "1\n" * 10_000_000 + cif().removeprefix("data_test")
    tracemalloc.start()
    try:
        outcome = only(tmp_path / "a.cif", text, SOON)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert isinstance(outcome, Read)
    assert peak < 6 * len(text)


def test_one_broken_block_behind_thousands_leaves_them_readable(tmp_path):
    path = tmp_path / "many.cif"
    path.write_text("".join(cif(block=f"b{i}") for i in range(2_000)) + "data_x\n_cell_length_a 'b")
    began = time.perf_counter()
    outcomes = list(read_all([path]))
    assert time.perf_counter() - began < SOON
    assert sum(isinstance(o, Read) for o in outcomes) == 2_000
    assert isinstance(outcomes[-1], Refused)
    assert f"line {2_000 * 16 + 2}" in outcomes[-1].error.message


@pytest.mark.parametrize("name", ["POSCAR", "a.xyz", "a.res", "a.xsf", "a.json"])
def test_other_formats_have_the_same_limit_of_sites(tmp_path, name):
    n = 20_001
    cell = "90 0 0\n0 90 0\n0 0 90\n"
    texts = {
        "POSCAR": f"x\n1\n{cell}H\n{n}\nDirect\n" + "0 0 0\n" * n,
        "a.xyz": f'{n}\nLattice="{" ".join(cell.split())}"\n' + "H 0 0 0\n" * n,
        "a.res": "CELL 1 90 90 90 90 90 90\nLATT -1\nSFAC H\n" + "H1 1 0 0 0 1\n" * n,
        "a.xsf": f"PRIMVEC\n{cell}PRIMCOORD\n{n} 1\n" + "H 0 0 0\n" * n,
        "a.json": '{"lattice":{"matrix":[[90,0,0],[0,90,0],[0,0,90]]},"sites":['
        + ",".join(['{"species":[{"element":"H","occu":1}],"abc":[0,0,0]}'] * n)
        + "]}",
    }
    outcome = only(tmp_path / name, texts[name], AT_ONCE)
    assert isinstance(outcome, Refused)
    assert outcome.error.hint
