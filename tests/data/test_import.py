"""An import can be repeated, stopped and killed: what is there afterwards is the same."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from catalogue_cases import COLLECTION, Drafts, import_all, random_drafts

from sc3d_desktop.data import Catalogue, Draft
from sc3d_desktop.data.write import CHUNK, import_entries

N, SEED = 150, 11
_IMPORT = f"""
import sys, time
from pathlib import Path
from catalogue_cases import Drafts, random_drafts
from sc3d_desktop.data import Catalogue
from sc3d_desktop.data.write import import_entries
drafts = random_drafts({N}, {SEED})
with Catalogue.open(Path(sys.argv[1])) as catalogue:
    print("begun", flush=True)
    for _ in import_entries(catalogue, Drafts(drafts)):
        pass
"""


def contents(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every table that an import fills, without the numbers that depend on its course."""
    with sqlite3.connect(path) as db:
        found = {
            "entry": db.execute(
                "SELECT key, fingerprint, formula, tc_low, tc_high, space_group, notes FROM entry "
                "ORDER BY key"
            ).fetchall(),
            "structure": db.execute(
                "SELECT e.key, s.content FROM structure s JOIN entry e ON e.id = s.entry_id "
                "ORDER BY e.key"
            ).fetchall(),
            "measurement": db.execute(
                "SELECT e.key, m.tc, m.pressure, m.down_to FROM measurement m "
                "JOIN entry e ON e.id = m.entry_id ORDER BY e.key, m.id"
            ).fetchall(),
            "text": db.execute(
                "SELECT e.key, t.content FROM entry_text t JOIN entry e ON e.id = t.rowid "
                "ORDER BY e.key"
            ).fetchall(),
        }
    db.close()
    return found


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[object, ...]]]:
    path = tmp_path_factory.mktemp("undisturbed") / "c.sqlite"
    with Catalogue.open(path) as catalogue:
        import_all(catalogue, Drafts(random_drafts(N, SEED)))
    found = contents(path)
    assert len(found["entry"]) == N
    return found


def test_a_killed_import_leaves_a_usable_catalogue_and_goes_on_to_the_same_contents(
    tmp_path: Path, undisturbed: dict[str, list[tuple[object, ...]]]
) -> None:
    path = tmp_path / "c.sqlite"
    rng = np.random.default_rng()
    counts = []
    for wait in rng.uniform(0.0, 0.5, 6):
        _import_and_kill(path, float(wait))
        with Catalogue.open(path) as catalogue:
            counts.append(len(catalogue))
            ids = catalogue.columns().ids.tolist()
            assert [row.id for row in catalogue.rows(ids)] == ids
            assert catalogue.connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert catalogue.connection.execute("PRAGMA foreign_key_check").fetchall() == []
    assert counts == sorted(counts), "what was written stays"
    with Catalogue.open(path) as catalogue:
        outcome = import_all(catalogue, Drafts(random_drafts(N, SEED)))
    assert (outcome.unchanged, outcome.added) == (counts[-1], N - counts[-1])
    assert contents(path) == undisturbed


def _import_and_kill(path: Path, wait: float) -> None:
    """Kill an import a while after its first word; one that is quicker just ends."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    process = subprocess.Popen(
        [sys.executable, "-c", _IMPORT, str(path)], env=environment, stdout=subprocess.PIPE
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"begun\n"
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)


def test_a_stopped_import_goes_on(
    tmp_path: Path, undisturbed: dict[str, list[tuple[object, ...]]]
) -> None:
    path = tmp_path / "c.sqlite"
    source = Drafts(random_drafts(N, SEED))
    with Catalogue.open(path) as catalogue:
        steps = import_entries(catalogue, source)
        next(steps)
        next(steps)
        steps.close()
        assert len(catalogue) == 2 * CHUNK
        outcome = import_all(catalogue, source)
    assert (outcome.unchanged, outcome.added) == (2 * CHUNK, N - 2 * CHUNK)
    assert contents(path) == undisturbed


def test_an_import_that_is_repeated_changes_nothing(tmp_path: Path) -> None:
    drafts = [*random_drafts(20, seed=2), Draft("no formula")]
    with Catalogue.open(tmp_path / "c.sqlite") as catalogue:
        first = import_all(catalogue, Drafts(drafts))
        before = contents(catalogue.path)
        second = import_all(catalogue, Drafts(drafts))
        assert (first.added, first.failed) == (20, 1)
        assert (second.added, second.changed, second.unchanged, second.failed) == (0, 0, 20, 1)
        assert second.problems == first.problems
        assert contents(catalogue.path) == before


def test_what_changed_in_the_source_is_replaced_and_keeps_the_tags(tmp_path: Path) -> None:
    drafts = random_drafts(20, seed=2)
    with Catalogue.open(tmp_path / "c.sqlite") as catalogue:
        import_all(catalogue, Drafts(drafts))
        catalogue.set_tag([4, 5], "mine")
        drafts[3] = replace(drafts[3], name="renamed", measurements=())
        outcome = import_all(catalogue, Drafts(drafts))
        assert (outcome.changed, outcome.unchanged) == (1, 19)
        row = catalogue.rows([4])[0]
        assert (row.name, row.n_measurements, row.tags) == ("renamed", 0, ("mine",))
        assert catalogue.search("renamed").tolist() == [4]


def test_a_line_that_has_become_good_is_no_problem_any_more(tmp_path: Path) -> None:
    with Catalogue.open(tmp_path / "c.sqlite") as catalogue:
        assert import_all(catalogue, Drafts([Draft("?")])).failed == 1
        outcome = import_all(catalogue, Drafts([Draft("Nb")]))
        assert (outcome.added, outcome.failed, outcome.problems) == (1, 0, ())
        assert catalogue.problems(COLLECTION.name) == ()


def test_two_collections_may_use_the_same_keys(tmp_path: Path) -> None:
    drafts = random_drafts(5, seed=2)
    with Catalogue.open(tmp_path / "c.sqlite") as catalogue:
        import_all(catalogue, Drafts(drafts))
        import_all(catalogue, Drafts(drafts, replace(COLLECTION, name="others")))
        assert {c.name: n for c, n in catalogue.collections()} == {"cases": 5, "others": 5}
