"""Archives and folders: what is in them comes in order; what is hostile does no harm."""

from __future__ import annotations

import gzip
import io
import os
import tarfile
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from crystal_cases import cif

from sc3d_desktop.crystal.files import Outcome, Read, Refused, archives, read_all
from sc3d_desktop.crystal.text import MAX_BYTES

MEMBERS = {"b.cif": "B", "sub/a.CIF": "Al", "c.cif": "C"}


def zip_of(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, raw in members.items():
            archive.writestr(name, raw)
    return path


def tar_of(path: Path, members: dict[str, bytes], mode: str = "w:gz") -> Path:
    with tarfile.open(path, mode) as archive:
        for name, raw in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(raw)
            archive.addfile(info, io.BytesIO(raw))
    return path


def of_element(element: str) -> bytes:
    return cif(f"X1 {element} 0 0 0 1").encode()


def told(outcomes: list[Outcome]) -> list[str]:
    """The element of what was read, the message of what was refused."""
    return [
        next(iter(o.crystal.composition)) if isinstance(o, Read) else o.error.message
        for o in outcomes
    ]


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tar.gz", "a.tgz", "a.tar.bz2", "a.tar.xz"])
def test_the_structures_of_an_archive_come_in_its_order(tmp_path, name):
    members = {n: of_element(e) for n, e in MEMBERS.items()} | {"read.me": b"not a structure"}
    mode = {"tar": "w", "bz2": "w:bz2", "xz": "w:xz"}.get(name.split(".")[-1], "w:gz")
    make = zip_of if name.endswith("zip") else lambda p, m: tar_of(p, m, mode)
    outcomes = list(read_all([make(tmp_path / name, members)]))
    assert told(outcomes) == list(MEMBERS.values())
    assert [o.source.member for o in outcomes] == list(MEMBERS)
    assert str(outcomes[1].source) == f"{tmp_path / name}/sub/a.CIF"


def test_a_bad_member_is_refused_in_its_place(tmp_path):
    members = {"a.cif": of_element("Al"), "b.cif": b"hello", "c.cif": of_element("C")}
    first, second, third = read_all([zip_of(tmp_path / "a.zip", members)])
    assert isinstance(first, Read)
    assert isinstance(third, Read)
    assert isinstance(second, Refused)
    assert second.source.member == "b.cif"


def test_names_that_point_outside_write_nothing(tmp_path):
    inside = tmp_path / "inside"
    inside.mkdir()
    members = {"../../out.cif": of_element("Al"), "/abs/out.cif": of_element("B")}
    before = sorted(tmp_path.rglob("*"))
    outcomes = [
        *read_all([zip_of(inside / "a.zip", members)]),
        *read_all([tar_of(inside / "a.tgz", members)]),
    ]
    assert told(outcomes) == ["Al", "B"] * 2
    assert set(tmp_path.rglob("*")) - set(before) == {inside / "a.zip", inside / "a.tgz"}


@pytest.mark.parametrize("kind", ["zip", "tgz", "gz"])
def test_a_bomb_is_refused_and_never_unpacked_whole(tmp_path, kind):
    bomb = b" " * (4 * MAX_BYTES)
    path = tmp_path / f"bomb.cif.{kind}" if kind == "gz" else tmp_path / f"bomb.{kind}"
    match kind:
        case "zip":
            zip_of(path, {"bomb.cif": bomb})
        case "tgz":
            tar_of(path, {"bomb.cif": bomb})
        case _:
            path.write_bytes(gzip.compress(bomb))
    assert path.stat().st_size < 1_000_000
    del bomb
    tracemalloc.start()
    try:
        (outcome,) = read_all([path])
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert isinstance(outcome, Refused)
    assert "more than 50 MB" in outcome.error.message
    assert peak < 3 * MAX_BYTES


def test_a_zip_that_lies_about_a_size_is_bounded_all_the_same(tmp_path):
    path = zip_of(tmp_path / "a.zip", {"bomb.cif": b" " * (MAX_BYTES + 10)})
    raw = bytearray(path.read_bytes())
    for at in (22, raw.index(b"PK\x01\x02") + 24):
        raw[at : at + 4] = (100).to_bytes(4, "little")
    path.write_bytes(bytes(raw))
    (outcome,) = read_all([path])
    assert isinstance(outcome, Refused)
    assert len(outcome.error.message) < 200


def test_links_and_devices_in_a_tar_are_refused_and_not_followed(tmp_path):
    secret = tmp_path / "secret.cif"
    secret.write_bytes(of_element("Au"))
    with tarfile.open(tmp_path / "a.tar", "w") as archive:
        for name, kind in (("link.cif", tarfile.SYMTYPE), ("hard.cif", tarfile.LNKTYPE)):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, str(secret)
            archive.addfile(info)
        pipe = tarfile.TarInfo("pipe.cif")
        pipe.type = tarfile.FIFOTYPE
        archive.addfile(pipe)
    messages = told(list(read_all([tmp_path / "a.tar"])))
    assert len(messages) == 3
    assert all("no regular file" in message for message in messages)


def test_a_link_in_a_zip_is_refused(tmp_path):
    info = zipfile.ZipInfo("link.cif")
    info.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(info, "/etc/passwd")
    (message,) = told(list(read_all([tmp_path / "a.zip"])))
    assert "no regular file" in message


def test_an_archive_in_an_archive_is_refused(tmp_path):
    inner = zip_of(tmp_path / "inner.zip", {"a.cif": of_element("Al")}).read_bytes()
    members = {"inner.zip": inner, "b.cif": of_element("B")}
    messages = told(list(read_all([zip_of(tmp_path / "a.zip", members)])))
    assert "archive in an archive" in messages[0]
    assert messages[1] == "B"


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tgz", "a.cif.gz"])
@pytest.mark.parametrize("kept", [0, 10, 300])
def test_what_is_cut_off_is_refused_as_damaged(tmp_path, name, kept):
    whole = tmp_path / name
    many = {f"{i}.cif": of_element("Al") + os.urandom(50).hex().encode() for i in range(20)}
    if name.endswith("zip"):
        zip_of(whole, many)
    elif name == "a.cif.gz":
        whole.write_bytes(gzip.compress(b"".join(many.values())))
    else:
        tar_of(whole, many, "w" if name == "a.tar" else "w:gz")
    whole.write_bytes(whole.read_bytes()[:kept])
    outcomes = list(read_all([whole]))
    assert isinstance(outcomes[-1], Refused)
    assert "damaged" in outcomes[-1].error.message or "empty" in outcomes[-1].error.message


def test_an_encrypted_member_is_refused(tmp_path):
    path = zip_of(tmp_path / "a.zip", {"a.cif": of_element("Al")})
    raw = bytearray(path.read_bytes())
    raw[6] |= 1  # the flag, in the member's own header and in the directory
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(bytes(raw))
    (message,) = told(list(read_all([path])))
    assert "cannot be unpacked" in message


def test_too_many_members_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MAX_MEMBERS", 3)
    path = zip_of(tmp_path / "a.zip", {f"{i}.cif": of_element("Al") for i in range(5)})
    (message,) = told(list(read_all([path])))
    assert "more than 3 members" in message


# --- folders ------------------------------------------------------------------------------------


def test_a_folder_stands_for_the_structures_and_archives_below_it_by_name(tmp_path):
    (tmp_path / "in" / "deep").mkdir(parents=True)
    for name, element in (("b.cif", "B"), ("a.CIF", "Al"), ("deep/c.cif", "C")):
        (tmp_path / "in" / name).write_bytes(of_element(element))
    zip_of(tmp_path / "in" / "d.zip", {"n.cif": of_element("N")})
    (tmp_path / "in" / "notes.txt").write_text("not a structure")
    assert told(list(read_all([tmp_path / "in"]))) == ["Al", "B", "N", "C"]


def test_a_folder_without_structures_is_refused(tmp_path):
    (message,) = told(list(read_all([tmp_path])))
    assert "holds no structure files" in message


def test_a_pipe_in_a_folder_does_not_hold_up_the_reading(tmp_path):
    os.mkfifo(tmp_path / "a.cif")
    os.mkfifo(tmp_path / "b.zip")
    (tmp_path / "c.cif").write_bytes(of_element("C"))
    messages = told(list(read_all([tmp_path])))
    assert ["is not a file" in message for message in messages] == [True, True, False]


def test_links_that_go_round_in_circles_are_not_followed(tmp_path):
    (tmp_path / "a.cif").write_bytes(of_element("Al"))
    (tmp_path / "round").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "gone.cif").symlink_to(tmp_path / "nowhere")
    messages = told(list(read_all([tmp_path])))
    assert messages[0] == "Al"
    assert len(messages) == 2
    assert "is not a file" in messages[1]


def test_a_file_that_is_missing_and_one_that_is_too_large_are_refused(tmp_path):
    large = tmp_path / "large.cif"
    with large.open("wb") as stream:
        stream.truncate(MAX_BYTES + 1)
    messages = told(list(read_all([tmp_path / "none.cif", large])))
    assert "none.cif is not a file" in messages[0]
    assert "the limit is 50 MB" in messages[1]


def test_reading_is_lazy(tmp_path):
    """The first crystal is there before the second file is looked at."""
    (tmp_path / "a.cif").write_bytes(of_element("Al"))
    outcomes = read_all([tmp_path / "a.cif", tmp_path / "later.cif"])
    assert isinstance(next(outcomes), Read)
    (tmp_path / "later.cif").write_bytes(of_element("B"))
    assert told(list(outcomes)) == ["B"]


def test_a_gzipped_tar_whose_head_is_cut_short_is_refused_as_damaged(tmp_path):
    """The standard library raises ``TypeError`` here."""
    path = tmp_path / "a.tar.gz"
    path.write_bytes(b"\x1f\x8b\x08")
    (message,) = told(list(read_all([path])))
    assert "damaged" in message


def tar_head(name: str, size: int, kind: bytes = tarfile.REGTYPE) -> bytes:
    info = tarfile.TarInfo(name)
    info.size, info.type = size, kind
    return info.tobuf(tarfile.GNU_FORMAT)


@pytest.mark.parametrize("kind", [tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.GNUTYPE_LONGNAME])
def test_a_bomb_in_the_head_of_a_tar_member_is_not_unpacked(tmp_path, kind):
    path = tmp_path / "a.tar.gz"
    path.write_bytes(gzip.compress(tar_head("x", 4 * MAX_BYTES, kind) + bytes(4 * MAX_BYTES)))
    tracemalloc.start()
    try:
        (message,) = told(list(read_all([path])))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert "damaged" in message
    assert peak < MAX_BYTES


def test_a_tar_that_would_unpack_for_hours_only_to_be_passed_over_is_refused_at_once(tmp_path):
    path = tmp_path / "a.tar.gz"
    path.write_bytes(gzip.compress(tar_head("film.bin", 10**13) + bytes(1000)))
    (message,) = told(list(read_all([path])))
    assert "unpacks to 10000.0 GB" in message


def test_a_zip_of_many_bombs_is_refused_at_once(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MAX_UNPACKED", 100_000)
    path = zip_of(tmp_path / "a.zip", {f"{i}.cif": b" " * 50_000 for i in range(9)})
    (message,) = told(list(read_all([path])))
    assert "far more than its own size" in message
