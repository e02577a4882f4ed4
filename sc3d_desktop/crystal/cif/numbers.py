"""Numbers as CIF writes them: uncertainty in brackets, sometimes quotes, thirds as 1/3."""

from __future__ import annotations

import math
import re

_NUMBER = re.compile(
    r"([+-]?(?:\d+(?:\.(\d*))?|\.(\d+)))([eE][+-]?\d{1,4})?(?:\([\d.]*\))?", re.ASCII
)
_FRACTION = re.compile(r"([+-]?\d{1,2})/(\d{1,2})", re.ASCII)
MANY_DIGITS = 12


def number_and_digits(text: str) -> tuple[float, int]:
    """The number and how many digits it has behind the point; NaN if it is none.

    One with an exponent or written as a fraction is exact.
    """
    match = _NUMBER.fullmatch(text)
    if match is None:
        bare = _bare(text)
        if bare != text:
            return number_and_digits(bare)
        return _fraction(text), MANY_DIGITS
    mantissa, digits, alone, exponent = match.groups()
    if exponent:
        return float(mantissa + exponent), MANY_DIGITS
    return float(mantissa), len(digits or alone or "")


def number_of(text: str) -> float:
    """The number; NaN if it is none, or a fraction, which stands for a position only."""
    return math.nan if is_fraction(text) else number_and_digits(text)[0]


def is_fraction(text: str) -> bool:
    return _FRACTION.fullmatch(_bare(text)) is not None


def _fraction(text: str) -> float:
    match = _FRACTION.fullmatch(text)
    if match is None or not int(match[2]):
        return math.nan
    return int(match[1]) / int(match[2])


def _bare(text: str) -> str:
    stripped = text.strip()
    if len(stripped) >= 2 and stripped[0] == stripped[-1] and stripped[0] in "'\"":
        return stripped[1:-1].strip()
    in_field = stripped.startswith(";") and stripped.endswith("\n;")
    return stripped[1:-1].strip() if in_field else stripped
