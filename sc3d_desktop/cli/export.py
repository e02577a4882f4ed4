"""``sc3d export``: a folder for another program."""

from __future__ import annotations

import argparse

from sc3d_desktop.crystal.cif import read_cif


def run(arguments: argparse.Namespace) -> int:
    from sc3d_desktop.dft import write_vasp

    folder = write_vasp(read_cif(arguments.file)[0], arguments.out, arguments.preset)
    print(f"{folder}: {', '.join(sorted(p.name for p in folder.iterdir()))}")
    return 0
