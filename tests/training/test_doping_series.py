"""The doping series: the shipped ones dope right, and those of 3DSC are what they say."""

from __future__ import annotations

import csv
import re
import zipfile
from collections import defaultdict
from itertools import combinations, product
from pathlib import Path

import numpy as np
import pytest

from sc3d_desktop.crystal import Crystal, Site, Species
from sc3d_desktop.crystal.cif import read_cif, write_cif
from sc3d_desktop.crystal.formula import formula
from sc3d_desktop.errors import TrainingError
from sc3d_desktop.paths import resources
from sc3d_desktop.training import doping_series as module
from sc3d_desktop.training.doping_series import DopingSeries, load_series, series_of_3dsc

Composition = dict[str, float]


def _named(name: str) -> DopingSeries:
    (series,) = [s for s in load_series() if s.name == name]
    return series


def _crystal_at(name: str, x: float) -> Crystal:
    series = _named(name)
    everything = dict(zip(series.x + series.gone_x, series.crystals + series.gone, strict=True))
    return everything[x]


def _fractions(composition: Composition) -> Composition:
    total = sum(composition.values())
    return {el: n / total for el, n in composition.items()}


# The series of the literature.


def test_there_are_at_least_25_series_of_at_least_four_points_each():
    assert len(load_series()) >= 25
    assert len({s.name for s in load_series()}) == len(load_series())
    for series in load_series():
        assert len(series.x) == len(series.tc_kelvin) == len(series.crystals) >= 4
        assert list(series.x) == sorted(set(series.x)), series.name
        assert min(series.tc_kelvin) > 0
        assert not set(series.x) & set(series.gone_x)


def test_every_series_names_a_journal_a_page_and_a_year():
    source = re.compile(r"[A-Z].+, .+ \d[\d-]*, [A-Z]?\d+ \((19|20)\d\d\)")
    for series in load_series():
        for part in series.source.split("; "):
            assert source.fullmatch(part), part


def test_every_parent_is_used_and_no_two_atoms_of_one_are_close():
    parents = read_cif(resources() / "science" / "doping_parents.cif")
    used = {c.lattice.tobytes() for s in load_series() for c in s.crystals}
    for parent in parents:
        assert parent.lattice.tobytes() in used, parent.block
        assert _shortest_distance(parent) > 1.4, parent.block
        assert not parent.notes, parent.block


def _shortest_distance(crystal: Crystal) -> float:
    images = np.array(list(product((-1, 0, 1), repeat=3)))
    apart = crystal.frac_coords[:, None] - crystal.frac_coords[None, :]
    lengths = np.linalg.norm((apart[..., None, :] + images) @ crystal.lattice, axis=-1)
    return float(lengths[lengths > 1e-6].min())


@pytest.mark.parametrize(
    ("name", "x", "expected"),
    [
        ("La2-xSrxCuO4", 0.15, {"La": 1.85, "Sr": 0.15, "Cu": 1, "O": 4}),
        ("La2-xSrxCuO4", 0, {"La": 2, "Cu": 1, "O": 4}),
        ("Nd2-xCexCuO4", 0.15, {"Nd": 1.85, "Ce": 0.15, "Cu": 1, "O": 4}),
        ("YBa2Cu3O7-x", 0.4, {"Y": 1, "Ba": 2, "Cu": 3, "O": 6.6}),
        (
            "YBa2(Cu1-xZnx)3O7, Zn in the planes",
            0.04,
            {"Y": 1, "Ba": 2, "Cu": 2.88, "Zn": 0.12, "O": 7},
        ),
        ("Bi2Sr2-xLaxCuO6", 0.39, {"Bi": 2, "Sr": 1.61, "La": 0.39, "Cu": 1, "O": 6}),
        ("La1.85Sr0.15Cu1-xNixO4", 0.02, {"La": 1.85, "Sr": 0.15, "Cu": 0.98, "Ni": 0.02, "O": 4}),
        ("Ba1-xKxFe2As2", 1, {"K": 1, "Fe": 2, "As": 2}),
        ("Ba(Fe1-xCox)2As2", 0.058, {"Ba": 1, "Fe": 1.884, "Co": 0.116, "As": 2}),
        ("SmFeAsO1-xFx", 0.2, {"Sm": 1, "Fe": 1, "As": 1, "O": 0.8, "F": 0.2}),
        ("Mg(B1-xCx)2", 0.1, {"Mg": 1, "B": 1.8, "C": 0.2}),
        ("NbC1-x", 0.1, {"Nb": 1, "C": 0.9}),
        ("PdHx", 0.9, {"Pd": 1, "H": 0.9}),
        ("CuxTiSe2", 0.05, {"Cu": 0.05, "Ti": 1, "Se": 2}),
        ("LixZrNCl", 0.1, {"Li": 0.1, "Zr": 1, "N": 1, "Cl": 1}),
        ("Nb1-xSnx, A15 phase", 0.2, {"Nb": 0.8, "Sn": 0.2}),
        ("CeCoIn5-xSnx, Sn in the CeIn layer", 0.12, {"Ce": 1, "Co": 1, "In": 4.88, "Sn": 0.12}),
        ("U1-xThxBe13", 0.033, {"U": 0.967, "Th": 0.033, "Be": 13}),
        ("Pr(Os1-xRux)4Sb12", 0.6, {"Pr": 1, "Os": 1.6, "Ru": 2.4, "Sb": 12}),
        ("Cs(V1-xNbx)3Sb5", 0.07, {"Cs": 1, "V": 2.79, "Nb": 0.21, "Sb": 5}),
    ],
)
def test_the_crystals_have_the_composition_of_their_name(name, x, expected):
    crystal = _crystal_at(name, x)
    assert _fractions(crystal.composition) == pytest.approx(_fractions(expected)), formula(
        crystal.composition
    )


def test_along_a_series_only_the_doped_amount_changes_and_in_proportion_to_x():
    for series in load_series():
        xs = np.array(series.x + series.gone_x)
        crystals = series.crystals + series.gone
        elements = {el for c in crystals for el in c.composition}
        changing = 0
        for element in elements:
            amounts = np.array([c.composition.get(element, 0.0) for c in crystals])
            slope, start = np.polyfit(xs, amounts, 1)
            assert amounts == pytest.approx(start + slope * xs, abs=1e-6), series.name
            changing += abs(slope) > 1e-6
        assert changing in (1, 2), series.name
        assert len({c.lattice.tobytes() + c.frac_coords.tobytes() for c in crystals}) == 1


def test_the_chemical_systems_are_those_of_all_crystals():
    assert _named("La2-xSrxCuO4").chemical_systems == {"Cu-La-O", "Cu-La-O-Sr"}
    assert _named("Ba1-xKxFe2As2").chemical_systems == {"As-Ba-Fe", "As-Ba-Fe-K", "As-Fe-K"}
    assert _named("NbC1-x").chemical_systems == {"C-Nb"}


def test_missing_files_are_named(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "resources", lambda: tmp_path)
    with pytest.raises(TrainingError, match=r"doping_series\.json"):
        load_series.__wrapped__()


# Series found in a table like that of 3DSC.


def _alloy(a: str, b: str, x: float, rest: str = "") -> Crystal:
    doped = Species({el: w for el, w in ((a, 1 - x), (b, x)) if w > 0})
    sites = [Site("A", doped, (0, 0, 0)), Site("A", doped, (0.5, 0.5, 0))]
    sites += [Site("R", Species({rest: 1.0}), (0.5, 0.5, 0.5))] if rest else []
    return Crystal(np.eye(3) * 4, tuple(sites))


def _table(data: Path, entries: list[tuple[str, str, float, Crystal]]) -> Path:
    (data / "3dsc_mp").mkdir(parents=True)
    with zipfile.ZipFile(data / "3dsc_mp" / "3dsc_mp_cifs.zip", "w") as archive:
        for i, entry in enumerate(entries):
            archive.writestr(f"cifs/{i}.cif", write_cif(entry[3]))
    with (data / "3dsc_mp" / "3dsc_mp.csv").open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(["file", "formula_sc", "tc_K", "mp_id"])
        writer.writerows((f"{i}.cif", f, tc, mp) for i, (f, mp, tc, _) in enumerate(entries))
    return data


XS = (0.0, 0.1, 0.2, 0.3, 0.4)


def _falling(parent: str = "mp-1", rest: str = "O") -> list[tuple[str, str, float, Crystal]]:
    return [(f"Nb{1 - x}Zr{x}", parent, 10 - 10 * x, _alloy("Nb", "Zr", x, rest)) for x in XS]


def test_entries_of_one_parent_on_one_line_make_a_series(tmp_path):
    shuffled = [_falling()[i] for i in (3, 0, 4, 1, 2)]
    (series,) = series_of_3dsc(_table(tmp_path, shuffled))
    assert series.x == XS
    assert series.tc_kelvin == pytest.approx((10, 9, 8, 7, 6))
    assert [c.composition.get("Zr", 0) for c in series.crystals] == pytest.approx(
        [2 * x for x in XS]
    )
    assert series.chemical_systems == {"Nb-O", "Nb-O-Zr"}


def test_a_formula_given_twice_counts_once_and_the_first_file_is_taken(tmp_path):
    again = ("Nb0.8Zr0.2", "mp-1", 99.0, _alloy("Nb", "Zr", 0.2, "O"))
    (series,) = series_of_3dsc(_table(tmp_path, [*_falling(), again]))
    assert 99.0 not in series.tc_kelvin


def test_the_same_series_on_another_parent_counts_once_with_the_most_entries(tmp_path):
    longer = [*_falling("mp-2"), ("Nb.5", "mp-2", 5.0, _alloy("Nb", "Zr", 0.5, "O"))]
    (series,) = series_of_3dsc(_table(tmp_path, _falling("mp-1") + longer))
    assert len(series.x) == 6
    assert "mp-2" in series.source


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda e: e[:4], id="four entries"),
        pytest.param(
            lambda e: [*e[:4], (e[4][0], "mp-1", 0.0, e[4][3])], id="no Tc reported for one of five"
        ),
        pytest.param(lambda e: [*e[:4], (e[4][0], "mp-9", e[4][2], e[4][3])], id="another parent"),
        pytest.param(
            lambda e: [*e[:4], (e[4][0], "mp-1", e[4][2], _alloy("Nb", "Zr", 0.4, "N"))],
            id="another host",
        ),
        pytest.param(
            lambda e: [(f, mp, 10 - i / 25, c) for i, (f, mp, _, c) in enumerate(e)],
            id="a Tc that hardly changes",
        ),
    ],
)
def test_no_series_is_made_of(change, tmp_path):
    assert series_of_3dsc(_table(tmp_path, change(_falling()))) == ()


def test_elements_that_share_no_site_do_not_replace_each_other(tmp_path):
    def two_sublattices(x: float) -> Crystal:
        nb, zr = Species({"Nb": 1 - x}), Species({"Zr": 0.1 + x})
        return Crystal(np.eye(3) * 4, (Site("A", nb, (0, 0, 0)), Site("B", zr, (0.5, 0.5, 0.5))))

    rows = [(f"f{x}", "mp-1", 10 - 10 * x, two_sublattices(x)) for x in XS]
    assert series_of_3dsc(_table(tmp_path, rows)) == ()


def test_a_missing_table_is_named(tmp_path):
    with pytest.raises(TrainingError, match=r"3dsc_mp\.csv"):
        series_of_3dsc(tmp_path)


# Against the data folder.


@pytest.fixture(scope="module")
def derived(data_folder) -> tuple[DopingSeries, ...]:
    return series_of_3dsc(data_folder)


def test_3dsc_holds_many_series_the_doped_cuprate_among_them(derived):
    assert len(derived) >= 50
    assert any("Cu-La-O-Sr" in s.chemical_systems and len(s.x) >= 20 for s in derived)
    for series in derived:
        assert len(series.x) >= 5
        assert np.ptp(series.ln_tc) > 0.2
        assert list(series.x) == sorted(set(series.x))


def test_no_two_series_of_3dsc_are_the_same_line(derived):
    points = [{tuple(sorted(c.composition.items())) for c in s.crystals} for s in derived]
    assert all(len(a & b) < 2 for a, b in combinations(points, 2))


def test_chemical_systems_are_written_as_in_the_tables(derived, data_folder):
    with (data_folder / "3dsc_mp" / "3dsc_mp.csv").open(encoding="utf-8", newline="") as stream:
        listed = {row["chemsys"] for row in csv.DictReader(stream)}
    systems = frozenset().union(*(s.chemical_systems for s in derived))
    assert len(systems & listed) >= 0.95 * len(systems)


def test_the_points_agree_with_the_formula_tables_where_these_have_the_composition(data_folder):
    """At least 80 % within 30 % or 3 K of the median of the tables."""
    known = _known(data_folder / "supercon_formulas")
    differences = [
        (tc, float(np.median(found)))
        for s in load_series()
        for tc, crystal in zip(s.tc_kelvin, s.crystals, strict=True)
        if (found := _same(_fractions(crystal.composition), known))
    ]
    near = [abs(a - b) <= max(3, 0.3 * b) for a, b in differences]
    assert len(near) >= 100
    assert np.mean(near) >= 0.8


def _known(folder: Path) -> dict[frozenset[str], list[tuple[Composition, float]]]:
    known = defaultdict(list)
    files = (("SuperCon_11949.csv", "Formula"), ("Supercon_data_by_2018_Stanev.csv", "name"))
    for file, column in files:
        with (folder / file).open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                if float(row["Tc"]) > 0:
                    fractions = _fractions(_parsed(row[column]))
                    known[frozenset(fractions)].append((fractions, float(row["Tc"])))
    return known


def _parsed(text: str) -> Composition:
    amounts: Composition = defaultdict(float)
    for element, amount in re.findall(r"([A-Z][a-z]?)([0-9.]*)", text):
        amounts[element] += float(amount or 1)
    return {el: n for el, n in amounts.items() if n > 0}


def _same(
    fractions: Composition, known: dict[frozenset[str], list[tuple[Composition, float]]]
) -> list[float]:
    return [
        tc
        for other, tc in known.get(frozenset(fractions), [])
        if all(abs(other[el] - fractions[el]) < 5e-4 for el in fractions)
    ]
