"""One writer for a file, also across programs. The system lets go when a program dies."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from sc3d_desktop.errors import ScreeningError


class Lock:
    """Held from making it until ``release``. Raises ``ScreeningError`` where another holds it."""

    def __init__(self, path: Path) -> None:
        lock = path.with_name(path.name + ".lock")
        try:
            self._file = os.open(lock, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            message = f"{path.name} cannot be written: {error.strerror}."
            raise ScreeningError(message, "Choose another folder.") from error
        try:
            _take(self._file)
        except OSError:
            os.close(self._file)
            raise ScreeningError(
                f"Another program is writing into {path.name}.", "Wait for it, or stop it there."
            ) from None

    def release(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


if sys.platform == "win32":
    import msvcrt

    def _take(file: int) -> None:
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _take(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
