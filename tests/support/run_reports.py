"""Reports made and read again."""

from __future__ import annotations

import csv
import io
from html.parser import HTMLParser
from pathlib import Path

from line_cases import AnyModel

from sc3d_desktop.screening.report import Request, write_report

HOSTILE = '"><img src=x onerror="document.title=1"><script>document.title="owned"</script>\u202e'
FORMULA_OF_A_SHEET = '=HYPERLINK("http://x")'


def report(request: Request) -> Path:
    steps = write_report(request, AnyModel())
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            out: Path = stop.value
            return out


def table_of(path: Path) -> list[dict[str, str]]:
    text = path.read_text(encoding="utf-8").removeprefix("\ufeff")
    return list(csv.DictReader(io.StringIO(text, newline="")))


class Document(HTMLParser):
    """Elements by name with their attributes; fails on markup that is not properly nested."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self._open: list[str] = []
        self.feed(markup)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in ("meta", "br"):
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def count(self, tag: str) -> int:
        return sum(name == tag for name, _ in self.elements)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())


def page_of(request: Request) -> Document:
    return Document(report(request).read_text(encoding="utf-8"))
