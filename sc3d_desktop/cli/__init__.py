"""The command line: every panel's twin."""

from __future__ import annotations

import importlib
import io
import os
import sys
from collections.abc import Sequence

from sc3d_desktop.cli.parser import parse
from sc3d_desktop.errors import Sc3dError

ALL_DONE, SOME_FAILED, WRONG_USAGE = 0, 1, 2


def run(argv: Sequence[str]) -> int:
    """Run one command and return its exit status; a traceback is shown only with ``--debug``."""
    _print_anything()
    arguments = parse(argv)
    try:
        module = importlib.import_module(f"sc3d_desktop.cli.{arguments.module}")
        status: int = module.run(arguments)
    except KeyboardInterrupt:
        print("sc3d: stopped.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # The reader (head, less) has what it wanted.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ALL_DONE
    except Exception as error:
        if arguments.debug:
            raise
        return _failed(error)
    return status


def _failed(error: Exception) -> int:
    """Say what went wrong in a line, and on the next what to do about it."""
    if isinstance(error, Sc3dError):
        message, hint = error.message, error.hint
    elif isinstance(error, OSError):
        message, hint = str(error), "Check the path, its permissions and the space on the disk."
    else:
        message = f"unexpected {type(error).__name__}: {error}"
        hint = "Please report this with the output of the same command with --debug."
    print(f"sc3d: {message}", file=sys.stderr)
    if hint:
        print(f"      {hint}", file=sys.stderr)
    return SOME_FAILED


def _print_anything() -> None:
    """A file name or a unit that the terminal's encoding lacks is escaped instead of fatal."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
