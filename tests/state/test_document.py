from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sc3d_desktop.crystal import Crystal, Site, Species
from sc3d_desktop.crystal.edits import DopingLine, doping_line
from sc3d_desktop.errors import CrystalError
from sc3d_desktop.state.document import Document


@pytest.fixture
def document(mgb2: Crystal) -> Document:
    document = Document()
    document.open(mgb2)
    return document


def said(document: Document) -> list[tuple[str, Any]]:
    """Everything the document says from now on, in order."""
    heard: list[tuple[str, Any]] = []
    document.crystal_changed.connect(lambda c: heard.append(("crystal", c)))
    document.selection_changed.connect(lambda s: heard.append(("selection", s)))
    document.history_changed.connect(lambda: heard.append(("history", None)))
    document.doping_changed.connect(lambda d: heard.append(("doping", d)))
    return heard


def aluminium(document: Document) -> float:
    assert document.crystal is not None
    return document.crystal.sites[0].species.get("Al", 0.0)


# Opening


def test_nothing_is_open_at_first() -> None:
    document = Document()
    assert document.crystal is None
    assert document.symmetry.orbits == ()
    assert (document.modified, document.can_undo, document.can_redo) == (False, False, False)
    document.undo()
    document.redo()
    assert document.revision == 0


def test_opening_starts_anew(document: Document, niobium: Crystal, tmp_path: Path) -> None:
    document.substitute((0,), "Mg", "Al", 0.1)
    document.select((0,))
    document.set_doping(DopingLine((0,), "Mg", "Al", 1.0))
    before = document.revision
    document.open(niobium, tmp_path / "nb.cif")
    assert document.crystal is niobium
    assert document.opened is niobium
    assert document.path == tmp_path / "nb.cif"
    assert document.revision > before
    assert (document.selection, document.doping) == ((), None)
    assert (document.modified, document.can_undo, document.can_redo) == (False, False, False)


def test_every_change_of_the_crystal_raises_the_revision_and_is_told_once(
    document: Document,
) -> None:
    heard = said(document)
    revisions = [document.revision]
    for step in (
        lambda: document.substitute((0,), "Mg", "Al", 0.1),
        lambda: document.set_species((0,), {"Mg": 0.5, "Al": 0.5}),
        document.undo,
        document.redo,
    ):
        step()
        revisions.append(document.revision)
    assert revisions == sorted(set(revisions))
    crystals = [what for name, what in heard if name == "crystal"]
    assert len(crystals) == 4
    assert crystals[-1] is document.crystal


def test_when_the_change_is_told_the_document_is_already_there(document: Document) -> None:
    seen: list[tuple[Crystal | None, int, bool]] = []

    def look(crystal: Crystal) -> None:
        assert crystal is document.crystal
        seen.append((crystal, document.revision, document.can_undo))

    document.crystal_changed.connect(look)
    document.substitute((0,), "Mg", "Al", 0.1)
    assert seen == [(document.crystal, document.revision, True)]


# Edits


@pytest.mark.parametrize(
    "edit",
    [
        lambda d: d.set_species((0,), {"Mg": 0.9, "Al": 0.2}),
        lambda d: d.set_species((0,), {"Xx": 1.0}),
        lambda d: d.set_species((7,), {"Mg": 1.0}),
        lambda d: d.substitute((0,), "Mg", "Al", 1.2),
        lambda d: d.set_cell(3, 3, 3, 90, 90, 180),
        lambda d: d.set_cell(float("nan"), 3, 3, 90, 90, 90),
    ],
)
def test_an_edit_that_fails_changes_nothing_and_says_nothing(
    document: Document, edit: Callable[[Document], None]
) -> None:
    before, revision, heard = document.crystal, document.revision, said(document)
    with pytest.raises(CrystalError):
        edit(document)
    assert document.crystal is before
    assert document.revision == revision
    assert (document.modified, document.can_undo) == (False, False)
    assert heard == []


def test_an_edit_that_fails_keeps_what_can_be_redone(document: Document) -> None:
    document.substitute((0,), "Mg", "Al", 0.1)
    document.undo()
    with pytest.raises(CrystalError):
        document.set_species((0,), {"Mg": 2.0})
    document.redo()
    assert aluminium(document) == 0.1


def test_an_edit_to_the_same_crystal_is_none(document: Document) -> None:
    heard = said(document)
    document.set_species((0,), {"Mg": 1.0})
    assert heard == []
    assert not document.can_undo


def test_edits_need_an_open_crystal(mgb2: Crystal) -> None:
    with pytest.raises(RuntimeError, match="no crystal"):
        Document().edit(mgb2, "")
    with pytest.raises(RuntimeError, match="no crystal"):
        Document().set_species((0,), {"Mg": 1.0})


def test_one_drag_is_one_step_of_undo(document: Document) -> None:
    drag = object()
    for x in (0.1, 0.2, 0.3):
        document.substitute((0,), "Mg", "Al", x, gesture=drag)
    document.undo()
    assert aluminium(document) == 0.0
    assert not document.can_undo
    document.redo()
    assert aluminium(document) == 0.3


def test_undo_gives_back_the_very_same_crystal(document: Document, mgb2: Crystal) -> None:
    document.set_cell(3.1, 3.1, 3.5, 90, 90, 120)
    document.undo()
    assert document.crystal is mgb2


def test_the_undo_text_says_what_was_done(document: Document) -> None:
    document.substitute((0,), "Mg", "Al", 0.1)
    assert document.undo_text == "Al on Mg1"
    document.substitute((0,), "Mg", "", 0.1)
    assert document.undo_text == "Vacancies on Mg1"
    document.undo()
    assert (document.undo_text, document.redo_text) == ("Al on Mg1", "Vacancies on Mg1")


def test_modified_follows_undo_and_redo_past_a_save(document: Document, tmp_path: Path) -> None:
    document.substitute((0,), "Mg", "Al", 0.1)
    document.mark_saved(tmp_path / "a.cif")
    assert (document.modified, document.path) == (False, tmp_path / "a.cif")
    document.undo()
    assert document.modified
    document.redo()
    assert not document.modified


def test_saving_is_told(document: Document, tmp_path: Path) -> None:
    document.substitute((0,), "Mg", "Al", 0.1)
    heard = said(document)
    document.mark_saved(tmp_path / "a.cif")
    assert heard == [("history", None)]


def test_restored_edits_are_modified_and_undo_gives_the_crystal_as_opened(
    mgb2: Crystal, tmp_path: Path
) -> None:
    source, document = Document(), Document()
    source.open(mgb2)
    source.substitute((0,), "Mg", "Al", 0.1)
    assert source.crystal is not None
    document.restore(mgb2, source.crystal, tmp_path / "a.cif")
    assert document.crystal == source.crystal
    assert document.modified
    document.undo()
    assert document.crystal is mgb2


def test_a_restored_crystal_that_was_undone_past_a_save_is_modified(mgb2: Crystal) -> None:
    document = Document()
    document.restore(mgb2, mgb2, None)
    assert document.modified


# Orbits


def test_the_orbits_are_those_of_the_crystal(document: Document) -> None:
    assert document.symmetry.space_group == "P6/mmm"
    assert [orbit.sites for orbit in document.symmetry.orbits] == [(0,), (1, 2)]


def test_a_slider_does_not_change_the_rows(document: Document) -> None:
    rows = [(o.label, o.letter, o.sites) for o in document.symmetry.orbits]
    for x in (0.3, 0.6, 1.0):
        document.substitute((1, 2), "B", "C", x)
        assert [(o.label, o.letter, o.sites) for o in document.symmetry.orbits] == rows
        assert document.symmetry.orbits[1].species["C"] == x


def test_the_rows_stay_even_when_an_edit_makes_two_orbits_alike(mgb2: Crystal) -> None:
    sites = (
        Site("Nb1", Species({"Nb": 1.0}), (0, 0, 0)),
        Site("Ti1", Species({"Ti": 1.0}), (0.5, 0.5, 0.5)),
    )
    document = Document()
    document.open(Crystal([[3.3, 0, 0], [0, 3.3, 0], [0, 0, 3.3]], sites))
    assert len(document.symmetry.orbits) == 2
    document.set_species((1,), {"Nb": 1.0})
    assert len(document.symmetry.orbits) == 2


def test_the_rows_stay_when_nobody_looked_before_the_first_edit(document: Document) -> None:
    document.set_species((0,), {"B": 1.0})
    assert document.symmetry.space_group == "P6/mmm"


def test_an_edit_of_one_site_of_an_orbit_splits_it_and_undo_joins_it_again(
    document: Document,
) -> None:
    before = document.symmetry
    document.set_species((1,), {"B": 0.9, "C": 0.1})
    assert len(document.symmetry.orbits) == 3
    document.undo()
    assert document.symmetry == before


def test_another_cell_has_its_own_space_group(document: Document) -> None:
    assert document.symmetry.number == 191
    document.set_cell(3.1, 3.3, 3.5, 90, 90, 90)
    assert document.symmetry.number < 191


# Selection and doping


def test_a_selection_is_told_only_when_it_changes(document: Document) -> None:
    heard = said(document)
    document.select((1, 2))
    document.select([1, 2])
    document.select(())
    assert heard == [("selection", (1, 2)), ("selection", ())]


def test_sites_the_crystal_does_not_have_are_not_selected(document: Document) -> None:
    document.select((0, 5, -1))
    assert document.selection == (0,)


def test_a_selection_shrinks_with_the_crystal(document: Document, mgb2: Crystal) -> None:
    document.select((0, 2))
    document.edit(Crystal(mgb2.lattice, mgb2.sites[:2]), "Remove a site")
    assert document.selection == (0,)


def test_moving_along_the_line_keeps_it(document: Document, mgb2: Crystal) -> None:
    line = doping_line(mgb2, (0,), "Al")
    document.set_doping(line)
    heard = said(document)
    document.substitute((0,), "Mg", "Al", 0.4)
    assert document.doping == line
    assert "doping" not in [name for name, _ in heard]


def test_a_line_that_no_longer_fits_its_sites_is_dropped(document: Document, mgb2: Crystal) -> None:
    document.set_doping(doping_line(mgb2, (0,), "Al"))
    heard = said(document)
    document.set_species((0,), {"Mn": 1.0})
    assert document.doping is None
    assert ("doping", None) in heard
