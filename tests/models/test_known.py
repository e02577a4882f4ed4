"""The known superconductors: true to their sources as far as a test can see, and their crystals."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sc3d_desktop.crystal.elements import is_element
from sc3d_desktop.errors import ModelError
from sc3d_desktop.models import known as module
from sc3d_desktop.models.known import (
    known_non_superconductors,
    known_structure,
    known_superconductors,
    predicted_superconductors,
)
from sc3d_desktop.paths import resources

ROOT = Path(__file__).resolve().parents[2]
FOLDER = resources() / "known"
TERM = re.compile(r"([A-Z][a-z]?)(\d*\.?\d*)")
REFERENCE = re.compile(r"[A-ZØ].+, .+ [A-Za-z]*\d+ \((19|20)\d\d\)")
ALL = known_superconductors()
PREDICTED = predicted_superconductors()
NONE = known_non_superconductors()
WITH_STRUCTURE = tuple(k for k in ALL if k.structure)

THE_PAPERS_SEVEN = {
    "CsV3Sb5": (2.5, None),
    "CsV2.79Nb0.21Sb5": (4.45, None),
    "Ti": (26, 248),
    "CaH6": (215, 172),
    "Zr4Rh2O": (3.73, None),
    "Zr4Pd2O": (2.73, None),
    "LaFeSiO0.9": (10, None),
}


def atomic_fractions(formula: str) -> dict[str, float]:
    assert not TERM.sub("", formula), formula
    amounts: Counter[str] = Counter()
    for symbol, number in TERM.findall(formula):
        amounts[symbol] += float(number or 1)
    return fractions(amounts)


def fractions(amounts: dict[str, float]) -> dict[str, float]:
    total = sum(amounts.values())
    return {symbol: amount / total for symbol, amount in amounts.items() if amount}


def largest_difference(one: dict[str, float], other: dict[str, float]) -> float:
    return max(abs(one.get(el, 0) - other.get(el, 0)) for el in {*one, *other})


# The list.


def test_there_are_at_least_250_superconductors_and_120_structures():
    assert len(ALL) >= 250
    assert len(WITH_STRUCTURE) >= 120


def test_no_compound_stands_twice_at_the_same_pressure():
    keys = [(tuple(sorted(atomic_fractions(k.formula).items())), k.pressure_gpa) for k in ALL]
    assert len(set(keys)) == len(keys)


def test_every_formula_has_real_elements_a_tc_and_a_pressure_that_can_be():
    for k in ALL:
        assert all(is_element(symbol) for symbol in atomic_fractions(k.formula)), k
        assert 0 < k.tc_kelvin < 260, k
        assert k.pressure_gpa is None or 0.5 <= k.pressure_gpa <= 300, k


def test_every_source_names_a_journal_a_page_and_a_year():
    for k in (*ALL, *PREDICTED, *NONE):
        assert REFERENCE.fullmatch(k.reference), k
        assert not k.doi or re.fullmatch(r"10\.\d{4,5}/\S+", k.doi), k


DOI_OF_JOURNAL = {
    r"Phys\. Rev\. Lett\. (\d+), (\w+)": r"10.1103/PhysRevLett.\1.\2",
    r"Phys\. Rev\. ([BX]) (\d+), (\w+)": r"10.1103/PhysRev\1.\2.\3",
    r"Phys\. Rev\. (\d+), (\w+)": r"10.1103/PhysRev.\1.\2",
    r"Phys\. Rev\. Mater\. (\d+), (\w+)": r"10.1103/PhysRevMaterials.\1.\2",
    r"Rev\. Mod\. Phys\. (\d+), (\d+)": r"10.1103/RevModPhys.\1.\2",
    r"J\. Phys\. Soc\. Jpn\. ([1-7]\d|8[01]), (\d+)": r"10.1143/JPSJ.\1.\2",
    r"J\. Phys\. Soc\. Jpn\. (8[2-9]|9\d), (\d+)": r"10.7566/JPSJ.\1.\2",
    r"J\. Phys\.: Condens\. Matter (\d+), (0?(\d+)\d{4})": r"10.1088/0953-8984/\1/\3/\2",
    r"Supercond\. Sci\. Technol\. (\d+), (0?(\d+)\d{4})": r"10.1088/0953-2048/\1/\3/\2",
    r"New J\. Phys\. (\d+), (0?(\d+)\d{4})": r"10.1088/1367-2630/\1/\3/\2",
    r"Rep\. Prog\. Phys\. (\d+), (0?(\d+)\d{4})": r"10.1088/1361-6633/\1/\3/\2",
    r"Chin\. Phys\. Lett\. (\d+), (0?(\d+)\d{4})": r"10.1088/0256-307X/\1/\3/\2",
    r"Europhys\. Lett\. (\d+), (\d{5})": r"10.1209/0295-5075/\1/\2",
    r"Nature (3[0-7]\d), (\d{3})": r"10.1038/\1\2a0",
    r"Sci\. Rep\. [1-5], (\d{4})": r"10.1038/srep0\1",
    r"Adv\. Mater\. [23]\d, (\d+)": r"10.1002/adma.20\1",
}
"""Volume and page in a reference → its DOI, for the journals that make it of these."""


def doi_of(reference: str) -> str | None:
    found = [(re.search(rf", {p} \(", reference), doi) for p, doi in DOI_OF_JOURNAL.items()]
    dois = [match.expand(doi) for match, doi in found if match]
    return dois[0] if dois else None


def test_a_doi_agrees_with_volume_and_page_where_the_journal_makes_it_of_them():
    told = {k.reference: (k.doi, doi_of(k.reference)) for k in (*ALL, *PREDICTED, *NONE)}
    made = {reference: pair for reference, pair in told.items() if pair[1]}
    assert len(made) >= 120
    assert {reference: pair for reference, pair in made.items() if pair[0] != pair[1]} == {}


def test_no_two_references_share_a_doi():
    references = {(k.reference, k.doi) for k in (*ALL, *PREDICTED, *NONE) if k.doi}
    assert len({doi.lower() for _, doi in references}) == len(references)


ONE_OF_EACH_FAMILY = (
    "Pb Nb3Sn HfV2 NbN MgB2 LuNi2B2C PbMo6S8 PrOs4Sb12 UPt3 CeCoIn5 La1.85Sr0.15CuO4 YBa2Cu3O7 "
    "Bi2Sr2CaCu2O8 Tl2Ba2Ca2Cu3O10 HgBa2CuO4.1 FeSe LiFeAs Ba0.6K0.4Fe2As2 SmFeAsO0.9F0.1 "
    "Ba0.6K0.4BiO3 K3C60 PdH Nd0.8Sr0.2NiO2 KV3Sb5 Pd2YSn CoSi2 CePt3Si NbSe2 Cu0.08TiSe2"
)


@pytest.mark.parametrize("formula", ONE_OF_EACH_FAMILY.split())
def test_each_family_is_there_with_a_structure(formula: str):
    assert formula in {k.formula for k in WITH_STRUCTURE}


def test_hydrides_other_than_those_of_palladium_and_thorium_give_their_pressure():
    rich = [k for k in ALL if atomic_fractions(k.formula).get("H", 0) > 0.45]
    ambient = {k.formula for k in rich if k.pressure_gpa is None}
    assert len(rich) >= 15
    # the organic salt (BEDT-TTF)2Cu(NCS)2 and its like hold hydrogen, but less
    assert ambient == {"PdH", "Th4H15"}


@pytest.mark.parametrize("formula", THE_PAPERS_SEVEN)
def test_the_seven_recent_superconductors_of_the_paper_have_their_own_structures(formula: str):
    tc, pressure = THE_PAPERS_SEVEN[formula]
    found = [k for k in WITH_STRUCTURE if (k.formula, k.pressure_gpa) == (formula, pressure)]
    assert [k.tc_kelvin for k in found] == [tc]


def test_the_list_and_the_structures_take_less_than_a_megabyte():
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 1_000_000


# Against the formula tables.

TABLE_DIFFERS = {
    "films, amorphous samples or phases under pressure are averaged in": "Be Bi Ga Mo3Ge Re Zr",
    "samples that did not superconduct are averaged in": "Hf LaOs4P12 Pa W2B LaFe4P12",
    "another polymorph, doping or composition is averaged in": "Bi2Pd Tl2Ba2CuO6 MoC PdTe",
    "bulk and resistive transitions, or samples of another purity, are averaged": (
        "CeIrIn5 KFe2As2 PrRu4Sb12 PrV2Al20 RbFe2As2 UCoGe"
    ),
}
"""Formulas where the tables give one mean of measurements that differ by more than 25 %."""


Tables = dict[tuple[tuple[str, float], ...], list[float]]


@pytest.fixture(scope="module")
def tables() -> Tables:
    """Composition → every Tc above 0 that the tables give for it."""
    data = Path(os.environ.get("SC3D_DATA", ROOT.parent / "shared" / "data"))
    folder = data / "supercon_formulas"
    if not folder.is_dir():
        pytest.skip(f"the data folder is not there ({data.name}); set SC3D_DATA to it")
    found: Tables = defaultdict(list)
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8") as file:
            rows = [(row.get("Formula") or row["name"], row["Tc"]) for row in csv.DictReader(file)]
        for formula, tc in rows:
            if float(tc) > 0 and not TERM.sub("", formula):
                found[rounded(formula)].append(float(tc))
    return found


def rounded(formula: str) -> tuple[tuple[str, float], ...]:
    return tuple(sorted((el, round(x, 3)) for el, x in atomic_fractions(formula).items()))


def test_tc_agrees_with_the_formula_tables_within_a_quarter(tables: Tables):
    compared, outside = 0, set()
    for k in ALL:
        values = tables.get(rounded(k.formula), []) if k.pressure_gpa is None else []
        compared += bool(values)
        if values and not 0.75 * min(values) <= k.tc_kelvin <= 1.25 * max(values):
            outside.add(k.formula)
    assert compared >= 200
    assert outside == set(" ".join(TABLE_DIFFERS.values()).split())


# Reading.


def test_list_and_structures_are_read_once():
    assert known_superconductors() is known_superconductors()
    assert known_structure("MgB2") is known_structure("MgB2")


def test_neither_list_nor_structures_need_torch():
    lines = [
        "import sys",
        "from sc3d_desktop.models.known import known_structure, known_superconductors",
        "known_superconductors(), known_structure('MgB2')",
        "sys.exit(bool({'torch', 'pymatgen', 'PySide6'} & set(sys.modules)))",
    ]
    subprocess.run([sys.executable, "-c", "\n".join(lines)], check=True, cwd=ROOT)


def test_a_structure_that_is_not_there_is_named():
    with pytest.raises(ModelError, match="“Unobtainium”"):
        known_structure("Unobtainium")


@pytest.fixture
def other_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The program's resources, replaced by an empty folder of known superconductors."""
    readers = [x for x in vars(module).values() if hasattr(x, "cache_clear")]
    monkeypatch.setattr(module, "resources", lambda: tmp_path)
    (tmp_path / "known").mkdir()
    for reader in readers:
        reader.cache_clear()
    yield tmp_path / "known"
    for reader in readers:
        reader.cache_clear()


def test_a_missing_list_or_file_of_structures_is_named(other_folder: Path):
    with pytest.raises(ModelError, match=r"no superconductors\.json"):
        known_superconductors()
    with pytest.raises(ModelError, match=r"no not_superconducting\.json"):
        known_non_superconductors()
    with pytest.raises(ModelError, match=r"no structures\.cif"):
        known_structure("MgB2")


ROW = {"formula": "Pb", "family": "others", "tc_kelvin": 7.2, "reference": "a"}
SOURCE = {"a": {"text": "b"}}


@pytest.mark.parametrize(
    "table",
    [
        [],
        {},
        {"references": {}, "superconductors": [ROW]},
        {"references": {"a": {}}, "superconductors": [ROW]},
        {"references": SOURCE, "superconductors": [{**ROW, "tc_kelvin": "x"}]},
        {"references": SOURCE, "superconductors": [{**ROW, "pressure_gpa": []}]},
        {"references": SOURCE, "superconductors": [{"formula": "Pb"}]},
        {"references": SOURCE, "superconductors": 7},
        {"references": SOURCE, "superconductors": ["Pb"]},
        {"references": SOURCE},
    ],
)
def test_a_damaged_list_is_a_model_error_with_a_way_out(other_folder: Path, table: Any):
    (other_folder / "superconductors.json").write_text(json.dumps(table), encoding="utf-8")
    with pytest.raises(ModelError, match=r"superconductors\.json is damaged") as caught:
        known_superconductors()
    assert "Install" in caught.value.hint


def test_measured_and_calculated_ones_are_told_apart(other_folder: Path):
    measured, calculated = ROW, {**ROW, "tc_kelvin": 300, "calculated": True}
    table = {"references": SOURCE, "superconductors": [measured, calculated]}
    (other_folder / "superconductors.json").write_text(json.dumps(table), encoding="utf-8")
    assert [(k.tc_kelvin, k.calculated) for k in known_superconductors()] == [(7.2, False)]
    assert [(k.tc_kelvin, k.calculated) for k in predicted_superconductors()] == [(300, True)]


def test_a_search_that_found_nothing_says_how_cold_it_went_where_that_is_known(other_folder: Path):
    row = {"formula": "Pd", "reference": "a", "structure": "Pd"}
    rows = [{**row, "down_to_kelvin": 0.0017}, {**row, "down_to_kelvin": None}]
    table = {"references": SOURCE, "not_superconducting": rows}
    (other_folder / "not_superconducting.json").write_text(json.dumps(table), encoding="utf-8")
    assert [k.down_to_kelvin for k in known_non_superconductors()] == [0.0017, None]


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff\xfe{"])
def test_what_is_not_json_is_a_damaged_list(other_folder: Path, raw: bytes):
    (other_folder / "superconductors.json").write_bytes(raw)
    with pytest.raises(ModelError, match=r"superconductors\.json is damaged"):
        known_superconductors()


def test_a_damaged_structure_is_named_and_leaves_the_others_readable(other_folder: Path):
    good = (FOLDER / "structures.cif").read_text(encoding="utf-8")
    broken = good.replace("data_MgB2\n", "data_MgB2\n_cell_length_a none\nloop_\n", 1)
    (other_folder / "structures.cif").write_text(broken, encoding="utf-8")
    with pytest.raises(ModelError, match="“MgB2” is damaged"):
        known_structure("MgB2")
    assert len(known_structure("Pb")) == 4
