"""What will be asked of the generator next, and whether it can be."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from psygnal import Signal

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.errors import GenerationError
from sc3d_desktop.generation.request import Request, Seed, check, request_from_json
from sc3d_desktop.screening.filters import RADIOACTIVE, TOXIC

USUALLY_EXCLUDED = tuple(dict.fromkeys((*RADIOACTIVE, "Th", "U", *TOXIC)))
USUAL = Request(excluded=USUALLY_EXCLUDED)
_MOST_SEED = 999_999


@dataclass(frozen=True)
class Beginning:
    """How a structure that is open is begun with; ``wanted`` is whether at all."""

    wanted: bool = False
    change: float = 0.4
    keep_symmetry: bool = False
    keep_elements: bool = False


class RequestPlan:
    """``root`` is the folder of all runs. ``problem`` says why the request cannot be met, and
    ``warnings`` what to mind where it can.
    """

    changed = Signal()

    def __init__(self, root: Path) -> None:
        self.root = root
        self.asked, self.beginning = USUAL, Beginning()
        self.crystal: Crystal | None = None
        self.name = ""
        self.problem: GenerationError | None = None
        self.warnings: tuple[str, ...] = ()
        self._look()

    @property
    def request(self) -> Request:
        """With the open structure to begin with, where that is wanted; it has its atoms then."""
        if not self.beginning.wanted or self.crystal is None:
            return self.asked
        how = self.beginning
        start = Seed(self.crystal, how.change, how.keep_symmetry, how.keep_elements)
        return replace(self.asked, start=start, formula="")

    @property
    def ready(self) -> bool:
        return self.problem is None

    def ask(self, **changes: Any) -> None:
        self._show(replace(self.asked, **changes), self.beginning)

    def begin_with(self, **changes: Any) -> None:
        self._show(self.asked, replace(self.beginning, **changes))

    def take(self, request: Request, **beginning: Any) -> None:
        """All of another request, and how a structure is begun with."""
        asked = replace(request, start=None, recipe="")
        self._show(asked, replace(self.beginning, **beginning))

    def copy(self, request: Request) -> None:
        """What was asked for once, for another run."""
        self.take(request, wanted=False)

    def use_crystal(self, crystal: Crystal | None) -> None:
        """The structure that is open."""
        self.crystal = crystal
        if self.beginning.wanted or crystal is None:
            self._look()
        self.changed.emit()

    def call(self, name: str) -> None:
        if name != self.name:
            self.name = name
            self.changed.emit()

    def throw_dice(self, number: int) -> None:
        self.ask(seed=number % (_MOST_SEED + 1))

    def _show(self, asked: Request, beginning: Beginning) -> None:
        if (asked, beginning) != (self.asked, self.beginning):
            self.asked, self.beginning = asked, beginning
            self._look()
            self.changed.emit()

    def _look(self) -> None:
        self.problem, self.warnings = None, ()
        try:
            if self.beginning.wanted and self.crystal is None:
                raise GenerationError(
                    "No structure is open to begin with.", "Open one, or begin with none."
                )
            self.warnings = check(self.request)
        except GenerationError as error:
            self.problem = error

    # Where the run goes

    @property
    def folder(self) -> Path:
        """A folder of its own, never one that is there, unless that was named."""
        plain = self.name.strip().replace("/", "-").replace("\\", "-").lstrip(".")
        if plain:
            return self.root / plain
        stem, number = self._said(), 1
        while (self.root / f"{stem}-{number}").exists():
            number += 1
        return self.root / f"{stem}-{number}"

    def _said(self) -> str:
        asked = self.request
        what = asked.formula or "-".join(asked.required) or ("like-" if asked.start else "")
        tc = "high-Tc" if asked.tc_kelvin is None else f"{asked.tc_kelvin:g}K"
        if asked.start is not None:
            what += "".join(asked.start.crystal.composition)
        return "-".join(part for part in (what, tc) if part)

    # Kept between starts

    def as_text(self) -> str:
        how = self.beginning
        kept = [how.change, how.keep_symmetry, how.keep_elements]
        return json.dumps({"request": self.asked.as_json(), "beginning": kept})

    def restore(self, text: str) -> None:
        """What ``as_text`` gave; anything else leaves the usual request."""
        try:
            data = json.loads(text)
            asked = request_from_json(data["request"])
            change, symmetry, elements = data["beginning"]
            check(asked)
        except (ValueError, KeyError, TypeError, AttributeError, GenerationError):
            return
        self._show(asked, Beginning(False, float(change), bool(symmetry), bool(elements)))
