"""What the user looks for in the catalogue: question, answer, and what of it is selected."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from psygnal import Signal

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.data.catalogue import Catalogue
from sc3d_desktop.data.columns import Columns, Ints, Mask
from sc3d_desktop.data.entry import Collection, Entry, Row
from sc3d_desktop.data.query import Query, Sort

PAGE = 100
_MOST_PAGES = 60


class Browser:
    """A question is answered at once, from a snapshot of the catalogue's columns; the lines of the
    table are read from the file as they come into view. ``open`` must come before anything that
    reads the file.

    ``ids`` are the entries found, in order, ``selection`` those selected among them, rising.
    """

    found_changed = Signal()
    selection_changed = Signal()

    def __init__(self, path: Path) -> None:
        self.path = path
        self.model = ""
        self.columns: Columns | None = None
        self.query, self.sort = Query(), Sort()
        self.ids = self.selection = np.zeros(0, dtype=np.int64)
        self._up_to_date = False
        self._rows: Ints | None = None
        self._catalogue: Catalogue | None = None
        self._pages: OrderedDict[int, dict[int, Row]] = OrderedDict()

    # The file

    def open(self) -> None:
        """Open the catalogue, made where there is none. Raises ``CatalogueError``."""
        if self._catalogue is None:
            self._catalogue = Catalogue.open(self.path)

    def close(self) -> None:
        if self._catalogue is not None:
            self._catalogue.close()
            self._catalogue = None

    @property
    def is_open(self) -> bool:
        return self._catalogue is not None

    @property
    def out_of_date(self) -> bool:
        """Whether the catalogue has changed since the snapshot was taken."""
        if self._catalogue is None:
            return False
        if self.columns is None or not self._up_to_date:
            return True
        return self.columns.generation != self._catalogue.generation

    def forget_columns(self) -> None:
        """The snapshot is of another model: it stays in use, but is out of date."""
        self._up_to_date = False

    def set_columns(self, columns: Columns) -> None:
        """A new snapshot; question and selection stay."""
        self.columns, self._up_to_date = columns, True
        self._answer()

    # The question

    @property
    def question(self) -> tuple[Query, Sort]:
        return self.query, self.sort

    def ask(self, query: Query) -> None:
        if query != self.query:
            self.query = query
            self._answer()

    def ask_for(self, **conditions: Any) -> None:
        """Change some conditions of the question."""
        self.ask(replace(self.query, **conditions))

    def sort_by(self, sort: Sort) -> None:
        if sort != self.sort:
            self.sort = sort
            self._answer()

    def _answer(self) -> None:
        self._pages.clear()
        self._rows = None
        if self.columns is not None:
            of_text = self._file.search(self.query.text) if self.query.text.strip() else None
            self.ids = self.columns.find(self.query, self.sort, of_text)
        self.found_changed.emit()
        self.select(self.selection)

    @property
    def rows(self) -> Ints:
        """Positions in the columns of the entries found, in their order."""
        if self._rows is None:
            found = self.columns is not None
            self._rows = self.columns.positions(self.ids) if found and self.columns else self.ids
        return self._rows

    # The answer

    def row(self, place: int) -> Row | None:
        """The line at a place of the answer; None where the entry has gone in the meantime."""
        page = self._page(place // PAGE)
        return page.get(int(self.ids[place]))

    def _page(self, number: int) -> dict[int, Row]:
        page = self._pages.get(number)
        if page is None:
            ids = self.ids[number * PAGE : (number + 1) * PAGE].tolist()
            page = {row.id: row for row in self._file.rows(ids, self.model)}
            self._pages[number] = page
            while len(self._pages) > _MOST_PAGES:
                self._pages.popitem(last=False)
        else:
            self._pages.move_to_end(number)
        return page

    def entry(self, entry_id: int) -> Entry:
        return self._file.entry(entry_id, self.model)

    def crystal(self, entry_id: int) -> Crystal | None:
        return self._file.crystal(entry_id)

    # The selection

    def select(self, ids: Ints) -> None:
        """Select entries; those that are not in the answer are left out."""
        chosen = _rising(ids)
        if self.columns is not None and len(chosen):
            chosen = chosen[self._in_answer(chosen)]
        if not np.array_equal(chosen, self.selection):
            self.selection = chosen
            self.selection_changed.emit()

    def is_selected(self, ids: Ints) -> Mask:
        """Which of the ids are selected, quickly for a few of them."""
        if not len(self.selection):
            return np.zeros(len(ids), dtype=bool)
        at = np.minimum(np.searchsorted(self.selection, ids), len(self.selection) - 1)
        return np.asarray(self.selection[at] == ids)

    def places(self, ids: Ints) -> Ints:
        """Where in the answer some entries stand, rising."""
        if self.columns is None or not len(ids):
            return np.zeros(0, dtype=np.int64)
        wanted = np.zeros(len(self.columns), dtype=bool)
        wanted[self.columns.positions(ids)] = True
        return np.flatnonzero(wanted[self.rows])

    def _in_answer(self, ids: Ints) -> Mask:
        assert self.columns is not None
        found = np.zeros(len(self.columns), dtype=bool)
        found[self.rows] = True
        inside = np.zeros(len(ids), dtype=bool)
        here = np.isin(ids, self.columns.ids, assume_unique=True)
        inside[here] = found[self.columns.positions(ids[here])]
        return inside

    # What the user adds

    def collections(self) -> list[tuple[Collection, int]]:
        return self._file.collections()

    def tags(self) -> tuple[str, ...]:
        return self._file.tags()

    def set_tag(self, ids: Iterable[int], tag: str, on: bool = True) -> None:
        """Give entries a tag or take it away; the snapshot is out of date then."""
        self._file.set_tag(ids, tag, on)
        self._pages.clear()

    def saved_queries(self) -> dict[str, Query]:
        return self._file.saved_queries()

    def save_query(self, name: str) -> None:
        self._file.save_query(name, self.query)

    def delete_query(self, name: str) -> None:
        self._file.delete_query(name)

    @property
    def _file(self) -> Catalogue:
        if self._catalogue is None:
            raise RuntimeError("the catalogue is not open")
        return self._catalogue


def _rising(ids: Ints) -> Ints:
    """Sorted, each once; ``np.unique`` takes ten times as long for a million."""
    ordered = np.sort(ids)
    return ordered[np.concatenate([[True], ordered[1:] != ordered[:-1]])] if len(ids) else ordered
