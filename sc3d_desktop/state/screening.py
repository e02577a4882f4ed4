"""The screenings the user has: which runs there are, the one that is shown, and its candidates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

import numpy as np
from psygnal import Signal

from sc3d_desktop.data.columns import Ints, Mask
from sc3d_desktop.data.query import Sort
from sc3d_desktop.errors import Sc3dError
from sc3d_desktop.jobs.runs import RunNow, RunState
from sc3d_desktop.screening.ranking import DEFAULT_SORT, Ranking, Wanted
from sc3d_desktop.screening.relatives import Kin
from sc3d_desktop.screening.store import Line, RunSpec, RunStore
from sc3d_desktop.state.run_lines import Ledger, RunLines


class Phase(StrEnum):
    """Of the run that is shown."""

    NONE = "none"
    WAITING = "waiting"
    RUNNING = "running"
    STOPPED = "stopped"
    FINISHED = "finished"


@dataclass(frozen=True)
class Shown:
    """A row of the table: a line of the run with its number."""

    id: int
    line: Line


class Screening:
    """``path`` is the run that is shown, ``running`` that which a job works on: often the same.

    ``ids`` are the candidates that fit what is ``wanted``, in order; ``selection`` those selected
    among them, rising. ``kin`` is what the catalogue has beside lines that were looked at, and
    ``judged`` those whose structures were compared. ``rate`` is how many inputs a second the last
    run took here, 0 for unknown. ``problem`` is why the run shown does not go on.
    """

    runs_changed = Signal()
    run_changed = Signal()
    progress_changed = Signal()
    asked_changed = Signal()
    found_changed = Signal()
    selection_changed = Signal()
    ledger_changed = Signal()
    kin_changed = Signal()

    def __init__(self) -> None:
        self.runs: tuple[RunState, ...] = ()
        self.interrupted: RunState | None = None
        self.model, self.rate = "", 0.0
        self.path: Path | None = None
        self.spec: RunSpec | None = None
        self.running: Path | None = None
        self.started = self.finished = False
        self.progress: tuple[int, int, str] = (0, 0, "")
        self.counts: Mapping[str, int] = {}
        self.problem: Sc3dError | None = None
        self.ranking: Ranking | None = None
        self.wanted, self.sort = Wanted(), DEFAULT_SORT
        self.selection: Ints = np.zeros(0, dtype=np.int64)
        self.ledger = Ledger()
        self.kin: dict[int, Kin] = {}
        self.judged: set[int] = set()
        self._known: Ints = np.zeros(0, dtype=np.int64)
        self._lines = RunLines()
        self._store: RunStore | None = None

    # The runs

    def show_runs(self, runs: Sequence[RunState], interrupted: RunState | None) -> None:
        self.runs, self.interrupted = tuple(runs), interrupted
        self.runs_changed.emit()

    def use_model(self, name: str) -> None:
        self.model = name
        self.runs_changed.emit()
        self.run_changed.emit()

    def set_running(self, path: Path | None, started: bool = False) -> None:
        """Which run a job works on, and whether it has begun."""
        self.running, self.started = path, started
        self.runs_changed.emit()
        self.run_changed.emit()

    # The run that is shown

    def open(self, path: Path) -> None:
        """Show a run, of which ``show_now`` says more. Raises ``ScreeningError``; the one before
        stays then.
        """
        store = RunStore.read(path)
        try:
            spec, finished = store.spec, store.finished
        except BaseException:
            store.close()
            raise
        self.close()
        self._store, self.path, self.spec = store, path, spec
        self.finished = finished
        self._lines.read_from(store)
        self.ledger.read_from(store)
        self.run_changed.emit()
        self.found_changed.emit()

    def await_run(self, path: Path) -> None:
        """Show a run whose file is still to be made."""
        self.close()
        self.path = path
        self.run_changed.emit()
        self.found_changed.emit()

    def close(self) -> None:
        """Show no run."""
        if self._store is not None:
            self._store.close()
        self._store = self.path = self.spec = self.ranking = self.problem = None
        self.finished, self.counts, self.progress = False, {}, (0, 0, "")
        self.forget_kin()
        self._lines.read_from(None)
        self.ledger.read_from(None)
        self.select(self.selection[:0])

    @property
    def is_open(self) -> bool:
        return self._store is not None

    @property
    def phase(self) -> Phase:
        if self.path is None:
            return Phase.NONE
        if self.running == self.path:
            return Phase.RUNNING if self.started else Phase.WAITING
        return Phase.FINISHED if self.finished else Phase.STOPPED

    @property
    def can_start_anew(self) -> bool:
        """Whether a new run of the same sources and filters could be begun instead."""
        return self.spec is not None and self.running is None

    @property
    def of_another_model(self) -> bool:
        return bool(self.spec and self.model and self.spec.model != self.model)

    def refuse(self, problem: Sc3dError | None) -> None:
        self.problem = problem
        self.run_changed.emit()

    def tell_progress(self, done: int, total: int, text: str) -> None:
        self.progress = (done, total, text)
        self.progress_changed.emit()

    def look_again(self) -> None:
        """A job may have made the file of the run by now. Raises ``ScreeningError``."""
        if self._store is None and self.path is not None and self.path.is_file():
            self.open(self.path)

    def show_now(self, now: RunNow) -> None:
        """What has been read of the run shown."""
        self.counts, self.finished = now.counts, now.finished
        if now.ranking is not self.ranking:
            self._set_ranking(now.ranking)
        self.run_changed.emit()

    # The candidates

    def _set_ranking(self, ranking: Ranking) -> None:
        self.ranking = ranking.knowing(self._known)
        self._answer()

    def learn_known(self, compositions: Ints) -> None:
        """Which compositions have a Tc in the catalogue."""
        self._known = compositions
        self.forget_kin()
        if self.ranking is not None:
            self._set_ranking(self.ranking)

    def want(self, wanted: Wanted) -> None:
        if wanted != self.wanted:
            self.wanted = wanted
            self.asked_changed.emit()
            self._answer()

    def hide_known(self, hide: bool) -> None:
        self.want(replace(self.wanted, hide_known=hide))

    def sort_by(self, sort: Sort) -> None:
        """In the usual order where nothing else is asked for."""
        sort = DEFAULT_SORT if sort == Sort() else sort
        if sort != self.sort:
            self.sort = sort
            self._answer()

    def _answer(self) -> None:
        if self.ranking is not None:
            self._lines.show(self.ranking.find(self.wanted, self.sort))
        self.found_changed.emit()
        self.select(self.selection)

    @property
    def ids(self) -> Ints:
        return self._lines.ids

    @property
    def question(self) -> object:
        return self.path, self.wanted, self.sort

    def row(self, place: int) -> Shown | None:
        line = self._lines.line(place)
        return Shown(int(self.ids[place]), line) if line is not None else None

    def line(self, line_id: int) -> Line | None:
        found = self._store.lines([line_id]) if self._store is not None else []
        return found[0][1] if found else None

    def is_known(self, line: Line) -> bool:
        """Whether the catalogue has a superconductor of this composition."""
        known = self.ranking.known_compositions if self.ranking is not None else self.ids[:0]
        at = int(np.searchsorted(known, line.composition))
        return at < len(known) and int(known[at]) == line.composition

    def select(self, ids: Ints) -> None:
        """Those that are not among the candidates found are left out."""
        chosen = np.unique(ids)
        chosen = chosen[np.isin(chosen, self.ids)] if len(chosen) else chosen
        if not np.array_equal(chosen, self.selection):
            self.selection = chosen
            self.selection_changed.emit()

    def is_selected(self, ids: Ints) -> Mask:
        return np.isin(ids, self.selection)

    def places(self, ids: Ints) -> Ints:
        """Where among the candidates found some of them stand, rising."""
        return np.flatnonzero(np.isin(self.ids, ids))

    # The ledger

    def ask_ledger(self, status: str, text: str) -> None:
        self.ledger.status, self.ledger.text = status, text
        self.refresh_ledger()

    def refresh_ledger(self) -> None:
        self.ledger.refresh()
        self.ledger_changed.emit()

    # Known and related

    def add_kin(self, kin: Mapping[int, Kin], final: bool) -> None:
        """``final`` where the structures were looked at as well."""
        self.kin.update(kin)
        if final:
            self.judged.update(kin)
        self.kin_changed.emit()

    def forget_kin(self) -> None:
        """The catalogue has changed, or another run is shown."""
        self.kin.clear()
        self.judged.clear()

    def not_judged(self, ids: Ints) -> tuple[int, ...]:
        return tuple(i for i in ids.tolist() if i not in self.judged)
