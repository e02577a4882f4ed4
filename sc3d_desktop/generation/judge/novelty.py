"""What is known like a candidate: in its run, the catalogue, and what was learned from."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.formula import formula, parse_formula
from sc3d_desktop.data.alike import same_structure
from sc3d_desktop.data.catalogue import Catalogue
from sc3d_desktop.data.columns import Columns
from sc3d_desktop.data.elements import bits_of, composition_hash
from sc3d_desktop.data.entry import Row
from sc3d_desktop.generation.candidate import Candidate, Match, MatchKind
from sc3d_desktop.generation.judge.ordered_child import is_ordered_child
from sc3d_desktop.models.diffcsp_sc.fingerprint import Fingerprint
from sc3d_desktop.screening.relatives import LIMIT, distance

TRAINING = "training data"

_MOST_OF_COMPOSITION = 12
_MOST_PARENTS = 8


@dataclass(frozen=True)
class Novelty:
    """``novel`` is None where something has the composition and its structure is not at hand, or
    where nothing could be compared at all. ``notes`` are sentences.
    """

    matches: tuple[Match, ...]
    novel: bool | None
    notes: tuple[str, ...] = ()


class Known:
    """What candidates are compared with; either part may be missing."""

    def __init__(self, catalogue: Catalogue | None, fingerprint: Fingerprint | None) -> None:
        self._catalogue = catalogue
        self._columns = None if catalogue is None else catalogue.columns()
        self._fingerprint = fingerprint

    def novelty(self, crystal: Crystal, space_groups: Collection[int]) -> Novelty:
        """Of an ordered crystal, whose space group has one of these numbers as the tolerance is."""
        matches: list[Match] = []
        notes: list[str] = []
        all_compared = self._catalogue is not None or self._fingerprint is not None
        if self._catalogue is not None and self._columns is not None:
            same = list(_same_composition(crystal, self._catalogue, self._columns))
            matches += [match for match, _ in same]
            matches += _parents(crystal, self._catalogue, self._columns)
            all_compared &= all(compared for _, compared in same)
        if self._fingerprint is not None and (found := _trained_on(crystal, self._fingerprint)):
            learned = Match(
                "structure" if found & set(space_groups) else "composition",
                formula(crystal.composition),
                TRAINING,
            )
            matches.append(learned)
            notes.append(_said_of_training(learned, found))
            all_compared = False
        return Novelty(tuple(matches), _novel(matches, all_compared), tuple(notes))


def _novel(matches: Iterable[Match], all_compared: bool) -> bool | None:
    if any(match.kind != "composition" for match in matches):
        return False
    return True if all_compared else None


def duplicate_of(crystal: Crystal, earlier: Iterable[Candidate]) -> int | None:
    """Index of the first candidate with the same structure."""
    for candidate in earlier:
        if _same_fractions(crystal, candidate.crystal) and same_structure(
            crystal, candidate.crystal
        ):
            return candidate.index
    return None


def _same_fractions(one: Crystal, other: Crystal) -> bool:
    """Asked of every earlier candidate, so without hashes."""
    a, b = one.composition, other.composition
    return a.keys() == b.keys() and all(
        round(a[el]) * len(other) == round(b[el]) * len(one) for el in a
    )


def _same_composition(
    crystal: Crystal, catalogue: Catalogue, columns: Columns
) -> Iterator[tuple[Match, bool]]:
    """A match for each entry of the composition, and whether the structures could be compared."""
    rows = np.flatnonzero(columns.composition == composition_hash(crystal.composition))
    for row in catalogue.rows(columns.ids[rows][:_MOST_OF_COMPOSITION].tolist()):
        other = catalogue.crystal(row.id)
        alike = other is not None and same_structure(crystal, other)
        yield _match("structure" if alike else "composition", row), other is not None


def _parents(crystal: Crystal, catalogue: Catalogue, columns: Columns) -> list[Match]:
    """The disordered entry of the nearest composition that the crystal is a child of, if any."""
    for row in catalogue.rows(_possible_parents(crystal, catalogue, columns)):
        parent = catalogue.crystal(row.id)
        if parent is not None and is_ordered_child(crystal, parent):
            return [_match("ordered child", row)]
    return []


def _possible_parents(crystal: Crystal, catalogue: Catalogue, columns: Columns) -> list[int]:
    """Disordered entries that have all elements of the crystal, the nearest compositions first."""
    low, high = bits_of(crystal.composition)
    disordered = np.array([word not in ("", "O") for word in columns.disorder.words])
    fits = disordered[columns.disorder.codes] if len(disordered) else np.zeros(len(columns), bool)
    fits = fits & ((columns.elements_low & low) == low) & ((columns.elements_high & high) == high)
    formulas = catalogue.formulas(columns.ids[fits].tolist())
    apart = {i: _apart(crystal, text) for i, text in formulas.items()}
    near = [i for i in apart if apart[i] <= LIMIT]
    return sorted(near, key=lambda i: (apart[i], i))[:_MOST_PARENTS]


def _apart(crystal: Crystal, text: str) -> float:
    composition = parse_formula(text)
    return 1.0 if composition is None else distance(crystal.composition, composition)


def _match(kind: MatchKind, row: Row) -> Match:
    return Match(kind, row.formula, row.collection, row.id)


def _trained_on(crystal: Crystal, fingerprint: Fingerprint) -> frozenset[int]:
    return fingerprint.space_groups_of(composition_hash(crystal.composition))


def _said_of_training(match: Match, space_groups: frozenset[int]) -> str:
    numbers = ", ".join(str(number) for number in sorted(space_groups))
    if match.kind == "structure":
        return (
            "The generator has learned from this composition in this space group "
            "(the structures themselves are not at hand)."
        )
    return (
        f"The generator has learned from this composition, in space group no. {numbers}; whether "
        "the structure is another cannot be told."
    )
