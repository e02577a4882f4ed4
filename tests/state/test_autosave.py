from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sc3d_desktop.crystal import Crystal, Site, Species
from sc3d_desktop.crystal.findings import doubtful, repaired
from sc3d_desktop.paths import user_data
from sc3d_desktop.state.autosave import Autosave
from sc3d_desktop.state.document import Document

FINDINGS = (repaired("isotope", "D kept"), doubtful("formula", "a doubt", 12))


def session() -> Path:
    return user_data() / "session.json"


@pytest.fixture
def document(mgb2: Crystal, tmp_path: Path) -> Document:
    document = Document()
    document.open(mgb2, tmp_path / "mgb2.cif")
    return document


def after_a_crash() -> Autosave:
    return Autosave(Document())


def random_crystal(seed: int) -> Crystal:
    chance = np.random.default_rng(seed)
    sites = []
    for i in range(int(chance.integers(1, 9))):
        elements = chance.choice(["La", "Sr", "Cu", "O", "D", "H"], size=2, replace=False).tolist()
        first = float(chance.uniform(0.01, 0.99))
        species = Species({elements[0]: first, elements[1]: (1 - first) * float(chance.random())})
        sites.append(Site(f"{elements[0]}{i}′", species, tuple(chance.uniform(-2, 2, 3).tolist())))
    lattice = np.diag(chance.uniform(2, 20, 3)) + chance.normal(0, 0.2, (3, 3))
    return Crystal(lattice, tuple(sites), "La₂CuO₄ “x”", FINDINGS, f"block_{seed}")


@pytest.mark.parametrize("seed", range(25))
def test_a_crystal_comes_back_exactly(seed: int) -> None:
    opened, edited = random_crystal(seed), random_crystal(seed + 1000)
    document = Document()
    document.open(opened)
    document.edit(edited, "")
    Autosave(document).write()
    left = after_a_crash().unsaved()
    assert left is not None
    for before, after in ((opened, left.opened), (edited, left.crystal)):
        assert after.key == before.key
        assert after.lattice.tobytes() == before.lattice.tobytes()
        for said in fields(Crystal):
            if said.name != "lattice":
                assert getattr(after, said.name) == getattr(before, said.name), said.name


def test_edits_come_back_with_their_file(document: Document, tmp_path: Path) -> None:
    document.substitute((0,), "Mg", "Al", 0.1)
    Autosave(document).write()
    left = after_a_crash().unsaved()
    assert left is not None
    assert (left.crystal, left.opened) == (document.crystal, document.opened)
    assert left.path == tmp_path / "mgb2.cif"


def test_nothing_is_kept_of_a_crystal_without_edits(document: Document) -> None:
    Autosave(document).write()
    assert not session().exists()
    assert after_a_crash().unsaved() is None


def test_an_empty_window_leaves_the_edits_of_the_last_run_alone(document: Document) -> None:
    document.substitute((0,), "Mg", "Al", 0.1)
    Autosave(document).write()
    after_a_crash().write()
    assert after_a_crash().unsaved() is not None


def test_saving_or_undoing_the_edits_empties_the_file(document: Document, tmp_path: Path) -> None:
    autosave = Autosave(document)
    document.substitute((0,), "Mg", "Al", 0.1)
    autosave.write()
    document.undo()
    autosave.write()
    assert not session().exists()
    document.redo()
    autosave.write()
    assert session().exists()
    document.mark_saved(tmp_path / "saved.cif")
    autosave.write()
    assert not session().exists()


def test_writing_again_without_a_change_does_not_touch_the_disk(document: Document) -> None:
    autosave = Autosave(document)
    document.substitute((0,), "Mg", "Al", 0.1)
    autosave.write()
    before = session().stat().st_ino
    autosave.write()
    assert session().stat().st_ino == before
    document.substitute((0,), "Mg", "Al", 0.2)
    autosave.write()
    assert session().stat().st_ino != before


def test_what_was_discarded_is_written_again_when_asked(document: Document) -> None:
    autosave = Autosave(document)
    document.substitute((0,), "Mg", "Al", 0.1)
    autosave.write()
    autosave.discard()
    autosave.write()
    assert after_a_crash().unsaved() is not None


SITE = ["Mg1", [0, 0, 0], {"Mg": 1}]
GOOD = {"name": "", "findings": [], "lattice": [[3, 0, 0], [0, 3, 0], [0, 0, 3]], "sites": [SITE]}


def test_the_example_of_the_damaged_files_is_good_itself() -> None:
    data = {"version": 1, "opened": GOOD, "crystal": GOOD, "path": None}
    session().write_text(json.dumps(data))
    assert after_a_crash().unsaved() is not None


@pytest.mark.parametrize(
    "damage",
    [
        {"opened": None},
        {"crystal": [1, 2]},
        {"path": 7},
        {"crystal": GOOD | {"lattice": [[3, 0, 0], [0, 3, 0], [0, 0, 0]]}},
        {"crystal": GOOD | {"lattice": "cubic"}},
        {"crystal": GOOD | {"lattice": [[10**400, 0, 0], [0, 3, 0], [0, 0, 3]]}},
        {"crystal": GOOD | {"sites": []}},
        {"crystal": GOOD | {"sites": [["Mg1", [0, 0, 0]]]}},
        {"crystal": GOOD | {"sites": [["Mg1", [0, 0], {"Mg": 1}]]}},
        {"crystal": GOOD | {"sites": [["Mg1", [0, 0, 0], {"Mg": 3}]]}},
        {"crystal": GOOD | {"sites": [["Mg1", [0, 0, 0], {"Mg": 10**400}]]}},
        {"crystal": GOOD | {"sites": [["Mg1", [0, 0, 0], {"Qq": 1}]]}},
        {"crystal": GOOD | {"sites": [["Mg1", [0, 0, 0], 5]]}},
        {"crystal": GOOD | {"findings": None}},
    ],
)
def test_a_session_that_makes_no_sense_is_kept_aside(damage: dict[str, Any]) -> None:
    data = {"version": 1, "opened": GOOD, "crystal": GOOD, "path": None} | damage
    session().write_text(json.dumps(data))
    assert after_a_crash().unsaved() is None
    assert not session().exists()
    assert session().with_name("session.json.bad").exists()
