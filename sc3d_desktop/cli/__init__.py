"""The command line: every panel's twin."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence

from sc3d_desktop.cli.parser import parse
from sc3d_desktop.errors import Sc3dError

ALL_DONE, SOME_FAILED, WRONG_USAGE = 0, 1, 2


def run(argv: Sequence[str]) -> int:
    """Run one command and return its exit status."""
    arguments = parse(argv)
    module = importlib.import_module(f"sc3d_desktop.cli.{arguments.module}")
    try:
        status: int = module.run(arguments)
    except Sc3dError as error:
        if arguments.debug:
            raise
        print(f"sc3d: {error.message}", file=sys.stderr)
        if error.hint:
            print(f"      {error.hint}", file=sys.stderr)
        return SOME_FAILED
    except KeyboardInterrupt:
        print("sc3d: stopped.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # The reader (head, less) has what it wanted.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ALL_DONE
    return status
