"""Reports of a run, as files that are there whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sc3d_desktop.data.catalogue import Catalogue
from sc3d_desktop.data.tables import whole
from sc3d_desktop.errors import ScreeningError
from sc3d_desktop.models.interface import TcModel
from sc3d_desktop.screening.ranking import Wanted
from sc3d_desktop.screening.report.facts import Candidate, Facts, candidates, gather
from sc3d_desktop.screening.report.page import write_html
from sc3d_desktop.screening.report.structures import write_structures
from sc3d_desktop.screening.report.table import write_csv, write_xlsx
from sc3d_desktop.screening.store import RunStore

Writer = Callable[[Facts, Iterable[Candidate | None], RunStore, Path], Iterator[None]]

_WRITERS: dict[str, Writer] = {"html": write_html, "csv": write_csv, "xlsx": write_xlsx}
FORMATS = tuple(_WRITERS)
_BEST_ON_A_PAGE = 100


@dataclass(frozen=True)
class Request:
    """What is to be reported of the run at ``run``, and where.

    ``best`` is how many lines, all where it is None; a page has 100 unless told otherwise.
    ``catalogue`` is where known superconductors are looked up, None for nowhere.
    ``with_structures`` writes the structures of the best 100 into an archive beside.
    """

    run: Path
    out: Path
    format: str = "html"
    best: int | None = None
    wanted: Wanted = field(default_factory=Wanted)
    catalogue: Path | None = None
    with_structures: bool = False

    @property
    def archive(self) -> Path:
        return self.out.with_name(f"{self.out.stem}-structures.zip")


def write_report(request: Request, model: TcModel) -> Generator[str, None, Path]:
    """Write the report and return its path; yields what is being done, so that it can be stopped.

    Raises ``Sc3dError`` where the run cannot be read or the files cannot be written; nothing is
    left then.
    """
    if request.format not in _WRITERS:
        raise ScreeningError(
            f"“{request.format}” is no format of a report.", f"Choose of {', '.join(FORMATS)}."
        )
    if request.best is not None and request.best < 1:
        raise ScreeningError("A report has at least one line.", "Give --best a larger number.")
    try:
        yield from _written(request, model)
    except OSError as error:
        raise ScreeningError(
            f"{request.out.name} could not be written: {error.strerror or error}.",
            "Choose another folder, or free some space.",
        ) from error
    return request.out


def _written(request: Request, model: TcModel) -> Iterator[str]:
    best = request.best
    if best is None and request.format == "html":
        best = _BEST_ON_A_PAGE
    with ExitStack() as stack:
        store = stack.enter_context(RunStore.read(request.run))
        stack.enter_context(_of_one_moment(store))
        catalogue = _catalogue(request, stack)
        facts = yield from gather(store, catalogue, model, request.wanted, best)
        out = stack.enter_context(whole(request.out))
        if request.with_structures:
            archive = stack.enter_context(whole(request.archive))
            for done, _ in enumerate(write_structures(facts, store, archive)):
                yield f"{done:,} steps of reading structures again"
        found = candidates(facts, store, catalogue)
        for done, _ in enumerate(_WRITERS[request.format](facts, found, store, out), start=1):
            yield f"{done:,} lines written"


@contextmanager
def _of_one_moment(store: RunStore) -> Iterator[None]:
    """All that is read is of one state of the run, though it may go on meanwhile."""
    store.all("BEGIN")
    try:
        yield
    finally:
        store.all("ROLLBACK")


def _catalogue(request: Request, stack: ExitStack) -> Catalogue | None:
    if request.catalogue is None or not request.catalogue.is_file():
        return None
    return stack.enter_context(Catalogue.open(request.catalogue))
