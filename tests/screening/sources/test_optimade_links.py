"""Where the pages of a provider lead, and what is made of garbage: a clear message, at once."""

from __future__ import annotations

import gzip
import itertools
import json
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from crystal_cases import REPEATABLE
from hypothesis import given, settings
from hypothesis import strategies as st
from optimade_cases import ENTRIES, NAMES, QUICK, N, come, good, names, source
from optimade_server import Answer, listing, moody_server, page

from sc3d_desktop.errors import ScreeningError
from sc3d_desktop.screening.sources.optimade import Manners
from sc3d_desktop.screening.sources.optimade.structures import FIELDS
from sc3d_desktop.screening.sources.optimade.web import Web


@pytest.fixture(scope="module")
def home() -> Iterator[Web]:
    """Asks nothing: what a link leads to is known without."""
    with Web("http://a.example/optimade", QUICK) as web:
        yield web


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


@pytest.mark.parametrize("forgets", [False, True])
def test_every_page_is_asked_for_the_same_fields(forgets: bool) -> None:
    def mood(path: str, parameters: dict[str, str], before: int) -> Answer:
        at = int(parameters.get("from", 0))
        kept = "" if forgets else f"&response_fields={parameters['response_fields']}"
        return page(ENTRIES[at : at + 10], f"?from={at + 10}{kept}" if at + 10 < N else None)

    with moody_server(mood) as server:
        assert names(source(server.url).pieces()) == NAMES
        fields = [parse_qs(urlsplit(path).query)["response_fields"] for path in server.asked]
    assert len(fields) == 3
    assert fields == [[",".join(FIELDS)]] * 3


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


@pytest.mark.parametrize(
    "entry", [None, 7, "x", [], {}, {"id": None}, {"id": 7}, {"id": ""}, {"id": "x" * 501}]
)
def test_an_entry_without_a_name_is_a_piece_with_the_reason(entry: object) -> None:
    with moody_server(lambda *_: page([ENTRIES[0], entry, ENTRIES[1]])) as server:
        one, bad, other = source(server.url).pieces()
    assert (one.error, other.error) == ("", "")
    assert bad.content is None
    assert bad.error == "The entry has no id."
    assert bad.identifier == "made entry 2"


def test_a_name_of_several_lines_is_one_line_in_the_table() -> None:
    with moody_server(lambda *_: page([ENTRIES[0] | {"id": "a\nb\x00\tc"}])) as server:
        (piece,) = source(server.url).pieces()
    assert piece.identifier == "made a b c"
    assert piece.path.endswith("/a%0Ab%00%09c")


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
    assert taken < 10  # of 50


def test_a_provider_that_says_nothing_is_left() -> None:
    enough = threading.Event()

    def silent(*_: Any) -> Answer:
        enough.wait(60)
        return Answer()

    with moody_server(silent) as server:
        _, error = come(source(server.url, Manners(0.0, (), silence=0.2)).pieces())
        assert not enough.is_set()
        enough.set()
        assert len(server.asked) == 1
    assert "127.0.0.1 cannot be reached" in error.message


def test_what_a_provider_says_of_an_error_is_passed_on() -> None:
    said = {"errors": [{"status": "400", "title": "Bad", "detail": "nsites is not queryable."}]}
    with moody_server(lambda *_: Answer(json.dumps(said).encode(), 400)) as server:
        _, error = come(source(server.url).pieces())
    assert "400: nsites is not queryable." in error.message
    assert "filter" in error.hint
