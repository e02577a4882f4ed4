"""The .res files of SHELX and AIRSS that list the whole cell.

Read here because pymatgen passes over the occupancies of a .res file without a word.
"""

from __future__ import annotations

from sc3d_desktop.crystal.crystal import Crystal, Site, Species, lattice_from_parameters
from sc3d_desktop.crystal.elements import is_element
from sc3d_desktop.crystal.files.numbers import MAX_SITES, count_of, numbers
from sc3d_desktop.errors import CifError

_HINT = "Correct the line, or export the structure as CIF."


def parse_res(text: str, name: str) -> Crystal:
    """Raises ``CifError`` or ``CrystalError``; symmetry and free variables are refused."""
    cell: list[float] | None = None
    kinds: list[str] = []
    sites: list[Site] = []
    title, centred = name, True  # SHELX means LATT 1, a centre of inversion, where there is none
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.split("!")[0].split()
        key, place = (words[0].upper() if words else ""), f"{name}, line {number}"
        if key == "TITL":
            title = " ".join(words[1:]) or name
        elif key == "CELL":
            cell = numbers(words[2:8])
        elif key == "LATT":
            centred = words[1:2] != ["-1"]
        elif key == "SYMM":
            raise CifError(f"{place}: symmetry of a .res file is not read.", _HINT)
        elif key == "SFAC":
            kinds = words[1:]
        elif key in ("END", "HKLF"):
            break
        elif kinds and len(words) >= 5 and count_of(words[1]) is not None:
            sites.append(_site(words, kinds, place))
            if len(sites) > MAX_SITES:
                raise CifError(f"{name} has more than {MAX_SITES} sites.", "Choose a smaller cell.")
    if cell is None or len(cell) != 6:
        raise CifError(f"{name}: there is no CELL with six numbers.", _HINT)
    if centred:
        raise CifError(f"{name}: symmetry of a .res file is not read (LATT is not -1).", _HINT)
    return Crystal(lattice_from_parameters(*cell), tuple(sites), title)


def _site(words: list[str], kinds: list[str], place: str) -> Site:
    kind, position = count_of(words[1]), numbers(words[2:5])
    if kind is None or kind > len(kinds) or not is_element(kinds[kind - 1].capitalize()):
        raise CifError(f"{place}: SFAC names no element {words[1]}.", _HINT)
    if position is None:
        raise CifError(f"{place}: there is no position.", _HINT)
    occupancy = _occupancy(words[5] if len(words) > 5 else "1", place)
    x, y, z = (_fixed(value, place) for value in position)
    return Site(words[0], Species({kinds[kind - 1].capitalize(): occupancy}), (x, y, z))


def _fixed(value: float, place: str) -> float:
    """A value from 5 to 15 is held in the refinement, and 10 more than what is meant."""
    if abs(value) > 15:
        raise CifError(f"{place}: {value:g} stands for a free variable.", _HINT)
    return value - 10 if value > 5 else value + 10 if value < -5 else value


def _occupancy(word: str, place: str) -> float:
    found = numbers([word])
    if found is None:
        raise CifError(f"{place}: the occupancy “{word}” is not a number.", _HINT)
    return _fixed(found[0], place)
