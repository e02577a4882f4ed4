"""Which structures a database is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sc3d_desktop.crystal.elements import is_element
from sc3d_desktop.errors import ScreeningError

_ISOTOPES = ("D", "T")
_LONGEST_FILTER = 2000


@dataclass(frozen=True)
class Asked:
    """All conditions hold at once; an empty one asks for everything.

    Every element of ``all_of`` is there, at least one of ``any_of``, none of ``none_of``.
    ``n_sites`` counts the sites of the cell, both ends included, None is open. ``filter`` is in the
    filter language of OPTIMADE. Raises ``ScreeningError`` where one of them has no meaning.
    """

    all_of: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()
    n_sites: tuple[int | None, int | None] = (None, None)
    filter: str = ""

    def __post_init__(self) -> None:
        for symbol in (*self.all_of, *self.any_of, *self.none_of):
            if not is_element(symbol) or symbol in _ISOTOPES:
                raise ScreeningError(f"“{symbol}” is no element.", "Use a symbol such as La.")
        least, most = self.n_sites
        if (most is not None and most < max(least or 1, 1)) or (least is not None and least < 0):
            raise ScreeningError(
                f"No cell has between {least} and {most} sites.", "Correct the numbers of sites."
            )
        if self.filter.strip():
            _check(self.filter)

    def as_filter(self) -> str:
        """The whole condition in the filter language; empty for everything."""
        least, most = self.n_sites
        parts = (
            self.all_of and f"elements HAS ALL {_listed(self.all_of)}",
            self.any_of and f"elements HAS ANY {_listed(self.any_of)}",
            self.none_of and f"NOT (elements HAS ANY {_listed(self.none_of)})",
            least is not None and f"nsites>={least}",
            most is not None and f"nsites<={most}",
            self.filter.strip() and f"({self.filter.strip()})",
        )
        return " AND ".join(part for part in parts if part)

    def as_json(self) -> dict[str, Any]:
        return {
            "all_of": list(self.all_of),
            "any_of": list(self.any_of),
            "none_of": list(self.none_of),
            "n_sites": list(self.n_sites),
            "filter": self.filter,
        }


def asked_from_json(data: dict[str, Any]) -> Asked:
    least, most = data["n_sites"]
    all_of, any_of, none_of = (tuple(data[name]) for name in ("all_of", "any_of", "none_of"))
    return Asked(all_of, any_of, none_of, (least, most), data["filter"])


def _listed(symbols: tuple[str, ...]) -> str:
    return ", ".join(f'"{symbol}"' for symbol in symbols)


def _check(text: str) -> None:
    """The length is bounded for the address it becomes part of."""
    from optimade.exceptions import BadRequest
    from optimade.filterparser import LarkParser

    if len(text) > _LONGEST_FILTER:
        raise ScreeningError(
            f"The filter has {len(text):,} characters; the limit is {_LONGEST_FILTER:,}.",
            "Use several sources, each with a part of it.",
        )
    try:
        LarkParser().parse(text)
    except (BadRequest, RecursionError) as error:
        said = " ".join(str(getattr(error, "detail", error)).split())
        raise ScreeningError(
            f"“{text:.80}” is no OPTIMADE filter: {said:.200}",
            'Write one like elements HAS "La" AND nelements=3.',
        ) from error
