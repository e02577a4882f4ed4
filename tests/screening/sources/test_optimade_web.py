"""A provider's bad moods: what passes is waited for, what does not is said, and nothing hangs."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from crystal_cases import simple_crystal
from optimade_cases import ENTRIES, NAMES, N, at_offset, come, good, names, source
from optimade_server import Answer, listing, moody_server, page, structure
from screening_cases import SPEC, SumModel, table

from sc3d_desktop import __version__
from sc3d_desktop.errors import ScreeningError
from sc3d_desktop.screening.executors import InProcess
from sc3d_desktop.screening.filters import Filters
from sc3d_desktop.screening.run import screen
from sc3d_desktop.screening.sources.optimade import Manners, Optimade
from sc3d_desktop.screening.store import RunStore


def test_every_page_comes_once_and_in_order() -> None:
    with moody_server(good) as server:
        assert names(source(server.url).pieces()) == NAMES
        assert len(server.asked) == 3
        assert "sort=id" in server.asked[0]
        assert server.agents == {f"SC3D-Desktop/{__version__}"}


def test_requests_keep_their_distance() -> None:
    with moody_server(good) as server:
        began = time.monotonic()
        names(source(server.url, Manners(between=0.15)).pieces())
        assert len(server.times) == 3
        assert server.times[-1] - began >= 2 * 0.15


def test_the_distance_a_provider_asks_for_is_kept() -> None:
    def mood(path: str, parameters: dict[str, str], before: int) -> Answer:
        content = json.loads(good(path, parameters, before).body)
        content["meta"]["request_delay"] = 0.2
        return Answer(json.dumps(content).encode())

    with moody_server(mood) as server:
        began = time.monotonic()
        names(source(server.url).pieces())
        assert len(server.times) == 3
        assert server.times[-1] - began >= 2 * 0.2


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_a_failure_that_passes_is_waited_for(status: int) -> None:
    def failing(before: int) -> Answer:
        return Answer(status=status) if before < 2 else good("/", {"page_offset": "10"}, 0)

    with moody_server(at_offset(10, failing)) as server:
        began = time.monotonic()
        assert names(source(server.url, Manners(0.0, (0.1, 0.2))).pieces()) == NAMES
        asked = [
            t for t, path in zip(server.times, server.asked, strict=True) if "offset=10&" in path
        ]
        assert len(asked) == 3
        assert asked[1] - began >= 0.1
        assert asked[2] - began >= 0.1 + 0.2


@pytest.mark.parametrize("as_date", [False, True])
def test_the_wait_a_provider_asks_for_is_kept(as_date: bool) -> None:
    def busy(before: int) -> Answer:
        if before:
            return good("/", {"page_offset": "10"}, 0)
        later = format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)
        return Answer(status=429, headers={"Retry-After": later if as_date else "1"})

    with moody_server(at_offset(10, busy)) as server:
        began = time.monotonic()
        assert names(source(server.url, Manners(0.0, (0.0,), longest_wait=3.0)).pieces()) == NAMES
        assert server.times[2] - began >= 1.0


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
