"""The catalogue keeps what it is given, whole or not at all, for whoever opens it next."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from catalogue_cases import COLLECTION, Drafts, filled, import_all, random_drafts
from crystal_cases import simple_crystal

from sc3d_desktop.crystal.findings import doubtful, repaired
from sc3d_desktop.data import Catalogue, Draft, Measurement, Query, StoredPrediction
from sc3d_desktop.data.schema import VERSION
from sc3d_desktop.errors import CatalogueError, Sc3dError

MGB2 = Draft(
    "MgB2",
    replace(
        simple_crystal({"Mg": 0.9, "Al": 0.1}, {"B": 1.0}, {"B": 1.0}),
        findings=(repaired("charges", "Mg2+ is Mg.", 4), doubtful("formula", "It differs.")),
        block="b",
    ),
    (
        Measurement(31.0, reference="one, 2001"),
        Measurement(39.0, pressure_gpa=0.5, doi="10.1000/two"),
        Measurement(None, down_to_kelvin=2.0, reference="nothing seen"),
        Measurement(39.4, calculated=True),
    ),
    family="others",
    name="magnesium diboride",
    notes=("A note.",),
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "catalogue.sqlite"


def test_several_tc_of_one_material_are_kept_apart_and_shown_as_a_spread(path: Path) -> None:
    with filled(path, [MGB2]) as catalogue:
        entry = catalogue.entry(1)
    assert set(entry.measurements) == set(MGB2.measurements)
    assert [m.tc_kelvin for m in entry.measurements] == [39.4, 39.0, 31.0, None]
    row = entry.row
    assert (row.tc_low_kelvin, row.tc_high_kelvin, row.n_measurements) == (31.0, 39.4, 4)
    assert not row.not_superconducting


def test_an_entry_without_any_transition_says_so(path: Path) -> None:
    copper = Draft("Cu", measurements=(Measurement(None, down_to_kelvin=0.01),))
    with filled(path, [copper]) as catalogue:
        row = catalogue.rows([1])[0]
    assert row.not_superconducting
    assert row.tc_high_kelvin is None


def test_crystals_come_back_equal_with_their_findings(path: Path) -> None:
    drafts = [MGB2, *random_drafts(40, seed=1)]
    with filled(path, drafts) as catalogue:
        for entry_id, draft in enumerate(drafts, start=1):
            crystal = catalogue.crystal(entry_id)
            assert crystal == draft.crystal
            if crystal is not None and draft.crystal is not None:
                assert crystal.findings == draft.crystal.findings
                assert crystal.block == draft.crystal.block


def test_text_is_found_in_formula_name_note_reference_doi_and_tag(path: Path) -> None:
    with filled(path, [MGB2, Draft("NbTi", name="100%_wire")]) as catalogue:
        catalogue.set_tag([2], "for magnets")
        for text, found in (
            ("MgB", [1]), ("mgb2", [1]), ("diboride", [1]), ("note", [1]), ("2001", [1]),
            ("10.1000/two", [1]), ("nb", [2]), ("magnets", [2]), ("nb magnets", [2]), ("%_", [2]),
            ("b", [1, 2]), ("zzz", []), ('"', []), ("mgb2 magnets", []), ("  ", [1, 2]),
            ("' OR 1", []), ("nothing AND seen", []), ("nothing seen", [1]),
        ):  # fmt: skip
            assert catalogue.search(text).tolist() == found, text


def test_tags_are_given_and_taken_and_forgotten_when_unused(path: Path) -> None:
    with filled(path, random_drafts(3, seed=2)) as catalogue:
        catalogue.set_tag([1, 2], "to   make")
        catalogue.set_tag([2], "made")
        assert [row.tags for row in catalogue.rows([1, 2, 3])] == [
            ("to make",), ("made", "to make"), (),
        ]  # fmt: skip
        catalogue.set_tag([2], "made", on=False)
        assert catalogue.tags() == ("to make",)
        with pytest.raises(CatalogueError, match="needs a name"):
            catalogue.set_tag([1], "  ")


def test_saved_queries_are_kept_replaced_and_deleted(path: Path) -> None:
    query = Query(must=frozenset({"Fe"}), tc_kelvin=(20.0, None))
    with Catalogue.open(path) as catalogue:
        catalogue.save_query("iron", Query())
        catalogue.save_query(" iron ", query)
    with Catalogue.open(path) as catalogue:
        assert catalogue.saved_queries() == {"iron": query}
        catalogue.delete_query("iron")
        assert catalogue.saved_queries() == {}


def test_predictions_are_kept_for_each_model_and_go_with_a_changed_entry(path: Path) -> None:
    with filled(path, [MGB2]) as catalogue:
        answer = StoredPrediction(38.0, 20.0, 60.0, 0.9, "inside", True)
        catalogue.put_predictions("a", [(1, answer), (99, answer)])
        catalogue.put_predictions("b", [(1, StoredPrediction(10.0, 5.0, 20.0))])
        assert catalogue.rows([1], "a")[0].predicted_kelvin == 38.0
        assert catalogue.rows([1], "a")[0].in_training is True
        assert catalogue.rows([1], "b")[0].in_training is None
        assert catalogue.rows([1])[0].predicted_kelvin is None
        import_all(catalogue, Drafts([replace(MGB2, name="another")]))
        assert catalogue.rows([1], "a")[0].predicted_kelvin is None


def test_a_collection_goes_with_all_that_belongs_to_it(path: Path) -> None:
    with filled(path, random_drafts(20, seed=3)) as catalogue:
        catalogue.set_tag([1], "tag")
        catalogue.delete_collection(COLLECTION.name)
        assert len(catalogue) == 0
        assert catalogue.search("Cu").tolist() == []
        for table in ("structure", "measurement", "entry_tag", "entry_text"):
            ((left,),) = catalogue.connection.execute(f"SELECT count(*) FROM {table}").fetchall()
            assert left == 0, table


def test_the_generation_rises_also_for_another_connection(path: Path) -> None:
    with Catalogue.open(path) as one, Catalogue.open(path) as other:
        before = other.generation
        one.save_query("x", Query())
        assert other.generation > before


def test_a_failed_transaction_leaves_nothing(path: Path) -> None:
    with Catalogue.open(path) as catalogue:
        before = catalogue.generation
        with pytest.raises(KeyboardInterrupt):
            _write_and_stop(catalogue)
        assert catalogue.saved_queries() == {}
        assert catalogue.generation == before


def _write_and_stop(catalogue: Catalogue) -> None:
    with catalogue.transaction() as db:
        db.execute("INSERT INTO saved_query VALUES ('x', '{}')")
        raise KeyboardInterrupt


def test_rows_come_in_the_order_asked_and_without_those_that_are_gone(path: Path) -> None:
    with filled(path, random_drafts(8, seed=5)) as catalogue:
        assert [row.id for row in catalogue.rows([7, 2, 99, 5])] == [7, 2, 5]
        with pytest.raises(CatalogueError, match="no entry 99"):
            catalogue.entry(99)


def test_a_file_of_a_newer_program_is_left_alone(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute(f"PRAGMA user_version = {VERSION + 1}")
    db.close()
    before = path.read_bytes()
    with pytest.raises(CatalogueError, match="newer version"):
        Catalogue.open(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"no database at all, but long enough to be looked at" * 30])
def test_a_damaged_file_is_said_and_left_alone(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(CatalogueError, match="not a database") as caught:
        Catalogue.open(path)
    assert "aside" in caught.value.hint
    assert path.read_bytes() == content


def test_a_damaged_structure_is_an_error_of_its_own(path: Path) -> None:
    with filled(path, [MGB2]) as catalogue:
        with catalogue.transaction() as db:
            db.execute("UPDATE structure SET content = x'00'")
        with pytest.raises(CatalogueError, match="damaged"):
            catalogue.crystal(1)


def test_a_full_disk_stops_the_import_and_keeps_what_was_written(path: Path) -> None:
    drafts = random_drafts(200, seed=6)
    with filled(path, drafts[:40]) as catalogue:
        ((pages,),) = catalogue.connection.execute("PRAGMA page_count").fetchall()
        catalogue.connection.execute(f"PRAGMA max_page_count = {pages + 10}")
        with pytest.raises(CatalogueError, match="full") as caught:
            import_all(catalogue, Drafts(drafts))
        assert "space" in caught.value.hint
        kept = len(catalogue)
        assert 40 <= kept < 200
        catalogue.connection.execute("PRAGMA max_page_count = 1000000")
        outcome = import_all(catalogue, Drafts(drafts))
    assert outcome.unchanged == kept
    assert outcome.added == 200 - kept


@pytest.mark.parametrize(
    ("draft", "words"),
    [
        (Draft("Xx2"), "no formula"),
        (Draft(""), "no formula"),
        (Draft("Nb", family="metal"), "no family"),
        (Draft("Nb", measurements=(Measurement(-1.0),)), "-1"),
        (Draft("Nb", measurements=(Measurement(float("nan")),)), "nan"),
        (Draft("Nb", measurements=(Measurement(9.0, pressure_gpa=float("inf")),)), "inf"),
    ],
)
def test_an_impossible_entry_is_a_problem_with_its_reason(
    path: Path, draft: Draft, words: str
) -> None:
    with Catalogue.open(path) as catalogue:
        outcome = import_all(catalogue, Drafts([draft, MGB2]))
        assert (outcome.added, outcome.failed) == (1, 1)
        assert words in outcome.problems[0].message
        assert catalogue.problems(COLLECTION.name) == outcome.problems


def test_errors_of_the_catalogue_are_errors_a_user_can_act_on() -> None:
    assert issubclass(CatalogueError, Sc3dError)
