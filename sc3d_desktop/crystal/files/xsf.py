"""XSF of XCrySDen: the PRIMVEC and PRIMCOORD of a crystal, in Å."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sc3d_desktop.crystal.crystal import Crystal, Site, Species
from sc3d_desktop.crystal.elements import is_element, symbols
from sc3d_desktop.crystal.files.numbers import checked_cell, count_of, vector
from sc3d_desktop.crystal.findings import Finding, doubtful
from sc3d_desktop.errors import CifError

_HINT = "Check that the file was saved completely."


def parse_xsf(text: str, name: str) -> Crystal:
    """Raises ``CifError`` or ``CrystalError`` naming the line that is wrong."""
    lines = [line.split("#")[0].strip() for line in text.rstrip().split("\n")]
    at, start = _after("PRIMVEC", lines, name), _after("PRIMCOORD", lines, name)
    rows = [vector(line, f"{name}, line {at + i + 1}") for i, line in enumerate(lines[at : at + 3])]
    if len(rows) < 3:
        raise CifError(f"{name}: PRIMVEC has fewer than three lines.", _HINT)
    cell = checked_cell(rows)
    count = count_of(((lines[start : start + 1] or [""])[0].split() or [""])[0])
    atoms = lines[start + 1 : start + 1 + (count or 0)]
    if count is None or len(atoms) < count:
        raise CifError(f"{name}: PRIMCOORD does not list the sites that it counts.", _HINT)
    inverse = np.linalg.inv(cell)
    sites = []
    for number, line in enumerate(atoms, start=1):
        place = f"{name}, line {start + 1 + number}"
        symbol = _symbol((line.split() or [""])[0], place)
        x, y, z = (np.array(vector(" ".join(line.split()[1:4]), place)) @ inverse).tolist()
        sites.append(Site(f"{symbol}{number}", Species({symbol: 1.0}), (x, y, z)))
    return Crystal(cell, tuple(sites), name, tuple(_not_periodic(lines)))


def _not_periodic(lines: list[str]) -> Iterator[Finding]:
    for number, line in enumerate(lines, start=1):
        if line.upper() in ("MOLECULE", "POLYMER", "SLAB"):
            text = f"The file is that of a {line.lower()}; taken as a crystal."
            yield doubtful("not periodic", text, number)


def _after(key: str, lines: list[str], name: str) -> int:
    found = [i for i, line in enumerate(lines) if line.upper().split()[:1] == [key]]
    if len(found) != 1:
        what = "no" if not found else "more than one"
        raise CifError(f"{name} has {what} {key}.", "Choose the XSF of one crystal.")
    return found[0] + 1


def _symbol(word: str, place: str) -> str:
    number = count_of(word)
    symbol = symbols()[number] if number is not None and number < len(symbols()) else word
    if not is_element(symbol):
        raise CifError(f"{place}: “{word[:20]}” is not a chemical element.", "Correct the line.")
    return symbol
