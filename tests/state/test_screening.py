"""The run that is shown: its candidates, what is wanted of them, and what is selected."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from line_cases import line_of, random_lines, run_of
from screening_cases import now_in

from sc3d_desktop.data.query import Sort
from sc3d_desktop.errors import ScreeningError
from sc3d_desktop.screening.ranking import LIKELY, Wanted
from sc3d_desktop.screening.relatives import Kin
from sc3d_desktop.screening.store import RunStore
from sc3d_desktop.state.run_lines import PAGE
from sc3d_desktop.state.screening import Phase, Screening

N = 350


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return run_of(tmp_path / "r.sqlite", random_lines(N, 3))


@pytest.fixture
def screening(path: Path) -> Iterator[Screening]:
    made = Screening()
    made.open(path)
    with RunStore.read(path) as store:
        made.show_now(now_in(store))
    yield made
    made.close()


def test_candidates_stand_in_the_order_of_the_ranking_and_are_read_by_page(
    screening: Screening,
) -> None:
    assert len(screening.ids) == screening.counts["predicted"] > 2 * PAGE
    usual = []
    for place in range(len(screening.ids)):
        row = screening.row(place)
        assert row is not None
        assert row.id == screening.ids[place]
        p, low = row.line.p_superconductor, row.line.tc_low
        usual.append((p is not None and p < LIKELY, -(low or 0.0)))
    assert usual == sorted(usual)
    assert len({unlikely for unlikely, _ in usual}) == 2
    assert screening.row(len(screening.ids)) is None
    assert screening.row(-1) is None


def test_what_is_wanted_narrows_candidates_and_selection(screening: Screening) -> None:
    told: list[int] = []
    screening.found_changed.connect(lambda: told.append(len(screening.ids)))
    screening.select(screening.ids)
    everything = len(screening.ids)
    screening.want(Wanted(p_superconductor=0.5))
    lines = [row.line for i in range(len(screening.ids)) if (row := screening.row(i))]
    assert 0 < len(lines) < everything
    assert all(line.p_superconductor is not None for line in lines)
    assert min(line.p_superconductor or 0 for line in lines) >= 0.5
    assert screening.selection.tolist() == sorted(screening.ids.tolist())
    screening.want(Wanted(p_superconductor=0.5))
    assert told == [len(lines)], "the same question is not asked twice"


def test_no_order_means_the_lower_bound(screening: Screening) -> None:
    usual = screening.ids
    screening.sort_by(Sort("tc", descending=True))
    assert not np.array_equal(usual, screening.ids)
    screening.sort_by(Sort())
    assert np.array_equal(usual, screening.ids)


def test_places_are_those_in_the_table(screening: Screening) -> None:
    some = screening.ids[[5, 2, 40]]
    assert screening.places(some).tolist() == [2, 5, 40]
    screening.select(np.array([*some, 10**6]))
    assert screening.is_selected(screening.ids).sum() == 3


def test_known_compositions_are_told_and_hidden(screening: Screening) -> None:
    row = screening.row(7)
    assert row is not None
    assert not screening.is_known(row.line)
    screening.add_kin({row.id: Kin()}, final=True)
    screening.learn_known(np.array([row.line.composition]))
    assert screening.is_known(row.line)
    assert screening.not_judged(np.array([row.id])) == (row.id,), "the catalogue has changed"
    before = len(screening.ids)
    screening.hide_known(True)
    assert row.id not in screening.ids
    assert len(screening.ids) < before


def test_a_run_that_goes_on_brings_more(tmp_path: Path) -> None:
    lines = random_lines(60, 5)
    path = run_of(tmp_path / "r.sqlite", lines[:30], finished=False)
    screening = Screening()
    screening.open(path)
    assert screening.phase is Phase.STOPPED
    screening.set_running(path)
    assert screening.phase is Phase.WAITING
    screening.set_running(path, started=True)
    assert screening.phase is Phase.RUNNING
    with RunStore.resume(path) as store:
        screening.show_now(now_in(store))
        first = len(screening.ids)
        store.write(lines[30:], 60)
        store.finish()
        screening.show_now(now_in(store, screening.ranking))
    assert len(screening.ids) == screening.counts["predicted"] > first
    screening.set_running(None)
    assert screening.phase is Phase.FINISHED
    screening.close()
    assert (screening.phase, len(screening.ids)) == (Phase.NONE, 0)


def test_a_run_is_awaited_before_its_file_is_there(tmp_path: Path) -> None:
    screening, path = Screening(), tmp_path / "r.sqlite"
    screening.await_run(path)
    screening.set_running(path)
    screening.look_again()
    assert (screening.phase, screening.is_open) == (Phase.WAITING, False)
    run_of(path, [line_of("MgB2")])
    screening.look_again()
    assert screening.is_open
    with RunStore.read(path) as store:
        screening.show_now(now_in(store))
    assert screening.counts["predicted"] == 1
    screening.close()


def test_what_is_no_run_leaves_the_one_that_is_shown(screening: Screening, tmp_path: Path) -> None:
    bad = tmp_path / "bad.sqlite"
    bad.write_bytes(b"nothing of the kind" * 50)
    before = screening.path
    for path in (bad, tmp_path / "gone.sqlite"):
        with pytest.raises(ScreeningError):
            screening.open(path)
    assert screening.path == before
    assert screening.row(0) is not None


def test_another_model_is_noticed(screening: Screening) -> None:
    assert not screening.of_another_model, "no model is loaded yet"
    screening.use_model("sums")
    assert not screening.of_another_model
    screening.use_model("others")
    assert screening.of_another_model


def test_the_ledger_is_searched_in_all_its_texts(screening: Screening) -> None:
    screening.refresh_ledger()
    everything = len(screening.ledger)
    assert everything == screening.counts["refused"] > 0
    first = screening.ledger.line(0)
    assert first is not None
    screening.ask_ledger("refused", f"FOLDER/{first.piece}.CIF")
    assert [screening.ledger.line(0)] == [first]
    screening.ask_ledger("refused", "no cell")
    assert len(screening.ledger) == everything
    screening.ask_ledger("skipped", "")
    assert len(screening.ledger) == 0


def test_kin_of_the_composition_may_still_be_judged_by_structure(screening: Screening) -> None:
    some = screening.ids[:3]
    screening.add_kin(dict.fromkeys(some.tolist(), Kin()), final=False)
    assert screening.not_judged(some) == tuple(some.tolist())
    screening.add_kin({int(some[1]): replace(Kin(), in_training=True)}, final=True)
    assert screening.not_judged(some) == (int(some[0]), int(some[2]))
