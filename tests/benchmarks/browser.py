"""How smoothly a million rows scroll, and how soon 200,000 are filtered and sorted.

Run it with a display, or under Xvfb: python tests/benchmarks/browser.py [ROWS]
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

from browser_cases import browser_on, fill_fast
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from sc3d_desktop.data import facets
from sc3d_desktop.data.query import Query, Sort
from sc3d_desktop.panels.dataset_browser import DatasetBrowser
from sc3d_desktop.panels.dataset_browser.table import EntryTable
from sc3d_desktop.state.browser import Browser

ROWS, FILTERED = 1_000_000, 200_000


def milliseconds(times: list[float]) -> str:
    median, p95 = np.percentile(times, (50, 95)) * 1000
    return f"median {median:7.1f} ms   p95 {p95:7.1f} ms   worst {max(times) * 1000:7.1f} ms"


def timed(action: object, repeat: int = 1) -> list[float]:
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        action()  # type: ignore[operator]
        times.append(time.perf_counter() - start)
    return times


def scrolling(table: EntryTable, steps: list[int]) -> list[float]:
    bar, times = table.verticalScrollBar(), []
    for step in steps:
        start = time.perf_counter()
        bar.setValue(bar.value() + step if abs(step) < 1000 else step)
        table.viewport().repaint()
        times.append(time.perf_counter() - start)
        QApplication.processEvents()
    return times


def table_of(browser: Browser) -> EntryTable:
    table = EntryTable(browser)
    table.resize(900, 800)
    table.show()
    QTest.qWaitForWindowExposed(table)
    return table


def show(what: str, times: list[float]) -> None:
    print(f"{what:48} {milliseconds(times)}", flush=True)  # noqa: T201


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    app = QApplication([])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "many.sqlite"
        show(f"write {rows:,} entries", timed(lambda: fill_fast(path, rows)))
        opened: list[Browser] = []
        show("read the columns", timed(lambda: opened.append(browser_on(path))))
        (browser,) = opened
        table = table_of(browser)
        rng = np.random.default_rng(0)
        scrolling(table, [3] * 20)
        show("wheel steps of 3 rows", scrolling(table, [3] * 400))
        show("pages of 35 rows", scrolling(table, [35] * 300))
        jumps = rng.integers(1000, rows, 200).tolist()
        show("jumps to anywhere", scrolling(table, jumps))
        show("select all", timed(table.selectAll, 5))
        browser.select(browser.ids[:0])
        everything = np.arange(rows)
        show("count elements", timed(lambda: facets.element_counts(browser.columns, everything)))
        table.close()
        browser.close()
        filtered(Path(folder))
    del app


def filtered(folder: Path) -> None:
    browser = browser_on(fill_fast(folder / "fewer.sqlite", FILTERED, seed=1))
    table = table_of(browser)
    times = []
    for i in range(40):
        query = Query(must=frozenset({"Fe"}) if i % 2 else frozenset(), tc_kelvin=(5.0 + i, None))
        sort = Sort(("tc_high_kelvin", "formula", "n_sites", "family")[i % 4], bool(i % 3))
        start = time.perf_counter()
        browser.sort_by(sort)
        browser.ask(query)
        table.viewport().repaint()
        times.append(time.perf_counter() - start)
    show(f"filter, sort and paint {FILTERED:,} entries", times)
    table.close()
    panel = DatasetBrowser(browser)
    panel.resize(560, 900)
    panel.show()
    panel.add_plots(dark=False)
    QTest.qWaitForWindowExposed(panel)
    for tab, name in enumerate(("the card", "Tc", "the elements", "the shares")):
        panel.charts.setCurrentIndex(tab)
        show(f"filter in the panel, with {name} below", questions(browser))
    panel.close()
    browser.close()


def questions(browser: Browser) -> list[float]:
    times = []
    for i in range(20):
        start = time.perf_counter()
        browser.ask(Query(tc_kelvin=(5.0 + i, None)))
        QApplication.processEvents()
        times.append(time.perf_counter() - start)
    return times


if __name__ == "__main__":
    main()
