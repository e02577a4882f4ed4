"""Files, folders and archives come in one order, piece by piece, whatever is wrong in them."""

from __future__ import annotations

import csv
import gzip
import io
import os
import random
import tarfile
import zipfile
from pathlib import Path

import pytest
from crystal_cases import cif

from sc3d_desktop.errors import ScreeningError
from sc3d_desktop.screening.filters import Filters
from sc3d_desktop.screening.prepare import prepare
from sc3d_desktop.screening.sources import Files, Piece, Sources, sources_from_json
from sc3d_desktop.screening.sources import files as module
from sc3d_desktop.screening.sources.cif_stream import blocks_of

NAMES = ("Nb", "Ta", "V", "Mo", "W")
TEXTS = {name: cif(f"A1 {name} 0 0 0 1", block=name) for name in NAMES}


def formulas(pieces: list[Piece]) -> list[str]:
    found = prepare(list(enumerate(pieces)), Filters())
    return [line.formula or line.reason for line in found]


def tar(path: Path, files: dict[str, bytes], mode: str = "w") -> Path:
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Every kind of place, in the order of names."""
    folder = tmp_path / "all"
    (folder / "d").mkdir(parents=True)
    (folder / "a.cif").write_text(TEXTS["Nb"])
    (folder / "b.cif").write_text("".join(TEXTS.values()))
    with zipfile.ZipFile(folder / "c.zip", "w") as archive:
        archive.writestr("x.cif", TEXTS["Ta"] + TEXTS["V"])
        archive.writestr("readme.txt", "nothing")
    (folder / "d" / "e.cif").write_text(TEXTS["Mo"])
    with gzip.open(folder / "f.cif.gz", "wb") as packed:
        packed.write((TEXTS["W"] + TEXTS["Nb"]).encode())
    tar(folder / "g.tgz", {"y.cif": TEXTS["V"].encode(), "z.txt": b"-"}, "w:gz")
    (folder / "notes.txt").write_text("not a structure")
    return folder


EXPECTED = ["Nb", *NAMES, "Ta", "V", "W", "Nb", "V", "Mo"]


def test_everything_in_a_folder_is_found_in_the_order_of_names(folder: Path) -> None:
    assert formulas(list(Files([folder]).pieces())) == EXPECTED


def test_pieces_can_begin_anywhere(folder: Path) -> None:
    source = Files([folder])
    whole = list(source.pieces())
    for start in range(len(whole) + 2):
        assert list(source.pieces(start)) == whole[start:]


def test_several_sources_are_one(folder: Path) -> None:
    both = Sources([Files([folder / "a.cif", folder / "c.zip"]), Files([folder / "d"])])
    assert formulas(list(both.pieces())) == ["Nb", "Ta", "V", "Mo"]
    assert formulas(list(both.pieces(3))) == ["Mo"]
    assert list(both.pieces(4)) == []
    again = sources_from_json(both.as_json())
    assert list(again.pieces()) == list(both.pieces())
    assert both.count() == 3
    assert "a.cif" in both.title


def test_a_large_cif_comes_block_by_block_and_is_never_whole_in_memory() -> None:
    class Stream(io.RawIOBase):
        """As large a file as one likes, made as it is read."""

        def __init__(self, blocks: int) -> None:
            self.lines = (
                line
                for i in range(blocks)
                for line in TEXTS["Nb"].replace("data_Nb", f"data_{i}").splitlines(keepends=True)
            )

        def readline(self, size: int | None = -1) -> bytes:
            return next(self.lines, "").encode()

    import tracemalloc

    tracemalloc.start()
    count = sum(1 for _ in blocks_of(Stream(3000)))  # type: ignore[arg-type]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 3000
    assert peak < 1_000_000


def test_blocks_are_cut_where_a_reader_would_cut_them() -> None:
    rng = random.Random(2)
    for _ in range(50):
        parts = [_block(i, rng) for i in range(rng.randint(1, 6))]
        found = list(blocks_of(io.BytesIO("".join(parts).encode())))
        crystals = [part for part in parts if "_cell_length_a" in part]
        assert len(found) == max(1, len(crystals))
        for block, part in zip(found, crystals, strict=False):
            assert part.removeprefix(_COMMENT) in block.decode()


_COMMENT = "# a comment about data_\n"


def _block(i: int, rng: random.Random) -> str:
    text = TEXTS[rng.choice(NAMES)].replace("data_", f"{rng.choice(['data_', 'DATA_'])}{i}")
    trap = "\n;\ndata_trap inside a text\n data_\n;\n"
    text = text.replace("_cell_length_b", f"_publ_section_title{trap}_cell_length_b")
    publication = f"data_global{i}\n_publ_author 'data_ me'\n"
    return rng.choice([text, publication, _COMMENT + text])


def test_the_version_of_cif_holds_for_every_block() -> None:
    text = "#\\#CIF_2.0\n" + "".join(TEXTS.values())
    blocks = list(blocks_of(io.BytesIO(text.encode())))
    assert all(block.startswith(b"#\\#CIF_2.0\n") for block in blocks)
    assert blocks[0].count(b"CIF_2.0") == blocks[1].count(b"CIF_2.0") == 1


def test_a_table_with_a_cif_in_each_line_is_read(tmp_path: Path) -> None:
    path = tmp_path / "icsd.csv"
    with path.open("w", newline="", encoding="utf-8") as stream:
        lines = csv.writer(stream)
        lines.writerow(["CollectionCode", "ChemicalName", "CIF"])
        lines.writerows([str(i), name, TEXTS[name]] for i, name in enumerate(NAMES))
        lines.writerow(["9", "none", ""])
    (tmp_path / "tc.csv").write_text("file,tc\n")
    source = Files([tmp_path])
    found = prepare(list(enumerate(source.pieces())), Filters())
    assert [line.formula for line in found] == [*NAMES, ""]
    assert [line.identifier for line in found] == ["0", "1", "2", "3", "4", "9"]
    assert found[-1].status == "refused"
    assert source.count() == 0


def test_a_damaged_archive_gives_what_it_can_and_then_the_reason(tmp_path: Path) -> None:
    padded = {f"{n}.cif": f"# {os.urandom(9000).hex()}\n{TEXTS[n]}".encode() for n in NAMES}
    good = tar(tmp_path / "a.tar.gz", padded, "w:gz")
    cut = tmp_path / "cut.tar.gz"
    cut.write_bytes(good.read_bytes()[: good.stat().st_size // 2])
    pieces = list(Files([cut]).pieces())
    assert 0 < len(pieces) < len(NAMES)
    assert pieces[-1].content is None
    assert "cannot be read on" in pieces[-1].error
    (tmp_path / "no.zip").write_text("not a zip")
    assert "cannot be read on" in formulas(list(Files([tmp_path / "no.zip"]).pieces()))[0]


def test_links_pipes_and_huge_members_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "secret.cif").write_text(TEXTS["Nb"])
    folder = tmp_path / "f"
    folder.mkdir()
    (folder / "link.cif").symlink_to(tmp_path / "secret.cif")
    os.mkfifo(folder / "pipe.cif")
    link = tarfile.TarInfo("t.cif")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    with tarfile.open(folder / "t.tar", "w") as archive:
        archive.addfile(link)
    (folder / "u.xyz").write_bytes(b"x" * 2000)
    monkeypatch.setattr(module, "MAX_BYTES", 1000)
    said = formulas(list(Files([folder]).pieces()))
    assert len(said) == 3
    assert "pipe.cif" in said[0]
    assert "no regular file" in said[1]
    assert "more than" in said[2]


def test_a_path_that_is_not_there_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(ScreeningError, match="There is no"):
        Files([tmp_path / "missing"])
    with pytest.raises(ScreeningError, match="nothing to screen"):
        Sources([])
    with pytest.raises(ScreeningError, match="unknown source"):
        sources_from_json([{"kind": "crystal ball"}])


def test_counts_are_those_of_files_and_zip_members_and_unknown_for_streams(folder: Path) -> None:
    assert Files([folder / "a.cif", folder / "c.zip", folder / "d"]).count() == 3
    assert Files([folder]).count() == 0, "what is in a tar is not known beforehand"
