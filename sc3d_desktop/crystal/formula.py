"""Chemical formulas of compositions with fractional amounts."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from sc3d_desktop.crystal.elements import element, is_element

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


_TOKEN = re.compile(r"([A-Z][a-z]?)|[(\[{)\]}]|\d+\.?\d*|\.\d+")
_CLOSING = {"(": ")", "[": "]", "{": "}"}
_DEEPEST = 20


def parse_formula(text: str) -> dict[str, float] | None:
    """Element → amount of ``La1.85Sr0.15CuO4`` or ``Ba(Fe0.9Co0.1)2As2``; None where it is none."""
    try:
        tokens = _tokens("".join(text.split()))
        amounts = _group(tokens, closing="", depth=0)
    except ValueError:
        return None
    found = {el: amount for el, amount in amounts.items() if amount > 0}
    return found if 0 < sum(found.values()) < math.inf else None


def _tokens(text: str) -> list[str]:
    """Elements, brackets and amounts, the last one first, so that they can be popped."""
    tokens, at = [], 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or (match[1] and not is_element(match[1])):
            raise ValueError(f"“{text[at:]}” is not part of a formula")
        tokens.append(match[0])
        at = match.end()
    return tokens[::-1]


def _group(tokens: list[str], closing: str, depth: int) -> dict[str, float]:
    """What stands before ``closing``, or before the end where that is empty."""
    amounts: dict[str, float] = {}
    while tokens and tokens[-1] != closing:
        token = tokens.pop()
        if token in _CLOSING and depth < _DEEPEST:
            part = _group(tokens, _CLOSING[token], depth + 1)
        elif token.isalpha():
            part = {token: 1.0}
        else:
            raise ValueError(f"“{token}” is out of place")
        times = float(tokens.pop()) if tokens and tokens[-1][0] in "0123456789." else 1.0
        for el, amount in part.items():
            amounts[el] = amounts.get(el, 0.0) + amount * times
    if closing:
        if not tokens:
            raise ValueError("a bracket is not closed")
        tokens.pop()
    return amounts
