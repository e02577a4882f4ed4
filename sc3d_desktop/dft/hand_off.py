"""Write what another program needs to calculate a crystal: whole, or not at all."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from collections.abc import Generator, Mapping, Sequence
from pathlib import Path

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.disorder import DisorderClass, classify_site
from sc3d_desktop.crystal.formula import formula
from sc3d_desktop.dft.approximants import Step, plan
from sc3d_desktop.dft.code import Code
from sc3d_desktop.dft.index import IndexRow, csv_text, html_text, refused_row, rows_of
from sc3d_desktop.dft.options import Options
from sc3d_desktop.dft.readme import readme_text
from sc3d_desktop.dft.record import record_text
from sc3d_desktop.dft.texts import plain
from sc3d_desktop.dft.work import Work, work_for
from sc3d_desktop.errors import HandOffError, Sc3dError


def hand_off(
    crystal: Crystal, out: Path, code: Code, options: Options | None = None
) -> Generator[Step, None, Path]:
    """Write the folder ``out``; the result is the folder.

    A disordered crystal is represented by ordered ones whose composition is within the tolerance.
    Raises ``HandOffError`` where that cannot be, for elements the code has no potential of, and for
    a folder that is not empty or cannot be written; then nothing is left behind.
    """
    options = options or Options()
    code.check(options)
    _check_free(out)
    work = yield from work_for(crystal, options, code.f_in_core(crystal, options))
    files = yield from all_files(work, code, options)
    try:
        _write_folder(files, out)
    except OSError as error:
        raise _unwritable(out, error) from error
    return out


def refuse_disorder(crystal: Crystal) -> None:
    """Raises ``HandOffError`` for a disordered crystal, with the cell that could stand for it."""
    site = next((s for s in crystal.sites if classify_site(s.species) is not DisorderClass.O), None)
    if site is None:
        return
    share = ", ".join(f"{el} {w:g}" for el, w in site.species.items())
    try:
        hint = f"An ordered cell of {plan(crystal).chosen} could stand for it; ask for that."
    except HandOffError as error:
        hint = str(error)
    raise HandOffError(
        f"{crystal.name or 'The crystal'} is disordered: {site.label} holds {share}. Rounding its "
        "occupancies would make another material.",
        hint,
    )


def all_files(work: Work, code: Code, options: Options) -> Generator[Step, None, dict[str, str]]:
    """Path below the folder → text."""
    rows = list(rows_of(work, ""))
    found: dict[str, str] = {}
    for n, item in enumerate(work.calculations):
        yield Step(
            n, len(work.calculations), f"writing {item.folder}" if item.folder != "." else "writing"
        )
        below = "" if item.folder == "." else f"{item.folder}/"
        found |= {below + p: t for p, t in code.calculation(work, item, options).items()}
    return {
        **found,
        **code.shared(work, options),
        "README.txt": plain(readme_text(work, code.sections(work, options))),
        "record.json": record_text(work, code.name, options),
        "index.csv": csv_text(rows),
        "index.html": html_text(rows, work.crystal.name or work.made.plan.target_formula),
    }


def hand_off_many(
    crystals: Sequence[Crystal], out: Path, code: Code, options: Options | None = None
) -> Generator[Step, None, tuple[IndexRow, ...]]:
    """Write a zip with a folder for each crystal and one index; the result is its lines.

    A crystal that is refused has a line that says why, and no folder.
    """
    options = options or Options()
    code.check(options)
    _check_new_file(out)
    rows: list[IndexRow] = []
    part = out.with_name(f".{out.name}.part")
    try:
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
            for n, crystal in enumerate(crystals):
                yield Step(n, len(crystals), crystal.name)
                rows += yield from _into_archive(archive, crystal, n, code, options)
            archive.writestr("index.csv", csv_text(rows))
            archive.writestr("index.html", html_text(rows, f"{len(crystals)} crystals"))
        part.replace(out)
    except OSError as error:
        raise _unwritable(out, error) from error
    finally:
        part.unlink(missing_ok=True)
    return tuple(rows)


def _into_archive(
    archive: zipfile.ZipFile, crystal: Crystal, n: int, code: Code, options: Options
) -> Generator[Step, None, list[IndexRow]]:
    folder = f"{n + 1:04d}-{formula(crystal.composition)}"
    try:
        work = yield from work_for(crystal, options, code.f_in_core(crystal, options))
        files = yield from all_files(work, code, options)
    except Sc3dError as error:
        return [refused_row(crystal, folder, error)]
    for path, text in files.items():
        archive.writestr(f"{folder}/{path}", text)
    return list(rows_of(work, folder))


def check_target(out: Path) -> None:
    """Raises ``HandOffError`` where ``out``, a folder or a zip archive, is taken already."""
    if out.suffix.lower() == ".zip":
        _check_absent(out)
    else:
        _check_free(out)


def _check_free(out: Path) -> None:
    try:
        taken = out.exists() and (not out.is_dir() or any(out.iterdir()))
    except OSError as error:
        raise _unwritable(out, error) from error
    if taken:
        raise HandOffError(f"{out} is not an empty folder.", "Choose another folder.")


def _check_absent(out: Path) -> None:
    if out.exists():
        raise HandOffError(f"{out} is there already.", "Choose another name.")


def _check_new_file(out: Path) -> None:
    _check_absent(out)
    if out.suffix.lower() != ".zip":
        raise HandOffError(f"{out.name} is not the name of a zip archive.", "End it in .zip.")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(out, error) from error


def _unwritable(out: Path, error: OSError) -> HandOffError:
    return HandOffError(
        f"{out} cannot be written: {error.strerror or error}.", "Choose another folder."
    )


def _write_folder(files: Mapping[str, str], out: Path) -> None:
    """Write beside ``out`` and move, so that no half folder is left whatever happens."""
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".hand-off-") as unfinished:
        folder = Path(unfinished) / "made"
        for path, text in files.items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8", newline="\n")
            if path.endswith(".sh"):
                file.chmod(0o755)
        if out.is_dir():
            out.rmdir()
        shutil.move(folder, out)
