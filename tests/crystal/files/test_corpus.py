"""Every file of tests/corpus is read as its line of the table says, or refused with its words."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest

from sc3d_desktop.crystal.files import Outcome, Read, Refused, read_all
from sc3d_desktop.crystal.formula import formula
from sc3d_desktop.crystal.symmetry import find_symmetry

CORPUS = Path(__file__).resolve().parents[2] / "corpus"
EXPECTED: dict[str, dict[str, Any]] = json.loads(
    (CORPUS / "expected.json").read_text(encoding="utf-8")
)


def expected(name: str) -> list[dict[str, Any]]:
    """One entry for each structure of the file."""
    return EXPECTED[name].get("blocks", [EXPECTED[name]])


def assert_as_expected(outcome: Outcome, wanted: dict[str, Any]) -> None:
    if "refused" in wanted:
        assert isinstance(outcome, Refused), outcome
        assert outcome.error.hint
        missing = [word for word in wanted["refused"] if word not in outcome.error.message]
        assert not missing, outcome.error.message
        return
    assert isinstance(outcome, Read), outcome
    crystal = outcome.crystal
    assert crystal.composition == pytest.approx(wanted["atoms"], abs=1e-4)
    assert formula(crystal.composition) == wanted["formula"]
    assert len(crystal) == wanted["sites"]
    assert sorted({f.code for f in crystal.findings}) == wanted["findings"], crystal.notes
    if wanted["space_group"] is not None:
        assert find_symmetry(crystal).number == wanted["space_group"]


def test_the_table_has_a_line_for_every_file_and_files_enough():
    files = (p.relative_to(CORPUS).as_posix() for p in CORPUS.rglob("[!.]*") if p.is_file())
    assert sorted(files) == sorted([*EXPECTED, "expected.json"])
    assert len(EXPECTED) >= 120


@pytest.mark.parametrize("name", EXPECTED)
def test_a_file_is_read_or_refused_as_the_table_says(name):
    outcomes = list(read_all([CORPUS / name]))
    assert len(outcomes) == len(expected(name))
    for outcome, wanted in zip(outcomes, expected(name), strict=True):
        assert_as_expected(outcome, wanted)
        if isinstance(outcome, Refused):
            assert outcome.error.message.startswith(Path(name).name)


@pytest.mark.parametrize("kind", ["zip", "tar", "tar.gz"])
def test_the_whole_corpus_packed_in_one_archive_is_read_the_same(tmp_path, kind):
    path = tmp_path / f"corpus.{kind}"
    names = sorted(EXPECTED)
    if kind == "zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in names:
                archive.write(CORPUS / name, name)
    else:
        with tarfile.open(path, "w:gz" if kind == "tar.gz" else "w") as tar:
            for name in names:
                raw = (CORPUS / name).read_bytes()
                info = tarfile.TarInfo(name)
                info.size = len(raw)
                tar.addfile(info, io.BytesIO(raw))
    wanted = [entry for name in names for entry in expected(name)]
    outcomes = list(read_all([path]))
    assert len(outcomes) == len(wanted)
    for outcome, entry in zip(outcomes, wanted, strict=True):
        assert_as_expected(outcome, entry)


@pytest.mark.parametrize("name", ["flavours/icsd.cif", "other/POSCAR", "other/structure.json"])
def test_a_gzipped_file_is_read_the_same(tmp_path, name):
    path = tmp_path / f"{Path(name).name}.gz"
    path.write_bytes(gzip.compress((CORPUS / name).read_bytes()))
    (outcome,) = read_all([path])
    assert_as_expected(outcome, EXPECTED[name])


def test_every_finding_points_at_a_line_of_its_file():
    for name in EXPECTED:
        for outcome in read_all([CORPUS / name]):
            if isinstance(outcome, Read):
                n_lines = (CORPUS / name).read_bytes().count(b"\n") + 2
                n_lines += (CORPUS / name).read_bytes().count(b"\r")
                lines = [f.line for f in outcome.crystal.findings if f.line is not None]
                assert all(0 < line < n_lines for line in lines)
