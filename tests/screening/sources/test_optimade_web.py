"""A provider's bad moods: what passes is waited for, what does not is said, and nothing hangs."""

from __future__ import annotations

import gzip
import itertools
import json
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from crystal_cases import REPEATABLE, simple_crystal
from hypothesis import given, settings
from hypothesis import strategies as st
from optimade_server import Answer, listing, moody_server, page, structure
from screening_cases import SPEC, SumModel, table

from sc3d_desktop import __version__
from sc3d_desktop.errors import ScreeningError
from sc3d_desktop.screening.executors import InProcess
from sc3d_desktop.screening.filters import Filters
from sc3d_desktop.screening.run import screen
from sc3d_desktop.screening.sources import Piece
from sc3d_desktop.screening.sources.optimade import Manners, Optimade
from sc3d_desktop.screening.sources.optimade.web import Web
from sc3d_desktop.screening.store import RunStore

QUICK = Manners(between=0.0, waits=(0.02, 0.04), longest_wait=1.0, silence=1.0, page=1.0)
N = 25
ENTRIES = [
    structure(simple_crystal({"La": 0.5 + i / 100}, {"O": 1.0}), f"e{i:02}") for i in range(N)
]
NAMES = [f"made e{i:02}" for i in range(N)]
Mood = Callable[[str, dict[str, str], int], Answer]
good = listing(ENTRIES, most=10)


@pytest.fixture(scope="module")
def home() -> Iterator[Web]:
    """Asks nothing: what a link leads to is known without."""
    with Web("http://a.example/optimade", QUICK) as web:
        yield web


def source(url: str, manners: Manners = QUICK) -> Optimade:
    return Optimade(url, provider="made", manners=manners)


def names(pieces: Iterator[Piece]) -> list[str]:
    return [piece.identifier for piece in pieces]


def come(pieces: Iterator[Piece]) -> tuple[list[str], ScreeningError]:
    """What comes before the error, and the error."""
    came: list[str] = []
    with pytest.raises(ScreeningError) as caught:
        came.extend(piece.identifier for piece in pieces)
    return came, caught.value


def at_offset(offset: int, there: Callable[[int], Answer]) -> Mood:
    """Good, but for the page that begins at the offset."""

    def mood(path: str, parameters: dict[str, str], before: int) -> Answer:
        asked_for = int(parameters.get("page_offset", 0))
        return there(before) if asked_for == offset else good(path, parameters, before)

    return mood


def test_every_page_comes_once_and_in_order() -> None:
    with moody_server(good) as server:
        assert names(source(server.url).pieces()) == NAMES
        assert len(server.asked) == 3
        assert "sort=id" in server.asked[0]
        assert server.agents == {f"SC3D-Desktop/{__version__}"}


def test_requests_keep_their_distance() -> None:
    with moody_server(good) as server:
        names(source(server.url, Manners(between=0.15)).pieces())
        apart = [later - one for one, later in itertools.pairwise(server.times)]
    assert len(apart) == 2
    assert min(apart) >= 0.14


def test_the_distance_a_provider_asks_for_is_kept() -> None:
    def mood(path: str, parameters: dict[str, str], before: int) -> Answer:
        content = json.loads(good(path, parameters, before).body)
        content["meta"]["request_delay"] = 0.2
        return Answer(json.dumps(content).encode())

    with moody_server(mood) as server:
        names(source(server.url).pieces())
        apart = [later - one for one, later in itertools.pairwise(server.times)]
    assert min(apart) >= 0.19


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_a_failure_that_passes_is_waited_for(status: int) -> None:
    def failing(before: int) -> Answer:
        return Answer(status=status) if before < 2 else good("/", {"page_offset": "10"}, 0)

    with moody_server(at_offset(10, failing)) as server:
        assert names(source(server.url).pieces()) == NAMES
        asked = [i for i, path in enumerate(server.asked) if "page_offset=10" in path]
        first, second = (server.times[i + 1] - server.times[i] for i in asked[:2])
    assert len(asked) == 3
    assert first >= 0.02
    assert second >= 0.04


@pytest.mark.parametrize("as_date", [False, True])
def test_the_wait_a_provider_asks_for_is_kept(as_date: bool) -> None:
    def busy(before: int) -> Answer:
        if before:
            return good("/", {"page_offset": "10"}, 0)
        later = format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)
        return Answer(status=429, headers={"Retry-After": later if as_date else "1"})

    patient = Manners(between=0.0, waits=(0.0,), longest_wait=3.0)
    with moody_server(at_offset(10, busy)) as server:
        assert names(source(server.url, patient).pieces()) == NAMES
        assert server.times[2] - server.times[1] >= 0.95


def test_a_wait_of_an_hour_ends_it_for_now() -> None:
    busy = Answer(status=429, headers={"Retry-After": "3600"})
    with moody_server(at_offset(10, lambda _: busy)) as server:
        came, error = come(source(server.url).pieces())
    assert came == NAMES[:10]
    assert "3,600 s" in error.message
    assert "--resume" in error.hint
    assert len(server.asked) == 2


def test_a_provider_that_stays_down_is_said_with_what_to_do() -> None:
    with moody_server(at_offset(20, lambda _: Answer(status=503))) as server:
        came, error = come(source(server.url).pieces())
    assert came == NAMES[:20]
    assert "503" in error.message
    assert "--resume" in error.hint
    assert len(server.asked) == 2 + 3


def test_a_provider_that_is_not_there_is_said() -> None:
    with moody_server(good) as server:
        url = server.url
    came, error = come(source(url).pieces())
    assert came == []
    assert "127.0.0.1 cannot be reached" in error.message
    assert "--resume" in error.hint


def test_of_a_page_that_breaks_off_the_whole_entries_come() -> None:
    whole = good("/", {"page_offset": "10"}, 0).body
    cut = len(whole) - whole.index(b'"id": "e17"') - 40  # in the middle of the eighth
    with moody_server(at_offset(10, lambda _: Answer(whole, cut=cut))) as server:
        came, error = come(source(server.url).pieces())
    assert came == NAMES[:17]
    assert "broke off" in error.message
    assert "--resume" in error.hint


def test_a_page_that_breaks_off_once_is_asked_for_again() -> None:
    whole = good("/", {"page_offset": "10"}, 0).body
    with moody_server(at_offset(10, lambda n: Answer(whole, cut=0 if n else 900))) as server:
        assert names(source(server.url).pieces()) == NAMES


def test_a_run_stopped_by_the_network_goes_on_to_the_table_of_one_that_was_not(
    tmp_path: Path,
) -> None:
    up = [False]
    entries = [
        structure(simple_crystal({"La": 1.0}, {"O": 1.0}, edge=4 + i / 9), f"e{i:03}")
        for i in range(120)
    ]
    serve = listing(entries, most=10)

    def mood(path: str, parameters: dict[str, str], before: int) -> Answer:
        down = not up[0] and int(parameters.get("page_offset", 0)) >= 70
        return Answer(status=503) if down else serve(path, parameters, before)

    with moody_server(mood) as server:
        path = tmp_path / "stopped.sqlite"
        with RunStore.create(path, SPEC) as store, pytest.raises(ScreeningError, match="503"):
            _screen(store, source(server.url))
        up[0] = True
        server.asked.clear()
        with RunStore.resume(path, SPEC) as store:
            assert 0 < store.next_piece < 70
            _screen(store, source(server.url))
            assert store.finished
        assert [path for path in server.asked if "page_offset" not in path] == []
        with RunStore.create(tmp_path / "whole.sqlite", SPEC) as store:
            _screen(store, source(server.url))
    assert table(path) == table(tmp_path / "whole.sqlite")
    assert len(table(path)) == 120


def _screen(store: RunStore, pieces: Optimade) -> None:
    for _ in screen(store, pieces, Filters(), InProcess(SumModel())):
        pass


# Going on


@pytest.mark.parametrize("start", [0, 1, 9, 10, 17, 24, 25, 40])
def test_going_on_gives_what_is_left_without_the_pages_before(start: int) -> None:
    with moody_server(good) as server:
        assert names(source(server.url).pieces(start)) == NAMES[start:]
        large = [path for path in server.asked if "page_limit=2&" not in path]
    assert len(large) == max(1, -(-(N - start) // 10))


@pytest.mark.parametrize("start", [1, 10, 17, 25])
def test_going_on_pages_through_where_offsets_are_passed_over(start: int) -> None:
    def mood(path: str, parameters: dict[str, str], before: int) -> Answer:
        at = int(parameters.get("from", 0))
        limit = min(int(parameters.get("page_limit", 10)), 10)
        return page(ENTRIES[at : at + limit], f"?from={at + limit}" if at + limit < N else None)

    with moody_server(mood) as server:
        assert names(source(server.url).pieces(start)) == NAMES[start:]


@pytest.mark.parametrize("status", [400, 403, 404, 501])
def test_going_on_pages_through_where_offsets_are_refused(status: int) -> None:
    def mood(path: str, parameters: dict[str, str], before: int) -> Answer:
        if "page_offset" in parameters:
            return Answer(status=status)
        at = int(parameters.get("from", 0))
        return page(ENTRIES[at : at + 10], f"?from={at + 10}" if at + 10 < N else None)

    with moody_server(mood) as server:
        assert names(source(server.url).pieces(12)) == NAMES[12:]


def test_a_provider_that_counts_pages_from_offsets_wrongly_is_paged_through() -> None:
    def mood(path: str, parameters: dict[str, str], before: int) -> Answer:
        number = int(parameters.get("page_offset", 0))  # of the page, not of the entry
        limit = min(int(parameters.get("page_limit", 10)), 10)
        entries = ENTRIES[number * limit : (number + 1) * limit]
        return page(entries, f"?page_offset={number + 1}" if len(entries) == 10 else None)

    with moody_server(mood) as server:
        assert names(source(server.url).pieces(12)) == NAMES[12:]


@pytest.mark.parametrize("unknown", ["sort", "page_limit"])
def test_what_a_provider_does_not_know_is_left_out(unknown: str) -> None:
    def mood(path: str, parameters: dict[str, str], before: int) -> Answer:
        if unknown in parameters:
            said = {"errors": [{"detail": f"{unknown} is not known"}]}
            return Answer(json.dumps(said).encode(), 400)
        at = int(parameters.get("page_offset", 0))
        return page(ENTRIES[at : at + 10], f"?page_offset={at + 10}" if at + 10 < N else None)

    with moody_server(mood) as server:
        assert names(source(server.url).pieces()) == NAMES
        assert names(source(server.url).pieces(13)) == NAMES[13:]


# Where links lead


@pytest.mark.parametrize("kind", ["relative", "absolute", "path", "object"])
def test_the_next_page_is_found_however_it_is_written(kind: str) -> None:
    def mood(path: str, parameters: dict[str, str], before: int) -> Answer:
        at = int(parameters.get("from", 0))
        following: Any = {
            "relative": f"structures?from={at + 10}",
            "absolute": f"{server.url}{path}?from={at + 10}",
            "path": f"{path}?from={at + 10}",
            "object": {"href": f"{path}?from={at + 10}", "meta": {}},
        }[kind]
        return page(ENTRIES[at : at + 10], following if at + 10 < N else None)

    with moody_server(mood) as server:
        assert names(source(server.url).pieces()) == NAMES


@pytest.mark.parametrize("following", [None, "", {"href": None}, {}])
def test_no_next_page_is_the_end(following: object) -> None:
    with moody_server(lambda *_: page(ENTRIES, following)) as server:
        assert names(source(server.url).pieces()) == NAMES


@pytest.mark.parametrize(
    ("following", "said"),
    [
        ("http://other.example/v1/structures", "another host without https"),
        ("http://127.0.0.1:1/v1/structures", "another host without https"),
        ("ftp://127.0.0.1/x", "without https"),
        ("file:///etc/passwd", "without https"),
        ("http://[::1", "no address"),
        ("http://127.0.0.1:99999999/", "without https"),
        (7, "gives 7 as a link"),
        (["x"], "as a link"),
        ({"href": 7}, "gives 7 as a link"),
    ],
)
def test_a_link_that_is_not_followed_is_said_after_what_came(following: object, said: str) -> None:
    with moody_server(lambda *_: page(ENTRIES, following)) as server:
        came, error = come(source(server.url).pieces())
    assert came == NAMES
    assert said in error.message
    assert len(server.asked) == 1


def test_a_redirection_on_the_same_host_is_followed() -> None:
    def mood(path: str, parameters: dict[str, str], before: int) -> Answer:
        if not path.startswith("/moved"):
            return Answer(status=301, headers={"Location": f"/moved{path}"})
        return page(ENTRIES)

    with moody_server(mood) as server:
        assert names(source(server.url).pieces()) == NAMES


def test_a_redirection_to_another_host_is_not() -> None:
    with moody_server(good) as other:
        away = Answer(status=302, headers={"Location": f"{other.url}/v1/structures"})
        with moody_server(lambda *_: away) as server:
            came, error = come(source(server.url).pieces())
        assert came == other.asked == []
    assert "another host without https" in error.message


def test_redirections_without_end_are_said() -> None:
    def mood(path: str, parameters: dict[str, str], before: int) -> Answer:
        return Answer(status=302, headers={"Location": f"{path}x"})

    with moody_server(mood) as server:
        _, error = come(source(server.url).pieces())
    assert "from page to page" in error.message
    assert len(server.asked) == 6


@pytest.mark.parametrize("changes_address", [False, True])
def test_a_circle_of_pages_is_noticed(changes_address: bool) -> None:
    n = itertools.count()

    def mood(path: str, parameters: dict[str, str], before: int) -> Answer:
        return page(ENTRIES, f"{path}?n={next(n)}" if changes_address else f"{path}?n=0")

    with moody_server(mood) as server:
        came, error = come(source(server.url).pieces())
    assert "circle" in error.message
    assert came == NAMES
    assert len(server.asked) == 2


def test_empty_pages_without_end_are_noticed() -> None:
    n = itertools.count()
    with moody_server(lambda path, *_: page([], f"{path}?n={next(n)}")) as server:
        _, error = come(source(server.url).pieces())
    assert "circle" in error.message
    assert len(server.asked) < 10


def test_an_empty_page_on_the_way_is_passed_over() -> None:
    def mood(path: str, parameters: dict[str, str], before: int) -> Answer:
        at = int(parameters.get("at", 0))
        entries = (ENTRIES[:10], [], ENTRIES[10:])[at]
        return page(entries, f"{path}?at={at + 1}" if at < 2 else None)

    with moody_server(mood) as server:
        assert names(source(server.url).pieces()) == NAMES


def test_an_end_that_comes_too_soon_is_said() -> None:
    short = page(ENTRIES[:10], None, data_returned=N, more_data_available=True)
    with moody_server(lambda *_: short) as server:
        came, error = come(source(server.url).pieces())
    assert came == NAMES[:10]
    assert "15 more entries" in error.message


def test_a_link_back_to_http_on_the_same_host_stays_secure() -> None:
    with Web("https://a.example:8443/optimade", QUICK) as web:
        page = "https://a.example:8443/optimade/v1/structures"
        assert web.link(page, "http://a.example/x?page_offset=10") == (
            "https://a.example:8443/x?page_offset=10"
        )
        assert web.link(page, "https://b.example/x") == "https://b.example/x"


_LINKS = st.text(max_size=30) | st.builds(
    "{}{}{}{}".format,
    st.sampled_from(["http:", "https:", "HTTP:", "ftp:", "", "//"]),
    st.sampled_from(["//", "/", "", "\\\\"]),
    st.sampled_from(["a.example", "a.example:80", "a.example:81", "b.example", "[::1]", "@", ""]),
    st.text(max_size=8),
)


@given(link=_LINKS)
@settings(REPEATABLE, max_examples=500)
def test_no_link_leads_to_another_host_without_https(home: Web, link: str) -> None:
    with suppress(ScreeningError):
        led = home.link("http://a.example/optimade/v1/structures", link)
        parts = urlsplit(led)
        assert (
            not led
            or parts.scheme == "https"
            or ((parts.scheme, parts.hostname, parts.port or 80) == ("http", "a.example", 80))
        )


# Garbage


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"<html>Welcome</html>", "not JSON"),
        (b"", "not JSON"),
        (b"\xff\xfe\x00\x01", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "no OPTIMADE page"),
        (b"7", "no OPTIMADE page"),
        (b"{}", "data are no list"),
        (b'{"data": null}', "data are no list"),
        (b'{"data": {"id": "x"}}', "data are no list"),
        (b'{"data": "xyz"}', "data are no list"),
    ],
)
def test_garbage_in_place_of_a_page_is_said(body: bytes, said: str) -> None:
    with moody_server(lambda *_: Answer(body)) as server:
        came, error = come(source(server.url).pieces())
    assert came == []
    assert said in error.message
    assert "127.0.0.1" in error.message


@pytest.mark.parametrize("part", ["links", "meta"])
@pytest.mark.parametrize("garbage", [None, 7, "x", ["x"], {"next": None}, {"data_returned": "x"}])
def test_garbage_beside_the_data_does_no_harm(part: str, garbage: object) -> None:
    body = json.dumps({"data": ENTRIES, part: garbage}).encode()
    with moody_server(lambda *_: Answer(body)) as server:
        assert names(source(server.url).pieces()) == NAMES
        assert source(server.url).count() == 0


@pytest.mark.parametrize("entry", [None, 7, "x", [], {}, {"id": None}, {"id": 7}, {"id": ""}])
def test_an_entry_without_a_name_is_a_piece_with_the_reason(entry: object) -> None:
    with moody_server(lambda *_: page([ENTRIES[0], entry, ENTRIES[1]])) as server:
        one, bad, other = source(server.url).pieces()
    assert (one.error, other.error) == ("", "")
    assert bad.content is None
    assert bad.error == "The entry has no id."
    assert bad.identifier == "made entry 2"


@pytest.mark.parametrize("attributes", [None, 7, "x", [], {}])
def test_an_entry_without_a_structure_is_a_piece_with_the_reason(attributes: object) -> None:
    entry = {"id": "a/b c", "type": "structures", "attributes": attributes}
    with moody_server(lambda *_: page([entry])) as server:
        (piece,) = source(server.url).pieces()
        assert piece.path == f"{server.url}/v1/structures/a%2Fb%20c"
    assert piece.content is None
    assert piece.error
    assert piece.identifier == "made a/b c"


def test_a_page_that_is_too_large_is_left() -> None:
    with moody_server(lambda *_: Answer(b"[" + b" " * 11_000_000)) as server:
        _, error = come(source(server.url).pieces())
    assert "more than 10 MB" in error.message


@pytest.mark.parametrize("large", [0, 3, 17, 24])
def test_a_page_that_is_too_large_is_had_in_smaller_ones(large: int) -> None:
    padded = [entry | {"pad": " " * 1_500_000} for entry in ENTRIES[large : large + 7]]
    entries = [*ENTRIES[:large], *padded, *ENTRIES[large + 7 :]]
    with moody_server(listing(entries)) as server:
        assert names(source(server.url).pieces()) == NAMES
        assert names(source(server.url).pieces(8)) == NAMES[8:]


@pytest.mark.parametrize("times", [1, 2])
def test_a_page_that_swells_when_unpacked_is_left(times: int) -> None:
    body = b" " * 300_000_000
    for _ in range(times):
        body = gzip.compress(body, 1)
    packed = Answer(body, headers={"Content-Encoding": ", ".join(["gzip"] * times)})
    with moody_server(lambda *_: packed) as server:
        _, error = come(source(server.url).pieces())
    assert "more than 10 MB" in error.message or "packs its pages twice" in error.message


def test_a_page_that_trickles_in_is_left() -> None:
    slow = Answer(b" " * 1_000_000, pause=0.05)
    began = time.monotonic()
    with moody_server(lambda *_: slow) as server:
        _, error = come(source(server.url, Manners(0.0, (), page=0.4)).pieces())
        taken = time.monotonic() - began
    assert "too slow" in error.message
    assert taken < 2


def test_a_provider_that_says_nothing_is_left() -> None:
    began = time.monotonic()

    def silent(*_: Any) -> Answer:
        time.sleep(1.0)
        return Answer(b"{}")

    with moody_server(silent) as server:
        _, error = come(source(server.url, Manners(0.0, (), silence=0.2)).pieces())
        taken = time.monotonic() - began
    assert "timed out" in error.message or "cannot be reached" in error.message
    assert taken < 0.9


def test_what_a_provider_says_of_an_error_is_passed_on() -> None:
    said = {"errors": [{"status": "400", "title": "Bad", "detail": "nsites is not queryable."}]}
    with moody_server(lambda *_: Answer(json.dumps(said).encode(), 400)) as server:
        _, error = come(source(server.url).pieces())
    assert "400: nsites is not queryable." in error.message
    assert "filter" in error.hint
