"""POTCAR where the user's folder of potentials is set up in pymatgen, else its recipe."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable, Mapping, Sequence

from sc3d_desktop.dft.options import FElectrons
from sc3d_desktop.dft.vasp.steps import POTENTIALS

_TRIVALENT = ("Ce", "Pr", "Nd", "Pm", "Sm", "Gd", "Tb", "Dy", "Ho", "Er", "Tm", "Lu")
_DIVALENT = ("Eu", "Yb")
_AS_IN_SET = {"Pr", "Nd", "Pm", "Sm", "Tb", "Dy", "Ho", "Er", "Tm", "Yb", "Lu"}


def lanthanide_potentials(elements: Iterable[str], choice: FElectrons) -> dict[str, str]:
    """Element → POTCAR symbol where the choice differs from the set's."""
    if choice is FElectrons.AUTO:
        return {}
    core = {el: f"{el}_3" for el in _TRIVALENT} | {el: f"{el}_2" for el in _DIVALENT}
    found = {}
    for el in elements:
        if el in core:
            found[el] = core[el] if choice is FElectrons.CORE else el
    return found


def f_in_core(elements: Iterable[str], choice: FElectrons) -> frozenset[str]:
    """The elements whose potentials hold the f electrons, and which so carry no moment."""
    present = set(elements) & {*_TRIVALENT, *_DIVALENT}
    if choice is FElectrons.VALENCE:
        return frozenset()
    return frozenset(present if choice is FElectrons.CORE else present & _AS_IN_SET)


def folder_is_set() -> bool:
    """Whether pymatgen knows where the potentials are."""
    from pymatgen.core import SETTINGS

    return bool(os.environ.get("PMG_VASP_PSP_DIR") or SETTINGS.get("PMG_VASP_PSP_DIR"))


def potential_symbols(elements: Iterable[str], choice: FElectrons) -> list[str]:
    """The potential of each element; one that pymatgen's set has none of is passed over."""
    from pymatgen.io.vasp import sets

    asked = list(elements)
    known = {
        **sets.MPScanRelaxSet.CONFIG["POTCAR"],
        "W": "W_sv",  # as the set has it for this release
        **lanthanide_potentials(asked, choice),
    }
    return [str(known[el]) for el in asked if el in known]


def missing_potentials(symbols: Iterable[str]) -> list[str]:
    """Those that the folder lacks, or holds in no form that can be read; none without a folder."""
    return [symbol for symbol in symbols if _text(symbol) is None] if folder_is_set() else []


def folder_has_all(symbols: Sequence[str]) -> bool:
    return folder_is_set() and not missing_potentials(symbols)


def supplies(symbols: Sequence[str]) -> str:
    """Where POTCAR files come from, in words, or what is written in their place."""
    if not folder_is_set():
        return (
            "POTCAR: no folder of potentials is set up (PMG_VASP_PSP_DIR), so POTCAR.spec and the "
            "script make_potcars.sh are written in its place."
        )
    if lacking := missing_potentials(symbols):
        return (
            f"POTCAR: the folder of potentials set up in pymatgen has no {POTENTIALS} potential "
            f"{', '.join(lacking)}. So POTCAR.spec and the script make_potcars.sh are written in "
            "place of every POTCAR: add what is missing and hand off again, or run the script with "
            "a folder that has all of them."
        )
    return "POTCAR files are taken from the folder of potentials set up in pymatgen."


def potcar_files(symbols: Sequence[str]) -> Mapping[str, str]:
    """File name → text: ``POTCAR``, or ``POTCAR.spec`` where no folder is set up or one of them is
    missing there.
    """
    texts = [_text(symbol) for symbol in symbols] if folder_is_set() else [None]
    found = [text for text in texts if text is not None]
    if len(found) < len(texts):
        return {"POTCAR.spec": "\n".join(symbols) + "\n"}
    return {"POTCAR": "".join(found)}


def _text(symbol: str) -> str | None:
    """None where the folder has none that can be read."""
    from pymatgen.io.vasp import PotcarSingle

    with warnings.catch_warnings():
        # pymatgen warns of potentials of other releases than it has hashes of.
        warnings.filterwarnings("ignore", "POTCAR data with symbol")
        try:
            single = PotcarSingle.from_symbol_and_functional(symbol, POTENTIALS)
        except (OSError, ValueError, KeyError):
            return None
    return str(single.data).replace("\r\n", "\n").rstrip("\n") + "\n"


ASSEMBLE = """\
#!/bin/sh
# Write each POTCAR from its POTCAR.spec: sh make_potcars.sh /path/to/potpaw_PBE.54
# The folder holds one folder a potential (Mg_pv/POTCAR, B/POTCAR). Potentials are under VASP's
# licence and are not part of this hand-off.
set -eu
potentials=${1:?give the folder of the PBE.54 potentials}
cd "$(dirname "$0")"
find . -name POTCAR.spec | while read -r recipe; do
    folder=$(dirname "$recipe")
    rm -f "$folder/POTCAR.part"
    while read -r symbol; do
        cat "$potentials/$symbol/POTCAR" >> "$folder/POTCAR.part"
    done < "$recipe"
    mv "$folder/POTCAR.part" "$folder/POTCAR"
done
"""
