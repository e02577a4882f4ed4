"""What a program is that inputs are written for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.dft.options import Options
from sc3d_desktop.dft.work import Calculation, Work


class Code(Protocol):
    """A program that inputs are written for."""

    @property
    def name(self) -> str:
        """As a person writes it."""
        ...

    def check(self, options: Options) -> None:
        """Raises ``HandOffError`` for options it does not know."""
        ...

    def f_in_core(self, crystal: Crystal, options: Options) -> frozenset[str]:
        """Elements whose f electrons are no valence electrons here."""
        ...

    def supplies(self, elements: Sequence[str], options: Options) -> str:
        """What the user has to bring along to run the inputs, in words, and what is missing of
        it.
        """
        ...

    def lacking(self, elements: Sequence[str], options: Options) -> list[str]:
        """The potentials that should be at hand here and are not."""
        ...

    def calculation(self, work: Work, item: Calculation, options: Options) -> Mapping[str, str]:
        """Path below the folder of one calculation → text."""
        ...

    def shared(self, work: Work, options: Options) -> Mapping[str, str]:
        """Path below the folder of the hand-off → text: scripts for all calculations."""
        ...

    def sections(self, work: Work, options: Options) -> list[str]: ...
