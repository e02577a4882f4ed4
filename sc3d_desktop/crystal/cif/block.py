"""One data block of a CIF: its values by tag, and where in the text they stand."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

import gemmi

from sc3d_desktop.crystal.findings import Finding, doubtful, repaired
from sc3d_desktop.errors import CifError

_ATOMS = "_atom_site_fract_x"
MAX_ITEMS = 100_000
_MOST_LINES = 200_000
"""Lines of an atom list that are looked through for the place of a finding."""


class Block:
    """Tags are asked for in small letters; ``where`` names file and block in errors.

    ``text`` is what was parsed and ``offset`` the number of lines of the file before it.
    """

    def __init__(self, block: gemmi.cif.Block, text: str, source: str, offset: int = 0) -> None:
        self._block, self._text, self._offset = block, text, offset
        self.name = str(block.name).strip()
        self.where = f"{source}, block {self.name or '(unnamed)'}"
        self._lines_of_words: dict[str, int] | None = None
        self._pairs: dict[str, tuple[str, str, int]] = {}
        self._loops: dict[str, tuple[str, int]] = {}
        self.findings: list[Finding] = []
        self._repeated: list[str] = []
        items: Any = block
        for count, item in enumerate(items):
            if count == MAX_ITEMS:
                message = f"{self.where} has more than {MAX_ITEMS:,} tags."
                raise CifError(message, "Keep what describes the crystal.")
            if item.pair is not None:
                self._add_pair(item.pair[0], item.pair[1], item.line_number)
            elif item.loop is not None:
                self._add_loop(item.loop.tags, item.line_number)

    def _add_pair(self, tag: str, value: str, line: int) -> None:
        key = tag.lower()
        if not value:
            found = doubtful("value missing", f"{tag} has no value.", line + self._offset)
            self.findings.append(found)
        earlier = self._pairs.get(key)
        if earlier is None or not earlier[1]:
            self._pairs[key] = (tag, value, line)
        elif earlier[1] == value or not value:
            text = f"{tag} is given twice, with the same value."
            self.findings.append(repaired("given twice", text, line + self._offset))
        else:
            self._repeated.append(f"{tag} is given as {earlier[1]:.40} and, in line ")
            self._repeated[-1] += f"{line + self._offset}, as {value:.40}"

    def _add_loop(self, tags: list[str], line: int) -> None:
        for tag in tags:
            if tag.lower() in self._loops or tag.lower() in self._pairs:
                self._repeated.append(f"{tag} is given again in line {line + self._offset}")
            self._loops.setdefault(tag.lower(), (tag, line))

    def check_repeated(self, prefixes: tuple[str, ...]) -> None:
        """Raises ``CifError`` where a tag that counts has two values; others are noted."""
        for told in self._repeated:
            if told.lower().startswith(prefixes):
                raise CifError(f"{self.where}: {told}.", "Keep the one that is meant.")
            self.findings.append(doubtful("given twice", f"{told}."))

    @property
    def tags(self) -> Iterator[str]:
        """All tags, in small letters."""
        yield from self._pairs
        yield from self._loops

    def has(self, tag: str) -> bool:
        return tag in self._pairs or tag in self._loops

    def raw(self, tag: str) -> str | None:
        """The value of a tag as it stands; of a loop that of its first row."""
        pair = self._pairs.get(tag)
        if pair is not None:
            return pair[1]
        column = self.column(tag)
        return column[0] if column else None

    def value(self, tag: str) -> str:
        """The value without quotes; empty where there is none, or it is ``.`` or ``?``."""
        raw = self.raw(tag)
        return "" if not raw or gemmi.cif.is_null(raw) else gemmi.cif.as_string(raw).strip()

    def column(self, tag: str) -> tuple[str, ...]:
        """The values of a tag as they stand, with their quotes."""
        if tag in self._pairs:
            return (self._pairs[tag][1],)
        return tuple(self._block.find_values(tag)) if tag in self._loops else ()

    def spelling(self, tag: str) -> str:
        """The tag with the capitals that the file gives it."""
        return (self._pairs.get(tag) or self._loops.get(tag) or (tag,))[0]

    def line(self, tag: str) -> int | None:
        """The line of a tag, or of the loop that has it."""
        if tag in self._pairs:
            return self._pairs[tag][2] + self._offset
        return self._loops[tag][1] + self._offset if tag in self._loops else None

    def line_of_atom(self, label: str) -> int | None:
        """The line of the atom's row: the first with its label behind the head of the atom loop.

        The parser keeps the line of a tag, not of a row.
        """
        start = self.line(_ATOMS)
        if start is None or not label:
            return start
        if self._lines_of_words is None:
            self._lines_of_words = self._words_from(start - self._offset)
        line = self._lines_of_words.get(label)
        return start if line is None else line + self._offset

    def _words_from(self, start: int) -> dict[str, int]:
        """Every word of the atom list, without quotes, and the first line that it is in."""
        found: dict[str, int] = {}
        for number, line in enumerate(islice(_lines(self._text), start - 1, start + _MOST_LINES)):
            for word in line.split():
                found.setdefault(word.strip("'\""), start + number)
        return found


def _lines(text: str) -> Iterator[str]:
    at = 0
    while at <= len(text):
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        yield text[at:end]
        at = end + 1
