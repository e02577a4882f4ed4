"""Names of crystals and sites as values of a text file."""

from __future__ import annotations


def one_line(text: str) -> str:
    """Without line breaks and control characters, which would end a value in most formats."""
    return " ".join("".join(ch if ch.isprintable() else " " for ch in text).split())
