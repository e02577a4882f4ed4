"""Where in the text of a CIF something stands: the parser keeps the line of a tag, not of a row."""

from __future__ import annotations

import re
from typing import Any

import gemmi


class Lines:
    """Lines of one data block, looked up only when there is something to point at."""

    def __init__(self, text: str, block: gemmi.cif.Block) -> None:
        self._text, self._block = text, block
        self._split: list[str] | None = None

    def of_tag(self, tag: str) -> int | None:
        """The line of a tag, or of the loop that has it."""
        items: list[Any] = list(self._block)
        for item in items:
            if item.pair is not None and item.pair[0].lower() == tag.lower():
                return int(item.line_number)
            if item.loop is not None and tag.lower() in (t.lower() for t in item.loop.tags):
                return int(item.line_number)
        return None

    def of_atom(self, label: str) -> int | None:
        """The line of the atom's row: the first with its label behind the head of the atom loop."""
        start = self.of_tag("_atom_site_fract_x")
        if start is None or not label:
            return start
        if self._split is None:
            self._split = self._text.splitlines()
        quoted = re.compile(rf"(?<!\S)['\"]?{re.escape(label)}['\"]?(?!\S)")
        for number in range(start, len(self._split) + 1):
            if quoted.search(self._split[number - 1]):
                return number
        return start
