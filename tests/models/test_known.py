"""The known superconductors: true to their sources as far as a test can see, and their crystals."""

from __future__ import annotations

import csv
import importlib.util
import json
import os
import re
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gemmi
import pytest

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.elements import element, is_element
from sc3d_desktop.crystal.graph import periodic_graph
from sc3d_desktop.crystal.symmetry import find_symmetry
from sc3d_desktop.errors import ModelError
from sc3d_desktop.models import known as module
from sc3d_desktop.models.known import known_structure, known_superconductors
from sc3d_desktop.paths import resources

ROOT = Path(__file__).resolve().parents[2]
FOLDER = resources() / "known"
TERM = re.compile(r"([A-Z][a-z]?)(\d*\.?\d*)")
REFERENCE = re.compile(r"[A-ZØ].+, .+ [A-Za-z]*\d+ \((19|20)\d\d\)")
ALL = known_superconductors()
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
    for k in ALL:
        assert REFERENCE.fullmatch(k.reference), k
        assert not k.doi or re.fullmatch(r"10\.\d{4,5}/\S+", k.doi), k


def test_the_dois_of_physical_review_agree_with_volume_and_page():
    letters = re.compile(r".*Phys\. Rev\. Lett\. (\d+), (\d+) .*")
    found = [(k, letters.fullmatch(k.reference)) for k in ALL]
    pairs = {(k.doi, f"10.1103/PhysRevLett.{m[1]}.{m[2]}") for k, m in found if m}
    assert len(pairs) >= 20
    assert all(doi == expected for doi, expected in pairs)


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
        "CeIrIn5 KFe2As2 PrRu4Sb12 RbFe2As2 UCoGe"
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


# The structures.


@pytest.fixture(scope="module")
def crystals() -> dict[str, Crystal]:
    return {k.structure: known_structure(k.structure) for k in WITH_STRUCTURE}


def stated_groups() -> dict[str, gemmi.SpaceGroup]:
    document = gemmi.cif.read(str(FOLDER / "structures.cif"))
    tag = "_space_group_name_H-M_alt"
    names = {block.name: gemmi.cif.as_string(block.find_value(tag)) for block in document}
    return {name: gemmi.find_spacegroup_by_name(group) for name, group in names.items()}


def test_every_structure_belongs_to_exactly_one_superconductor():
    assert Counter(k.structure for k in WITH_STRUCTURE) == Counter(list(stated_groups()))


def test_every_structure_has_the_composition_of_its_formula(crystals: dict[str, Crystal]):
    for k in WITH_STRUCTURE:
        found = fractions(crystals[k.structure].composition)
        assert largest_difference(found, atomic_fractions(k.formula)) < 0.01, k


def test_every_structure_has_the_space_group_it_states_occupancies_regarded(
    crystals: dict[str, Crystal],
):
    stated = stated_groups()
    found = {name: find_symmetry(crystal).number for name, crystal in crystals.items()}
    assert {n: g for n, g in found.items() if g != stated[n].number} == {}


def test_no_atoms_lie_closer_or_further_from_each_other_than_in_real_crystals(
    crystals: dict[str, Crystal],
):
    """Distances as shares of the sum of covalent radii; titanium at 248 GPa and lanthanum in
    LaRh3B2, whose c is 3.14 Å, are the shortest.
    """
    for name, crystal in crystals.items():
        graph = periodic_graph(crystal)
        radii = [
            element(next(iter(site.species))).covalent_radius_angstrom for site in crystal.sites
        ]
        shares = [
            distance / (radii[i] + radii[j])
            for i, j, distance in zip(graph.target, graph.source, graph.distances, strict=True)
        ]
        assert 0.68 < min(shares) < 1.22, name


def test_reading_repairs_and_assumes_nothing(crystals: dict[str, Crystal]):
    notes = {note for crystal in crystals.values() for note in crystal.notes}
    assert notes == {"D is kept as an isotope of hydrogen."}


def test_every_site_was_written_on_its_own_no_two_orbits_fell_together(
    crystals: dict[str, Crystal],
):
    for block in gemmi.cif.read(str(FOLDER / "structures.cif")):
        labels = set(block.find_values("_atom_site_label"))
        assert {site.label for site in crystals[block.name].sites} == labels


def test_a_structure_under_pressure_and_only_such_a_one_says_so_in_its_name(
    crystals: dict[str, Crystal],
):
    for k in WITH_STRUCTURE:
        name = crystals[k.structure].name
        said = re.fullmatch(r".+ (?:at ([\d.]+) GPa|under pressure)", name)
        assert bool(said) == (k.pressure_gpa is not None), k
        assert not said or not said[1] or float(said[1]) == k.pressure_gpa, k


def test_doped_compounds_have_their_dopant_on_a_shared_site():
    crystal = known_structure("La1.85Sr0.15CuO4")
    shared = [site.species for site in crystal.sites if len(site.species) > 1]
    assert {tuple(species.items()) for species in shared} == {(("Sr", 0.075), ("La", 0.925))}
    assert known_structure("CsV2.79Nb0.21Sb5").sites[1].species["Nb"] == 0.07


def test_the_committed_file_is_what_the_tables_make():
    script = ROOT / "packaging" / "make_known_structures.py"
    spec = importlib.util.spec_from_file_location("make_known_structures", script)
    assert spec is not None
    assert spec.loader is not None
    generator = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = generator
    spec.loader.exec_module(generator)
    del sys.modules[spec.name]
    tables = (generator.TABLES / f"{name}.txt" for name in ("types", "structures"))
    made = generator.make(*(path.read_text(encoding="utf-8") for path in tables))
    assert made == (FOLDER / "structures.cif").read_text(encoding="utf-8")


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
    readers = (module.known_superconductors, module.known_structure, module._blocks)
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
    with pytest.raises(ModelError, match=r"no structures\.cif"):
        known_structure("MgB2")


ROW = {"formula": "Pb", "tc_kelvin": 7.2, "reference": "a"}
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
