"""Chemical formulas of compositions with fractional amounts."""

from __future__ import annotations

import math
from collections.abc import Mapping

from sc3d_desktop.crystal.elements import element

_LARGEST_UNIT = 60


def reduced(composition: Mapping[str, float]) -> dict[str, float]:
    """Amounts a formula unit, from the least to the most electronegative element.

    The unit is the largest number that divides all whole amounts, and what the other elements come
    to together, to the next whole number up or down: Mg0.9Al0.1B2 and Mg0.9B2 are not halved,
    La3.7Sr0.3Cu2O8 and La4Cu2O7.9 are.
    """
    whole = [a for a in composition.values() if _is_whole(a)]
    rest = sum(a for a in composition.values() if not _is_whole(a))
    near = {math.floor(rest + 1e-3), math.ceil(rest - 1e-3)} - {0} or {0}
    divisor = max(_common_divisor([*whole, n]) for n in near)
    ordered = sorted(composition, key=_electronegativity)
    return {el: composition[el] / divisor for el in ordered}


def formula(composition: Mapping[str, float]) -> str:
    """``Mg0.9Al0.1B2``: amounts to four digits, 1 left out."""
    return "".join(el + _amount(n) for el, n in reduced(composition).items())


def formula_html(composition: Mapping[str, float]) -> str:
    """The same with ``<sub>`` around the amounts."""
    parts = ((el, _amount(n)) for el, n in reduced(composition).items())
    return "".join(f"{el}<sub>{n}</sub>" if n else el for el, n in parts)


def _is_whole(amount: float) -> bool:
    return abs(amount - round(amount)) < 1e-3


def _common_divisor(amounts: list[float]) -> int:
    divisor = math.gcd(*(round(a) for a in amounts)) if amounts else 1
    return divisor if 0 < divisor <= _LARGEST_UNIT else 1


def _electronegativity(symbol: str) -> tuple[float, str]:
    return (element(symbol).electronegativity or 9.0, symbol)


def _amount(n: float) -> str:
    if abs(n - 1) < 5e-5:
        return ""
    return f"{n:.4f}".rstrip("0").rstrip(".") if n >= 5e-5 else f"{n:.1g}"
