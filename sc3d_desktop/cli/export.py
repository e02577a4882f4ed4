"""``sc3d export``: a crystal as a file or folder for another program."""

from __future__ import annotations

import argparse
from pathlib import Path

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.files import Read, Refused, read_all, write_structure
from sc3d_desktop.errors import Sc3dError


def run(arguments: argparse.Namespace) -> int:
    crystal = _the_crystal(arguments.file, arguments.block)
    if arguments.form == "vasp":
        _write_folder(crystal, arguments.out, arguments.preset)
    else:
        write_structure(crystal, arguments.out, arguments.form)
        print(arguments.out)
    return 0


def _write_folder(crystal: Crystal, out: Path, preset: str) -> None:
    from sc3d_desktop.dft import write_vasp

    folder = write_vasp(crystal, out, preset)
    print(f"{folder}: {', '.join(sorted(p.name for p in folder.iterdir()))}")


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
