"""Projects from strangers: whatever is wrong with one is refused or told, and nothing escapes."""

from __future__ import annotations

import hashlib
import json
import shutil
import stat
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from project_cases import fill_home, opened, saved

from sc3d_desktop.data.sqlite_file import connect
from sc3d_desktop.errors import ProjectError


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


ODD: list[Any] = [
    *(None, [], {}, "", -1, True, 1e308, 2**70, "\ud800", "\x00", "../x", [[]], {"a": 1}),
    float("inf"),
]


def mutated(value: Any, rng: np.random.Generator) -> Any:
    """Somewhere within it something else stands."""
    if isinstance(value, dict | list) and value and rng.random() < 0.85:
        places = list(value) if isinstance(value, dict) else range(len(value))
        place = places[int(rng.integers(len(places)))]
        value[place] = mutated(value[place], rng)
        return value
    return ODD[int(rng.integers(len(ODD)))]


def test_whatever_stands_in_the_files_is_refused_or_told(
    folder: Path, there: Path, tmp_path: Path
) -> None:
    rng = np.random.default_rng(9)
    names = ["records.jsonl", "collections/001.json", "collections/002.jsonl", "recipes.json"]
    names += [path.relative_to(folder).as_posix() for path in folder.glob("documents/*.json")]
    outcomes = set()
    for i in range(30):
        project = Path(shutil.copytree(folder, tmp_path / f"p{i}"))
        name = names[i % len(names)]
        text = (project / name).read_text("utf-8")
        lines = text.splitlines() if name.endswith(".jsonl") else [text]
        lines[0] = json.dumps(mutated(json.loads(lines[0]), rng))
        rewrite(project, name, "\n".join(lines).encode())
        try:
            outcomes.add(bool(opened(project, there / str(i)).problems))
        except ProjectError:
            outcomes.add("refused")
    assert outcomes == {True, False, "refused"}
