"""The one place where unexpected errors end up: on stderr, and once in the window."""

from __future__ import annotations

import sys
import threading
import traceback
from types import TracebackType

from PySide6.QtCore import QObject, Signal

from sc3d_desktop.errors import Sc3dError
from sc3d_desktop.window import MainWindow

_HINT = "Your crystal is as it was. Please send the details if it happens again."


class ErrorReporter(QObject):
    """While in use as a context, shows every uncaught exception in the window's banner.

    Exceptions of other threads travel through a signal, so the window is touched by its own only.
    """

    _happened = Signal(object, str)

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._happened.connect(window.report)
        self._hooks = (sys.excepthook, threading.excepthook)

    def __enter__(self) -> ErrorReporter:
        self._hooks = (sys.excepthook, threading.excepthook)
        sys.excepthook = self.report
        threading.excepthook = self._report_thread
        return self

    def __exit__(self, *_: object) -> None:
        sys.excepthook, threading.excepthook = self._hooks

    def report(
        self,
        kind: type[BaseException],
        error: BaseException,
        trace: TracebackType | None,
    ) -> None:
        sys.__excepthook__(kind, error, trace)
        if issubclass(kind, KeyboardInterrupt):
            return
        details = "".join(traceback.format_exception(kind, error, trace))
        self._happened.emit(_for_the_user(error), details)

    def _report_thread(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self.report(args.exc_type, args.exc_value, args.exc_traceback)


def _for_the_user(error: BaseException) -> Sc3dError:
    if isinstance(error, Sc3dError):
        return error
    said = str(error).strip().splitlines()
    return Sc3dError(
        f"Something unexpected went wrong: {type(error).__name__}"
        + (f", {said[0]}" if said else "."),
        _HINT,
    )
