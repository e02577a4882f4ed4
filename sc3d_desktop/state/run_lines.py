"""Lines of a run, read from its file as they come into view."""

from __future__ import annotations

from collections import OrderedDict

import numpy as np

from sc3d_desktop.data.columns import Ints
from sc3d_desktop.screening.store import Line, RunStore

PAGE = 100
_MOST_PAGES = 60


class RunLines:
    """``ids`` are lines of the run in the order in which they are shown."""

    def __init__(self) -> None:
        self.ids: Ints = np.zeros(0, dtype=np.int64)
        self._store: RunStore | None = None
        self._pages: OrderedDict[int, dict[int, Line]] = OrderedDict()

    def __len__(self) -> int:
        return len(self.ids)

    def read_from(self, store: RunStore | None) -> None:
        self._store = store
        self.show(np.zeros(0, dtype=np.int64))

    def show(self, ids: Ints) -> None:
        self.ids = ids
        self._pages.clear()

    def line(self, place: int) -> Line | None:
        """None outside of what is shown, and where the file can no longer be read."""
        if self._store is None or not 0 <= place < len(self.ids):
            return None
        return self._page(self._store, place // PAGE).get(int(self.ids[place]))

    def _page(self, store: RunStore, number: int) -> dict[int, Line]:
        page = self._pages.get(number)
        if page is None:
            ids = self.ids[number * PAGE : (number + 1) * PAGE].tolist()
            page = self._pages[number] = dict(store.lines(ids))
            while len(self._pages) > _MOST_PAGES:
                self._pages.popitem(last=False)
        else:
            self._pages.move_to_end(number)
        return page


class Ledger(RunLines):
    """What was refused, or skipped by a filter, and says a text somewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.status, self.text = "refused", ""

    def refresh(self) -> None:
        """Look again: a run that goes on has more of them. Raises ``ScreeningError``."""
        if self._store is None:
            return
        query, values = "SELECT id FROM line WHERE status = ?", [self.status]
        if self.text:
            query += (
                " AND instr(lower(identifier || ' ' || reason || ' ' || path || ' ' || member), ?)"
            )
            values.append(self.text.lower())
        found = self._store.all(f"{query} ORDER BY id", values)
        self.show(np.array([i for (i,) in found], dtype=np.int64))
