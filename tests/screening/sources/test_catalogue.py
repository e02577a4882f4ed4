"""Entries of the catalogue are pieces, in the order of their numbers."""

from __future__ import annotations

from pathlib import Path

import pytest
from catalogue_cases import filled, random_drafts

from sc3d_desktop.data import Catalogue, Query
from sc3d_desktop.errors import ScreeningError
from sc3d_desktop.screening.sources import CatalogueEntries, sources_from_json


def test_entries_with_a_structure_come_as_crystals(tmp_path: Path) -> None:
    path = tmp_path / "c.sqlite"
    filled(path, random_drafts(60, seed=2)).close()
    query = Query(must=frozenset({"Cu"}))
    source = CatalogueEntries(path, query)
    pieces = list(source.pieces())
    with Catalogue.open(path) as catalogue:
        ids = catalogue.columns().find(query).tolist()
        expected = [(i, c) for i in ids if (c := catalogue.crystal(i)) is not None]
    assert [(p.identifier, p.content) for p in pieces] == [(f"entry {i}", c) for i, c in expected]
    assert 0 < source.count() == len(pieces) < 60
    assert list(source.pieces(3)) == pieces[3:]
    assert list(sources_from_json([source.as_json()]).pieces()) == pieces


def test_a_catalogue_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(ScreeningError, match="no catalogue"):
        CatalogueEntries(tmp_path / "missing.sqlite")
