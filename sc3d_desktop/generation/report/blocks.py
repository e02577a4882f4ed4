"""What a report consists of, and the two ways to write it down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sc3d_desktop.paths import resources
from sc3d_desktop.screening.report.markup import Markup, el

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


@dataclass(frozen=True)
class Table:
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Figure:
    """Only on the page: a text has no place for it."""

    drawing: Markup
    caption: str


@dataclass(frozen=True)
class Section:
    title: str
    parts: Sequence[str | Table | Figure] = field(default_factory=tuple)


def markdown(title: str, sections: Sequence[Section]) -> str:
    lines = [f"# {title}"]
    for section in sections:
        lines += ["", f"## {section.title}"]
        for part in section.parts:
            lines += ["", *_lines(part)] if not isinstance(part, Figure) else []
    return "\n".join(lines) + "\n"


def html(title: str, sections: Sequence[Section]) -> str:
    """One page that needs nothing besides itself: no scripts, no fonts, no addresses."""
    style = (resources() / "science" / "report.css").read_text(encoding="utf-8")
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("title", title),
        el("style", Markup(style)),
    )
    body = el("main", el("h1", title), *(_section(s) for s in sections))
    return f"<!DOCTYPE html>\n{el('html', head, el('body', body), lang='en')}\n"


def _lines(part: str | Table) -> list[str]:
    if isinstance(part, str):
        return [part]
    rule = ["---"] * len(part.headings)
    return [_cells(row) for row in (part.headings, rule, *part.rows)]


def _cells(row: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '/') for cell in row)} |"


def _section(section: Section) -> Markup:
    drawn = [p for p in section.parts if isinstance(p, Figure)]
    said = [_part(p) for p in section.parts if not isinstance(p, Figure)]
    figures = [el("figure", figure.drawing, el("figcaption", figure.caption)) for figure in drawn]
    beside = [el("div", *figures, class_="figures")] if figures else []
    return el("section", el("h2", section.title), *said, *beside)


def _part(part: str | Table) -> Markup:
    if isinstance(part, str):
        return el("p", part)
    head = el("thead", el("tr", *(el("th", h, scope="col") for h in part.headings)))
    rows = (el("tr", *(el("td", cell) for cell in row)) for row in part.rows)
    return el("div", el("table", head, el("tbody", *rows)), class_="wide")
