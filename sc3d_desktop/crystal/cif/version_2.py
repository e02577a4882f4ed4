"""CIF 2.0 as CIF 1.1, for a parser that knows that only: what the crystal does not need may go.

Every line keeps its number.
"""

from __future__ import annotations

import re

_HEAD = re.compile(r"\ufeff?#\\#CIF_2\.0")
_TOKEN = re.compile(
    r"""(?P<comment>\#[^\n]*)
      | (?P<field>(?:(?<=\n)|\A);(?:(?!\n;).)*(?:\n;|\Z))
      | (?P<long>'''.*?'''|\"\"\".*?\"\"\")
      | (?P<quoted>'[^'\n]*'|"[^"\n]*")
      | (?P<open>[\[{])
      | (?P<close>[\]}])
      | (?P<name>_\S+)
      | (?P<word>[^\s\[\]{}'"]+)
      | (?P<space>\s+)
      | (?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)


def is_version_2(text: str) -> bool:
    return _HEAD.match(text) is not None


def as_version_1(text: str) -> str:
    """Texts in three quotes lose their line ends, lists and tables become an unknown value."""
    out: list[str] = []
    depth = 0
    for match in _TOKEN.finditer(text):
        kind, token = match.lastgroup, match[0]
        if kind == "open":
            out += ["?"] if depth == 0 else []
            depth += 1
        elif kind == "close" and depth:
            depth -= 1
        elif depth:
            out.append("\n" * token.count("\n"))
        else:
            out.append(_one_line(token) if kind == "long" else token)
    return "".join(out)


def _one_line(token: str) -> str:
    """The same in one pair of quotes, and the line ends behind it."""
    inner = " ".join(token[3:-3].split())
    return f"'{inner.replace(chr(39), chr(0x2019))}'" + "\n" * token.count("\n")
