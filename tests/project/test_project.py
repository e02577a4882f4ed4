"""A project saved here and opened elsewhere: everything is there, and nothing is replaced."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from catalogue_cases import Drafts, filled, import_all, random_drafts
from project_cases import CLOSED, OPEN, fill_home, opened, saved
from record_cases import random_record
from sodnet_cases import random_crystal

from sc3d_desktop.data import Catalogue, Collection, Query
from sc3d_desktop.data.lab_record import Origin
from sc3d_desktop.data.records import MINE, list_records, put_record
from sc3d_desktop.errors import ProjectError
from sc3d_desktop.project import (
    Contents,
    save_project,
    show_project,
)
from sc3d_desktop.project.licences import from_icsd, is_open
from sc3d_desktop.recipes import RecipeStore
from sc3d_desktop.screening.store import RunStore


def entries(home: Path, name: str) -> dict[str, Any]:
    """What is known of each entry, by key, with its crystal."""
    with Catalogue.open(home / "catalogue.sqlite") as catalogue:
        query = """SELECT e.key, e.id FROM entry e JOIN collection c ON c.id = e.collection_id
            WHERE c.name = ?"""
        ids = dict(catalogue.all(query, (name,)))
        found = {key: catalogue.entry(i, "m (1)") for key, i in ids.items()}
        return {
            key: (
                replace(entry.row, id=0, collection=""),
                entry.measurements,
                entry.notes,
                catalogue.crystal(entry.row.id),
            )
            for key, entry in found.items()
        }


@pytest.mark.parametrize("name", ["project", "project.zip"])
def test_everything_is_there_in_a_fresh_folder(here: Path, there: Path, name: str) -> None:
    contents = replace(fill_home(here), all_coordinates=True)
    done = saved(contents, here / name)
    assert done.manifest.left_out == ()
    assert done.manifest.counts == {
        "lab record": 5, "entry": 16, "saved query": 1, "recipe": 3, "crystal": 1,
        "screening": 1, "generated run": 1,
    }  # fmt: skip
    found = opened(here / name, there)
    assert found.problems == []
    assert found.documents == contents.documents
    for collection in (OPEN, CLOSED):
        assert entries(there, collection.name) == entries(here, collection.name)
    with (
        Catalogue.open(here / "catalogue.sqlite") as before,
        Catalogue.open(there / "catalogue.sqlite") as after,
    ):
        mine = {kept.record.uid: kept.record for kept in list_records(before)}
        assert {kept.record.uid: kept.record for kept in list_records(after)} == mine
        assert after.saved_queries() == before.saved_queries()
    assert RecipeStore(there / "recipes").all() == RecipeStore(here / "recipes").all()
    (run,) = found.screenings
    assert run == there / "runs" / "first run.sqlite"
    with RunStore.read(run) as store, RunStore.read(here / "runs" / "first run.sqlite") as old:
        assert store.spec == old.spec
    assert (there / "generated" / "made" / "cif" / "0001.cif").read_text() == "data_one\n"
    assert "1 crystal, 16 entries, 5 lab records, 1 saved query, 3 recipes" in found.words
    assert list(there.glob("projects/.*")) == []


def test_every_number_leads_back_to_file_edit_and_model(here: Path) -> None:
    folder = saved(fill_home(here), here / "project").out
    data = json.loads((folder / "provenance.json").read_text("utf-8"))
    (document,) = data["documents"]
    assert (document["file"], document["edits"]) == ("/data/a.cif", ["Al on Mg1"])
    assert {r["file_sha256"] for r in data["records"]} == {"ab" * 32}
    assert {c["name"]: c["models"] for c in data["collections"]} == {
        "closed": [],
        "open": ["m (1)"],
    }
    assert data["screenings"][0]["model"] == "sums"
    for fact in (f for kind in ("documents", "records", "collections") for f in data[kind]):
        assert (folder / fact["path"]).is_file()
    page = (folder / "README.md").read_text("utf-8")
    assert "Al on Mg1" in page
    assert "Licence: CC-BY 4.0" in page
    assert 'title: "Magnesium diborides, doped"' in (folder / "CITATION.cff").read_text("utf-8")
    assert "None stated by its authors." in (folder / "LICENCES.txt").read_text("utf-8")


def test_coordinates_without_an_open_licence_stay_at_home(here: Path, there: Path) -> None:
    done = saved(fill_home(here), here / "project.zip")
    assert [text for text in done.manifest.left_out if "A closed set" in text]
    opened(here / "project.zip", there)
    assert entries(there, OPEN.name) == entries(here, OPEN.name)
    closed, at_home = entries(there, CLOSED.name), entries(here, CLOSED.name)
    assert closed.keys() == at_home.keys()
    assert all(crystal is None for *_, crystal in closed.values())
    assert [m for _, m, *_ in closed.values()] == [m for _, m, *_ in at_home.values()]


@pytest.mark.parametrize(
    ("origin", "why"),
    [(Origin("x", "a_ICSD_1.cif"), "ICSD"), (Origin("x", collection="closed"), "closed")],
)
def test_a_measured_structure_keeps_the_terms_of_its_source(
    here: Path, there: Path, origin: Origin, why: str
) -> None:
    contents = fill_home(here)
    record = replace(random_record(np.random.default_rng(1)), origin=origin)
    with Catalogue.open(here / "catalogue.sqlite") as catalogue:
        kept = put_record(catalogue, random_crystal(77, 4), record)
    done = saved(contents, here / "project")
    (said,) = [text for text in done.manifest.left_out if kept.formula in text]
    assert why in said
    opened(here / "project", there)
    with Catalogue.open(there / "catalogue.sqlite") as catalogue:
        (same,) = [k for k in list_records(catalogue) if k.record.uid == kept.record.uid]
        assert same.record == kept.record
        assert catalogue.crystal(same.entry_id) is None


@pytest.mark.parametrize(
    ("licence", "open_"),
    [
        ("CC-BY 4.0: name both sources in what you publish.", True),
        ("MIT, as the program: facts of the literature, written by hand.", True),
        ("CC BY-NC 4.0", False),
        ("None stated in its repository.", False),
        ("None stated by its authors; most structures derive from ICSD.", False),
        ("Yours to know: the files stay as they are.", False),
        ("", False),
    ],
)
def test_a_licence_is_open_only_where_it_says_so(licence: str, open_: bool) -> None:
    assert is_open(Collection("c", "C", licence, "")) == open_
    assert from_icsd(replace(random_crystal(1, 1), name="a"), "ICSD_12.cif")


def test_what_is_there_is_not_replaced(here: Path, there: Path) -> None:
    saved(fill_home(here), here / "project")
    with filled(there / "catalogue.sqlite", random_drafts(3, 5)) as catalogue:
        import_all(catalogue, Drafts(random_drafts(3, 6), OPEN))
        catalogue.save_query("warm", Query(formula="MgB2"))
    own = entries(there, "open")
    (there / "runs").mkdir()
    (there / "runs" / "first run.sqlite").write_bytes(b"mine")
    found = opened(here / "project", there)
    assert entries(there, "open") == own
    renamed = "open (Magnesium diborides, doped)"
    assert set(found.collections) == {renamed, "closed"}
    assert entries(there, renamed) == entries(here, "open")
    assert (there / "runs" / "first run.sqlite").read_bytes() == b"mine"
    assert found.screenings == [there / "runs" / "first run-2.sqlite"]
    with Catalogue.open(there / "catalogue.sqlite") as catalogue:
        queries = catalogue.saved_queries()
    assert queries["warm"] == Query(formula="MgB2")
    assert queries["warm (Magnesium diborides, doped)"] == Query(tc_kelvin=(20.0, None))


def test_opening_it_twice_adds_no_entry_and_no_record(here: Path, there: Path) -> None:
    saved(fill_home(here), here / "project")
    opened(here / "project", there)
    with Catalogue.open(there / "catalogue.sqlite") as catalogue:
        n_entries, n_records = len(catalogue), len(list_records(catalogue))
    again = opened(here / "project", there)
    with Catalogue.open(there / "catalogue.sqlite") as catalogue:
        assert (len(catalogue), len(list_records(catalogue))) == (n_entries, n_records)
    assert (again.records, again.records_there) == (0, 5)
    assert again.folder.name.endswith("-2")


def test_opening_it_where_it_was_saved_adds_nothing(here: Path) -> None:
    saved(fill_home(here), here / "project.zip")
    with Catalogue.open(here / "catalogue.sqlite") as catalogue:
        catalogue.set_tag([1], "another")
        before = catalogue.collections()
    found = opened(here / "project.zip", here)
    with Catalogue.open(here / "catalogue.sqlite") as catalogue:
        assert catalogue.collections() == before
    assert (found.collections, found.records, found.queries) == ({}, 0, 0)
    with Catalogue.open(here / "catalogue.sqlite") as catalogue:
        catalogue.connection.execute("UPDATE measurement SET tc = tc + 1 WHERE entry_id = 2")
    assert sum(opened(here / "project.zip", here).collections.values()) == 9


def test_a_save_that_is_stopped_leaves_nothing(here: Path) -> None:
    contents = fill_home(here)
    before = sorted(here.rglob("*"))
    for n in (1, 3, 5):
        steps = save_project(contents, here / "project.zip")
        for _ in range(n):
            next(steps)
        steps.close()
        assert sorted(here.rglob("*")) == before


def test_a_project_never_replaces_a_file(here: Path) -> None:
    (here / "project.zip").write_bytes(b"mine")
    with pytest.raises(ProjectError, match="there already"):
        saved(Contents("A title"), here / "project.zip")
    with pytest.raises(ProjectError, match="needs a title"):
        saved(Contents("  "), here / "other.zip")
    assert (here / "project.zip").read_bytes() == b"mine"


def test_weights_come_along_once(here: Path, there: Path, tmp_path: Path) -> None:
    weights = tmp_path / "mine.safetensors"
    weights.write_bytes(b"weights")
    saved(Contents("A title", weights=weights), here / "project.zip")
    assert opened(here / "project.zip", there).weights == [there / "models" / "mine.safetensors"]
    assert opened(here / "project.zip", there).weights == []
    manifest = show_project(here / "project.zip")
    assert manifest.counts == {"model version": 1}
    assert MINE.name not in manifest.files
