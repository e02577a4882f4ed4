"""Reading a calculation: one file, one folder, or a folder of steps as the hand-off writes them."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import replace
from pathlib import Path

from sc3d_desktop.dft.results.espresso import read_espresso
from sc3d_desktop.dft.results.kinds import (
    Kind,
    calculations_in,
    kind_of,
    outputs_in,
    step_folders,
)
from sc3d_desktop.dft.results.merge import merged
from sc3d_desktop.dft.results.outcar import read_outcar
from sc3d_desktop.dft.results.types import Result
from sc3d_desktop.dft.results.vasprun import read_vasprun
from sc3d_desktop.errors import ResultsError

_NOTHING = (
    "Give vasprun.xml, OUTCAR, an output of pw.x or ph.x, an α²F file, or the folder they are in."
)


def read_results(path: Path) -> Generator[str, None, Result]:
    """Yields what it is about to read. A step of a folder that cannot be read is told in the notes;
    ``ResultsError`` is raised where nothing can.
    """
    if not path.exists():
        raise ResultsError(f"There is no file or folder {path.name}.", "Check the path.")
    if not path.is_dir():
        yield path.name
        return _read_file(path)
    steps = _steps(path)
    found: list[tuple[str, Result]] = []
    errors: list[ResultsError] = []
    for step in steps:
        yield step.name
        try:
            found.append((step.name, _read_folder(step)))
        except ResultsError as error:
            errors.append(ResultsError(f"{step.name}: {error.message}", error.hint))
    if not found:
        raise errors[0]
    result = merged(found)
    return replace(result, notes=(*(str(error) for error in errors), *result.notes))


def _steps(path: Path) -> list[Path]:
    calculations = calculations_in(path)
    if not calculations:
        raise ResultsError(f"{path.name} holds no output of a calculation.", _NOTHING)
    if len(calculations) > 1:
        names = ", ".join(one.name for one in calculations[:5])
        raise ResultsError(
            f"{path.name} holds {len(calculations)} calculations: {names}…",
            "Open the folder of one of them.",
        )
    folder = calculations[0]
    return [one for one in (folder, *step_folders(folder)) if outputs_in(one)]


def _read_file(path: Path) -> Result:
    kind = kind_of(path)
    if kind is None:
        raise ResultsError(f"{path.name} is no output of a calculation that is known.", _NOTHING)
    if kind in (Kind.VASPRUN, Kind.OUTCAR):
        return _READERS[kind](path)
    return read_espresso({path: kind}, path.parent)


_READERS: dict[Kind, Callable[[Path], Result]] = {
    Kind.VASPRUN: read_vasprun,
    Kind.OUTCAR: read_outcar,
}


def _read_folder(folder: Path) -> Result:
    outputs = outputs_in(folder)
    kinds = set(outputs.values())
    return _vasp(outputs) if kinds & set(_READERS) else read_espresso(outputs, folder)


def _first(outputs: dict[Path, Kind], kind: Kind) -> Path | None:
    return next((path for path, found in outputs.items() if found is kind), None)


def _vasp(outputs: dict[Path, Kind]) -> Result:
    """vasprun.xml, with the moments of OUTCAR; that alone where vasprun.xml cannot be read."""
    xml, outcar = _first(outputs, Kind.VASPRUN), _first(outputs, Kind.OUTCAR)
    if xml is None:
        assert outcar is not None
        return read_outcar(outcar)
    try:
        result = read_vasprun(xml)
    except ResultsError as error:
        if outcar is None:
            raise
        result = read_outcar(outcar)
        return replace(result, notes=(str(error), *result.notes))
    return _with_moments(result, outcar) if outcar is not None else result


def _with_moments(result: Result, outcar: Path) -> Result:
    try:
        more = read_outcar(outcar)
    except ResultsError as error:
        return replace(result, notes=(*result.notes, str(error)))
    return replace(
        result,
        sources=(*result.sources, outcar),
        moment_total=more.moment_total,
        moments=more.moments,
    )
