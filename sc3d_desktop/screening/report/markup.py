"""Markup of which every text is escaped: only what is made here is taken for markup."""

from __future__ import annotations

import re
from html import escape

_VOID = ("br", "meta")
_NUMBER = re.compile(r"(\d+\.?\d*)")


class Markup(str):
    """Text that is markup already."""

    __slots__ = ()


def text(content: object) -> Markup:
    """Escaped; control and direction characters are shown as replaced."""
    if isinstance(content, Markup):
        return content
    shown = "".join(c if c.isprintable() else "�" for c in str(content))
    return Markup(escape(shown))


def join(*parts: object) -> Markup:
    return Markup("".join(text(part) for part in parts))


def el(name: str, /, *children: object, **attributes: object) -> Markup:
    """An element; ``class_`` stands for class and other underscores for hyphens."""
    said = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{text(value)}"' for key, value in attributes.items()
    )
    return Markup(
        f"<{name}{said}>" if name in _VOID else f"<{name}{said}>{join(*children)}</{name}>"
    )


def formula(plain: str) -> Markup:
    """With its numbers below the line."""
    return join(*(el("sub", p) if i % 2 else p for i, p in enumerate(_NUMBER.split(plain))))
