"""A project saved here and opened elsewhere: everything is there, and nothing is replaced."""

from __future__ import annotations

import hashlib
import json
import shutil
import stat
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from catalogue_cases import Drafts, filled, import_all, random_drafts
from project_cases import CLOSED, OPEN, fill_home
from record_cases import random_record
from sodnet_cases import random_crystal

from sc3d_desktop.data import Catalogue, Collection, Query
from sc3d_desktop.data.lab_record import Origin
from sc3d_desktop.data.records import MINE, list_records, put_record
from sc3d_desktop.data.sqlite_file import connect
from sc3d_desktop.errors import ProjectError
from sc3d_desktop.project import (
    Contents,
    Opened,
    Saved,
    open_project,
    save_project,
    show_project,
)
from sc3d_desktop.project.licences import from_icsd, is_open
from sc3d_desktop.screening.store import RunStore
from sc3d_desktop.steps import finish


@pytest.fixture
def here(tmp_path: Path) -> Path:
    home = tmp_path / "here"
    home.mkdir()
    return home


@pytest.fixture
def there(tmp_path: Path) -> Path:
    home = tmp_path / "there"
    home.mkdir()
    return home


def saved(contents: Contents, out: Path) -> Saved:
    return finish(save_project(contents, out))


def opened(path: Path, home: Path) -> Opened:
    return finish(open_project(path, home))


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
        "lab record": 5, "entry": 16, "saved query": 1, "crystal": 1, "screening": 1,
        "generated run": 1,
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
    (run,) = found.screenings
    assert run == there / "runs" / "first run.sqlite"
    with RunStore.read(run) as store, RunStore.read(here / "runs" / "first run.sqlite") as old:
        assert store.spec == old.spec
    assert (there / "generated" / "made" / "cif" / "0001.cif").read_text() == "data_one\n"
    assert "1 crystal, 16 entries, 5 lab records, 1 saved query" in found.words
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


# --- from strangers -----------------------------------------------------------------------------


@pytest.fixture
def folder(here: Path) -> Path:
    return saved(fill_home(here), here / "project").out


def manifest_of(folder: Path) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((folder / "manifest.json").read_text("utf-8"))
    return data


def write_manifest(folder: Path, data: Any) -> None:
    (folder / "manifest.json").write_text(json.dumps(data), encoding="utf-8")


def refused(path: Path, home: Path) -> str:
    with pytest.raises(ProjectError) as caught:
        opened(path, home)
    assert caught.value.hint
    assert [p for p in home.rglob("*") if p.name != "projects"] == []
    return caught.value.message


@pytest.mark.parametrize(
    "name",
    [
        *("../out.txt", "/etc/out", "a/../../out", "a\\..\\out", "C:out", "a//b", "./a", "a/."),
        *("nul\x00", "con.", "", "documents/\u202egpj.exe"),
    ],
)
def test_a_path_that_leads_elsewhere_is_refused(folder: Path, there: Path, name: str) -> None:
    data = manifest_of(folder)
    data["files"][name] = {"bytes": 1, "sha256": hashlib.sha256(b"x").hexdigest()}
    write_manifest(folder, data)
    assert "would lie elsewhere" in refused(folder, there)


def test_a_changed_file_is_refused(folder: Path, there: Path) -> None:
    path = folder / "records.jsonl"
    path.write_text(path.read_text("utf-8").replace("pellet", "PELLET") + " ", encoding="utf-8")
    assert "records.jsonl of project is not as it was saved" in refused(folder, there)


def test_a_missing_file_and_a_link_are_refused(folder: Path, there: Path, tmp_path: Path) -> None:
    path, elsewhere = folder / "records.csv", tmp_path / "elsewhere.csv"
    shutil.move(path, elsewhere)
    assert "records.csv is missing" in refused(folder, there)
    path.symlink_to(elsewhere)
    assert "records.csv is missing" in refused(folder, there)


def zipped(folder: Path, change: Callable[[zipfile.ZipFile], None] | None = None) -> Path:
    out = folder.with_name("packed.zip")
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            archive.write(path, path.relative_to(folder).as_posix())
        if change is not None:
            change(archive)
    return out


def test_members_that_the_manifest_does_not_name_are_never_unpacked(
    folder: Path, there: Path
) -> None:
    def add(archive: zipfile.ZipFile) -> None:
        archive.writestr("../../escaped.txt", "x")
        archive.writestr("documents/extra.json", "{}")
        link = zipfile.ZipInfo("link")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")

    found = opened(zipped(folder, add), there)
    assert len(found.documents) == 1
    assert not list(there.parent.glob("escaped.txt"))
    assert not list(there.rglob("link"))


def test_an_archive_that_unpacks_without_end_is_refused(folder: Path, there: Path) -> None:
    data = manifest_of(folder)
    zeros = b"\0" * 5_000_000
    data["files"]["bomb"] = {"bytes": 10, "sha256": hashlib.sha256(zeros).hexdigest()}
    write_manifest(folder, data)
    said = refused(zipped(folder, lambda archive: archive.writestr("bomb", zeros)), there)
    assert "bomb of packed.zip is not as it was saved" in said
    data["files"]["bomb"]["bytes"] = 50_000_000_000
    write_manifest(folder, data)
    assert "unpacks to 50.0 GB" in refused(zipped(folder), there)


def test_an_archive_that_is_cut_anywhere_is_refused(folder: Path, there: Path) -> None:
    whole = zipped(folder).read_bytes()
    cut = folder.with_name("cut.zip")
    for part in np.random.default_rng(3).integers(0, len(whole) - 1, 12).tolist():
        cut.write_bytes(whole[:part])
        assert refused(cut, there)


def test_other_archives_folders_and_versions_are_told_apart(folder: Path, there: Path) -> None:
    assert "no project" in refused(there.parent, there)
    data = manifest_of(folder)
    write_manifest(folder, data | {"version": 2})
    assert "newer version" in refused(folder, there)
    for wrong in ([], {}, {"format": "sc3d-project", "version": 1}, data | {"files": 3}):
        write_manifest(folder, wrong)
        assert "no project" in refused(folder, there)
    (folder / "manifest.json").write_text("[" * 100_000, encoding="utf-8")
    assert "no project" in refused(folder, there)


def rewrite(folder: Path, name: str, content: bytes) -> None:
    """Change a file, as a stranger would: with its hash."""
    (folder / name).write_bytes(content)
    data = manifest_of(folder)
    digest = hashlib.sha256(content).hexdigest()
    data["files"][name] = {"bytes": len(content), "sha256": digest}
    write_manifest(folder, data)


def damaged_lines(lines: list[bytes]) -> Iterator[bytes]:
    yield b"{}"
    yield b"[" * 50_000
    yield b"\xff\xfe"
    yield lines[0][: len(lines[0]) // 2]
    yield lines[0].replace(b'"record":', b'"recorded":').replace(b'"key":', b'"no":')


@pytest.mark.parametrize("name", ["records.jsonl", "collections/001.jsonl"])
def test_damaged_lines_are_told_and_the_others_come_in(
    folder: Path, there: Path, name: str
) -> None:
    lines = (folder / name).read_bytes().splitlines()
    bad = list(damaged_lines(lines))
    rewrite(folder, name, b"\n".join([*bad, *lines]))
    found = opened(folder, there)
    assert len(found.problems) == len(bad)
    assert found.records == 5
    assert sum(found.collections.values()) == 16


def test_a_run_with_programs_of_its_own_is_left_out(folder: Path, there: Path) -> None:
    (run,) = folder.glob("screenings/*.sqlite")
    with closing(connect(run)) as db:
        db.execute("CREATE TRIGGER t AFTER INSERT ON line BEGIN DELETE FROM line; END")
    rewrite(folder, f"screenings/{run.name}", run.read_bytes())
    found = opened(folder, there)
    assert found.screenings == []
    assert "programs of its own" in found.problems[0]
    rewrite(folder, f"screenings/{run.name}", b"no database")
    assert "cannot be used" in opened(folder, there).problems[0]


def test_weights_come_along_once(here: Path, there: Path, tmp_path: Path) -> None:
    weights = tmp_path / "mine.safetensors"
    weights.write_bytes(b"weights")
    saved(Contents("A title", weights=weights), here / "project.zip")
    assert opened(here / "project.zip", there).weights == [there / "models" / "mine.safetensors"]
    assert opened(here / "project.zip", there).weights == []
    manifest = show_project(here / "project.zip")
    assert manifest.counts == {"model version": 1}
    assert MINE.name not in manifest.files
