"""The ``sc3d`` command: parse first, import what the chosen command needs afterwards."""

from __future__ import annotations

import sys

from sc3d_desktop.cli import run


def main() -> int:
    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
