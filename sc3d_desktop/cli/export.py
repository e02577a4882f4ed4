"""``sc3d export``: a crystal as a file or folder for another program."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from sc3d_desktop.cli.hand_off_choices import options_of
from sc3d_desktop.cli.progress import do
from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.files import Read, Refused, read_all, write_structure
from sc3d_desktop.dft import Code, Options, Qe, Vasp
from sc3d_desktop.dft.structures import elements_of
from sc3d_desktop.errors import Sc3dError
from sc3d_desktop.jobs import Export, ExportMany

_CODES: dict[str, Callable[[], Code]] = {"vasp": Vasp, "qe": Qe}


def run(arguments: argparse.Namespace) -> int:
    if arguments.form in _CODES:
        return _hand_off(arguments)
    crystal = _the_crystal(arguments.file, arguments.block)
    write_structure(crystal, arguments.out, arguments.form)
    print(arguments.out)
    return 0


def _hand_off(arguments: argparse.Namespace) -> int:
    code, options = _CODES[arguments.form](), options_of(arguments)
    if arguments.out.suffix.lower() == ".zip":
        return _hand_off_all(arguments, code, options)
    crystal = _the_crystal(arguments.file, arguments.block)
    _tell_lacking([crystal], code, options)
    folder = do(Export(crystal, arguments.out, code, options))
    for line in _told(folder):
        print(line)
    return 0


def _told(folder: Path) -> Iterator[str]:
    """Where it is, and the composition asked for beside that achieved."""
    record = json.loads((folder / "record.json").read_text(encoding="utf-8"))
    n = len(record["calculations"])
    yield f"{folder}: {n} calculation{'s' if n > 1 else ''}, {record['method']}"
    for row in record["sites"]:
        shares = f"target {row['target']:.4f}  achieved {row['achieved']:.4f}"
        yield f"  {row['site']} {row['species']}: {shares}"


def _hand_off_all(arguments: argparse.Namespace, code: Code, options: Options) -> int:
    """Every structure of the file or folder into one archive."""
    outcomes = list(read_all([arguments.file]))
    crystals = tuple(o.crystal for o in outcomes if isinstance(o, Read))
    refused = [f"{o.source}: {o.error}" for o in outcomes if isinstance(o, Refused)]
    _tell_lacking(crystals, code, options)
    rows = do(ExportMany(crystals, arguments.out, code, options))
    refused += [f"{row.name or row.target}: {row.refused}" for row in rows if row.refused]
    for line in refused:
        print(line, file=sys.stderr)
    done = len({row.sha256 for row in rows if not row.refused})
    print(f"{arguments.out}: {done} of {len(crystals)} crystals")
    return 1 if refused else 0


def _tell_lacking(crystals: Sequence[Crystal], code: Code, options: Options) -> None:
    """Of the potentials, before anything is written."""
    elements = sorted({el for crystal in crystals for el in elements_of(crystal)})
    if code.lacking(elements, options):
        print(code.supplies(elements, options), file=sys.stderr)


def _the_crystal(path: Path, block: str | None) -> Crystal:
    """The one that the file holds, or that of the block."""
    outcomes = list(read_all([path]))
    found = [o for o in outcomes if isinstance(o, Read) and block in (None, o.source.block)]
    if len(found) == 1:
        return found[0].crystal
    names = [o.source.block or str(o.source) for o in outcomes if isinstance(o, Read)]
    if not names:
        refused = (o.error for o in outcomes if isinstance(o, Refused))
        raise next(refused, Sc3dError(f"{path} holds no structure files.", "Check the path."))
    which = f"{len(found)} structures" if block is None else f"{len(found)} blocks “{block}”"
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    raise Sc3dError(
        f"{path.name} holds {which}; it has {', '.join(names[:5])}{more}.",
        "Name one with --block, or give a file with one structure.",
    )
