"""Published data sets and folders come in whole, with what is wrong in them told."""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path

import pytest
from catalogue_cases import import_all
from crystal_cases import cif

from sc3d_desktop.data import DISORDER, Catalogue, Measurement, Query
from sc3d_desktop.data.importers import (
    CifFolder,
    EntrySource,
    Htsc,
    StarterSet,
    SuperCon3D,
    ThreeDSC,
    check_supercon3d,
)
from sc3d_desktop.errors import CatalogueError

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
SUPERCON3D = DATA / "supercon3d" / "supercon3d.zip"

NB = cif("Nb1 Nb 0 0 0 1\nNb2 Nb 0.5 0.5 0.5 1")
MGB2 = cif("Mg1 Mg 0 0 0 1\nB1 B 0.5 0.5 0.25 1\nB2 B 0.5 0.5 0.75 1")


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    return Catalogue.open(tmp_path / "c.sqlite")


def written(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def zipped(path: Path, files: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return path


SMALL_SUPERCON3D = {
    "df_all_data1202.csv": ",tc,family,cf,order\n1.cif,9.2,others,Nb1,order\n"
    "2.cif,39.0,others,Mg1B1,order\n3.cif,1.0,others,Pb1,order\n4.cif,x,others,Nb1,order\n"
    "5.cif,1.0,metals,Nb1,order\n",
    "reference_part.csv": ",formula,doi/ref\n1.cif,Nb1,https://doi.org/10.1000/nb\n"
    '2.cif,MgB,"Phys.Rev.B, 1(2001)1"\n2.cif,MgB,https://doi.org/10.1000/mgb2\n',
    "cif/1.cif": NB,
    "cif/2.cif": MGB2,
    "cif/4.cif": NB,
    "cif/5.cif": NB,
}


@pytest.mark.parametrize("kind", ["folder", "deep folder", "archive", "packed repository"])
def test_supercon3d_is_read_from_a_folder_or_an_archive(
    catalogue: Catalogue, tmp_path: Path, kind: str
) -> None:
    deep = {f"SODNet-abc/datasets/SuperCon/{name}": text for name, text in SMALL_SUPERCON3D.items()}
    path = {
        "folder": lambda: written(tmp_path / "f", SMALL_SUPERCON3D),
        "deep folder": lambda: written(tmp_path / "f", deep),
        "archive": lambda: zipped(tmp_path / "a.zip", SMALL_SUPERCON3D),
        "packed repository": lambda: zipped(tmp_path / "a.zip", deep),
    }[kind]()
    with catalogue:
        source = SuperCon3D(path)
        assert source.count() == 5
        outcome = import_all(catalogue, source)
        assert (outcome.added, outcome.failed) == (2, 3)
        said = {problem.key: problem.message for problem in outcome.problems}
        assert said.keys() == {"3", "4", "5"}
        assert "cif/3.cif" in said["3"]
        assert "“x”, no number" in said["4"]
        assert "unknown family “metals”" in said["5"]
        assert [(n.key, "MgB2" in n.message) for n in outcome.noted] == [("2", True)]
        assert catalogue.measurements(1) == (Measurement(9.2, doi="10.1000/nb"),)
        assert catalogue.measurements(2) == (
            Measurement(39.0, reference="Phys.Rev.B, 1(2001)1", doi="10.1000/mgb2"),
        )


def test_what_is_not_supercon3d_is_refused(tmp_path: Path) -> None:
    for path, words in (
        (written(tmp_path / "empty", {"x.txt": ""}), "no df_all_data1202.csv"),
        (written(tmp_path / "other", {"df_all_data1202.csv": "a,b\n1,2\n"}), "not the columns"),
        (written(tmp_path / "t", {"no.zip": "text"}) / "no.zip", "neither a folder nor a zip"),
        (tmp_path / "missing", "neither a folder nor a zip"),
    ):
        with pytest.raises(CatalogueError, match=words):
            SuperCon3D(path)


@pytest.mark.skipif(not SUPERCON3D.is_file(), reason="needs shared/data/supercon3d")
def test_all_of_supercon3d_comes_in_with_its_classes_and_twelve_remarks(
    catalogue: Catalogue,
) -> None:
    check_supercon3d(SUPERCON3D)
    with catalogue:
        outcome = import_all(catalogue, SuperCon3D(SUPERCON3D))
        assert (outcome.added, outcome.failed) == (1578, 0)
        assert {note.key for note in outcome.noted} == {
            "74368", "84513", "41090", "41272", "30837", "30838", "263006", "173908", "657556",
            "Hf1H10", "Zr1H10", "N1S1H5",
        }  # fmt: skip
        columns = catalogue.columns()
        counts = [len(columns.find(Query(disorders=frozenset({d})))) for d in DISORDER]
        assert counts == [1016, 377, 113, 72]
        families = {"cuprate": 177, "h_rich": 103, "heavy_fermion": 297, "iron_based": 87}
        for family, n in families.items():
            assert len(columns.find(Query(families=frozenset({family})))) == n
        with_doi = sum(bool(catalogue.measurements(i)[0].doi) for i in columns.ids.tolist())
        assert with_doi > 500


def test_a_changed_archive_is_not_taken_for_supercon3d(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="not SuperCon3D as this program knows it"):
        check_supercon3d(zipped(tmp_path / "a.zip", SMALL_SUPERCON3D))


@pytest.mark.skipif(not (DATA / "3dsc_mp").is_dir(), reason="needs shared/data/3dsc_mp")
def test_3dsc_knows_a_tc_of_zero_as_not_reported(catalogue: Catalogue) -> None:
    source = ThreeDSC(DATA / "3dsc_mp")
    assert source.count() == 10_282
    del source._rows[60:]
    with catalogue:
        outcome = import_all(catalogue, source)
        assert (outcome.added, outcome.failed) == (60, 0)
        rows = catalogue.rows(catalogue.columns().ids.tolist())
        assert {row.n_measurements for row in rows} == {0, 1}
        assert all(row.tc_high_kelvin is None or row.tc_high_kelvin > 0 for row in rows)


def test_3dsc_is_read_with_its_structures_in_a_folder_as_well(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    table = (
        "file,formula_sc,tc_K,synth_doped,n_supercon\na.cif,Nb1,9.2,False,3\nb.cif,Mg1B2,0,True,\n"
    )
    files = {"3dsc_mp.csv": table, "cifs/a.cif": NB, "cifs/b.cif": MGB2}
    with catalogue:
        assert import_all(catalogue, ThreeDSC(written(tmp_path / "3dsc", files))).added == 2
        assert catalogue.measurements(1)[0].reference == "SuperCon, 3 reports averaged"
        assert catalogue.measurements(2) == ()
        assert "parent" in catalogue.entry(2).notes[0]


def test_a_folder_of_cifs_comes_with_the_tc_of_its_table(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    table = (
        "File,Formula,Tc (K),pressure_GPa,DOI,family\n"
        "nb.cif,Nb,9.2,,10.1000/nb,others\nnb,Nb,9.8,10,https://doi.org/10.1000/p,\n"
        "sub/mgb2.CIF,MgB2,0,,Nobody 1990,\n"
    )
    files = {"nb.cif": NB, "sub/mgb2.CIF": MGB2, "bad.cif": "data_x\n", "tc.csv": table,
             "notes.csv": "a,b\n1,2\n"}  # fmt: skip
    folder = written(tmp_path / "mine", files)
    with catalogue:
        outcome = import_all(catalogue, CifFolder(folder))
        assert (outcome.added, outcome.failed) == (2, 1)
        assert outcome.problems[0].key == "bad.cif"
        ids = {catalogue.entry(i).key: i for i in (1, 2)}
        assert set(catalogue.measurements(ids["nb.cif"])) == {
            Measurement(9.2, doi="10.1000/nb"),
            Measurement(9.8, pressure_gpa=10.0, reference="10.1000/p", doi="10.1000/p"),
        }
        assert catalogue.measurements(ids["sub/mgb2.CIF"]) == (
            Measurement(None, reference="Nobody 1990"),
        )
        assert catalogue.rows([ids["nb.cif"]])[0].family == "others"


def test_a_folder_without_a_table_comes_without_tc(catalogue: Catalogue, tmp_path: Path) -> None:
    with catalogue:
        import_all(catalogue, CifFolder(written(tmp_path / "mine", {"nb.cif": NB})))
        assert catalogue.measurements(1) == ()
        assert catalogue.rows([1])[0].formula == "Nb"


def test_a_table_that_names_no_file_or_tc_is_refused(tmp_path: Path) -> None:
    folder = written(tmp_path / "mine", {"nb.cif": NB, "t.csv": "a,b\n1,2\n"})
    with pytest.raises(CatalogueError, match="no column for the file"):
        CifFolder(folder, folder / "t.csv")
    with pytest.raises(CatalogueError, match="no CIF files"):
        CifFolder(written(tmp_path / "none", {"t.csv": ""}))


def test_htsc_entries_are_calculated(catalogue: Catalogue, tmp_path: Path) -> None:
    entries = {"M-Nb": {"cif": NB, "tc": 12.5}, "bad": {"tc": 3}, "worse": {"cif": NB, "tc": "?"}}
    path = written(tmp_path, {"HTSC-2025.json": json.dumps(entries)}) / "HTSC-2025.json"
    with catalogue:
        outcome = import_all(catalogue, Htsc(path))
        assert (outcome.added, outcome.failed) == (1, 2)
        (measurement,) = catalogue.measurements(1)
        assert measurement.calculated
        assert measurement.tc_kelvin == 12.5
        assert import_all(catalogue, Htsc(tmp_path)).unchanged == 1
    for text in ("[]", "{", "{}"):
        path.write_text(text)
        with pytest.raises(CatalogueError, match=r"HTSC-2025\.json is no"):
            Htsc(path)


def test_links_and_pipes_in_a_folder_or_an_archive_are_not_followed(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    (tmp_path / "secret.cif").write_text(NB)
    folder = written(tmp_path / "mine", {"nb.cif": NB})
    (folder / "link.cif").symlink_to(tmp_path / "secret.cif")
    os.mkfifo(folder / "pipe.cif")
    with catalogue:
        outcome = import_all(catalogue, CifFolder(folder))
        assert [(p.key, "is not a file" in p.message) for p in outcome.problems] == [
            ("pipe.cif", True)
        ]
        assert outcome.added == 1
    archive = zipped(tmp_path / "a.zip", {"nb.cif": NB})
    link = zipfile.ZipInfo("link.cif")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(archive, "a") as more:
        more.writestr(link, "/etc/passwd")
    assert [item.key for item in CifFolder(archive).items()] == ["nb.cif"]


def test_the_starter_set_comes_in_whole_with_families_and_classes(catalogue: Catalogue) -> None:
    source: EntrySource = StarterSet()
    with catalogue:
        outcome = import_all(catalogue, source)
        assert (outcome.failed, outcome.noted) == (0, ())
        assert outcome.added == source.count()
        columns = catalogue.columns()
        assert len(columns.find(Query(superconducting=False))) >= 25
        assert len(columns.find(Query(superconducting=True))) >= 150
        for family in ("cuprate", "iron_based", "heavy_fermion", "h_rich", "others"):
            assert len(columns.find(Query(families=frozenset({family})))) >= 5, family
        for disorder in DISORDER:
            assert len(columns.find(Query(disorders=frozenset({disorder})))) >= 3, disorder
        assert import_all(catalogue, StarterSet()).unchanged == outcome.added
