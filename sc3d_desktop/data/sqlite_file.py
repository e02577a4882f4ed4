"""A SQLite file of the program: opened for one thread, written in whole transactions, with errors a
user can act on.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, Self

from sc3d_desktop.errors import Sc3dError

WAIT_SECONDS = 20.0
"""For another program to finish writing."""


class SqliteFile:
    """Base of the catalogue and of runs. Subclasses name the ``error`` that their methods raise
    where the file cannot be used.
    """

    error: ClassVar[type[Sc3dError]]
    when_full: ClassVar[str]
    when_damaged: ClassVar[str]

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self.connection = connection
        self.path = path

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        self.connection.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """What is written within is there as a whole or not at all, also after a crash."""
        with self.said_plainly(self.path):
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield self.connection
                self.connection.execute("COMMIT")
            except BaseException:
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")
                raise

    def all(self, query: str, values: Sequence[Any] = ()) -> list[Any]:
        """Every row that a query finds."""
        with self.said_plainly(self.path):
            return self.connection.execute(query, values).fetchall()

    @classmethod
    @contextmanager
    def said_plainly(cls, path: Path) -> Iterator[None]:
        """Errors of SQLite as those of this file."""
        try:
            yield
        except sqlite3.Error as error:
            message = f"{path.name} cannot be used: {error}."
            raise cls.error(message, cls._hint(str(error), path)) from error

    @classmethod
    def _hint(cls, said: str, path: Path) -> str:
        if "locked" in said or "busy" in said:
            return "Another program is writing to it; try again when that is done."
        if "full" in said:
            return cls.when_full
        if "malformed" in said or "not a database" in said:
            return cls.when_damaged.format(path)
        return f"Check that {path} and its folder can be written to."


def connect(path: Path) -> sqlite3.Connection:
    """A connection without transactions of its own making."""
    return sqlite3.connect(path, timeout=WAIT_SECONDS, isolation_level=None)
