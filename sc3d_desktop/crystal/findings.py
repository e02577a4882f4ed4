"""What was noticed when a file was read: what was repaired, and what is doubtful."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """A repair loses nothing; a doubt means that the crystal may not be the one that was meant."""

    REPAIRED = "repaired"
    DOUBTFUL = "doubtful"


@dataclass(frozen=True)
class Finding:
    """One thing noticed. ``code`` names it for programs, ``text`` for people; ``line`` is that of
    the file, from 1, or None where there is none to point at.
    """

    kind: Kind
    code: str
    text: str
    line: int | None = None

    def __str__(self) -> str:
        return self.text

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def finding_from_json(data: Any) -> Finding:
    """The finding that ``as_json`` wrote. Raises ``ValueError`` or ``TypeError`` for others."""
    return Finding(Kind(data["kind"]), str(data["code"]), str(data["text"]), data["line"])


def repaired(code: str, text: str, line: int | None = None) -> Finding:
    return Finding(Kind.REPAIRED, code, text, line)


def doubtful(code: str, text: str, line: int | None = None) -> Finding:
    return Finding(Kind.DOUBTFUL, code, text, line)


MOST_OF_A_KIND = 50


def shortened(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Of each code the first fifty, and a last one that counts the others."""
    if len(findings) <= MOST_OF_A_KIND:
        return tuple(findings)
    seen: Counter[str] = Counter()
    kept = []
    for finding in findings:
        seen[finding.code] += 1
        if seen[finding.code] <= MOST_OF_A_KIND:
            kept.append(finding)
    for code, count in seen.items():
        if count > MOST_OF_A_KIND:
            first = next(f for f in kept if f.code == code)
            text = f"The same holds {count - MOST_OF_A_KIND} more times: {first.text}"
            kept.append(Finding(first.kind, code, text, first.line))
    return tuple(kept)
