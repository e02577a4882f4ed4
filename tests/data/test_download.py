"""A download goes on where it stopped, and what is there in the end is the file as served."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from file_server import Served, serving

from sc3d_desktop.data import download as module
from sc3d_desktop.data.download import PIECE_BYTES, download
from sc3d_desktop.errors import CatalogueError

CONTENT = bytes(i % 251 for i in range(3 * PIECE_BYTES + 17))


@pytest.fixture
def server() -> Iterator[Served]:
    with serving(CONTENT) as served:
        yield served


@pytest.fixture
def into(tmp_path: Path) -> Path:
    return tmp_path / "downloads" / "file.zip"


def got(url: str, into: Path) -> list[tuple[int, int]]:
    return list(download(url, into))


def test_a_file_comes_whole_with_its_progress(server: Served, into: Path) -> None:
    steps = got(server.url, into)
    assert into.read_bytes() == CONTENT
    assert steps[-1] == (len(CONTENT), len(CONTENT))
    assert [done for done, _ in steps] == sorted(done for done, _ in steps)
    assert [path.name for path in into.parent.iterdir()] == ["file.zip"]


def test_one_that_breaks_off_goes_on_from_there(server: Served, into: Path) -> None:
    server.cut_after = PIECE_BYTES + 5
    with pytest.raises(CatalogueError, match="could not be got") as caught:
        got(server.url, into)
    assert "goes on" in caught.value.hint
    assert not into.exists()
    got(server.url, into)
    assert server.asked == [None, f"bytes={PIECE_BYTES + 5}-"]
    assert into.read_bytes() == CONTENT


def test_one_that_was_cancelled_goes_on(server: Served, into: Path) -> None:
    steps = download(server.url, into)
    done, _ = next(steps)
    steps.close()
    got(server.url, into)
    assert server.asked[1] == f"bytes={done}-"
    assert into.read_bytes() == CONTENT


@pytest.mark.parametrize("mood", ["changed file", "no ranges", "no mark", "more than there is"])
def test_one_that_cannot_go_on_begins_anew(server: Served, into: Path, mood: str) -> None:
    if mood == "no mark":
        server.etag = ""
    server.cut_after = PIECE_BYTES
    with pytest.raises(CatalogueError):
        got(server.url, into)
    if mood == "changed file":
        server.etag, server.content = '"two"', CONTENT[::-1]
    elif mood == "no ranges":
        server.ranges = False
    elif mood == "more than there is":
        with into.with_name("file.zip.part").open("ab") as part:
            part.write(CONTENT)
    got(server.url, into)
    assert into.read_bytes() == server.content


def test_a_part_of_another_address_is_not_gone_on_from(server: Served, into: Path) -> None:
    server.cut_after = PIECE_BYTES
    with pytest.raises(CatalogueError):
        got(server.url + "?other", into)
    got(server.url, into)
    assert server.asked == [None, None]
    assert into.read_bytes() == CONTENT


def test_a_server_that_does_not_say_the_length_is_believed(server: Served, into: Path) -> None:
    server.says_length = False
    assert {total for _, total in got(server.url, into)} == {0}
    assert into.read_bytes() == CONTENT


@pytest.mark.parametrize("status", [404, 500])
def test_an_error_of_the_server_is_said(server: Served, into: Path, status: int) -> None:
    server.status = status
    with pytest.raises(CatalogueError, match=str(status)):
        got(server.url, into)
    assert not into.exists()


def test_a_file_without_end_is_stopped(
    server: Served, into: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_BYTES", PIECE_BYTES)
    for server.says_length in (True, False):
        with pytest.raises(CatalogueError, match="larger than"):
            got(server.url, into)
        assert not into.exists()


def test_only_addresses_on_the_web_are_asked(into: Path) -> None:
    for url in ("file:///etc/passwd", "ftp://x/y", "nonsense"):
        with pytest.raises(CatalogueError, match="no address on the web"):
            got(url, into)


def test_no_server_at_all_is_said(into: Path) -> None:
    with serving(b"") as gone:
        url = gone.url
    with pytest.raises(CatalogueError, match="could not be got"):
        got(url, into)
