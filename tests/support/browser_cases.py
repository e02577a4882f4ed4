"""Small and large catalogues to browse, made by script."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from sc3d_desktop.crystal import Crystal, Site, Species, lattice_from_parameters
from sc3d_desktop.data.catalogue import Catalogue
from sc3d_desktop.data.entry import FAMILIES, Collection, Draft, Measurement
from sc3d_desktop.data.importers.source import Item
from sc3d_desktop.data.write import import_entries
from sc3d_desktop.state.browser import Browser

COLLECTION = Collection("made", "Made for tests", "CC0", "written by hand")


class Drafts:
    """A source of drafts that are there already."""

    collection = COLLECTION

    def __init__(self, drafts: Iterable[Draft]) -> None:
        self.drafts = list(drafts)

    def count(self) -> int:
        return len(self.drafts)

    def items(self) -> Iterator[Item]:
        for i, draft in enumerate(self.drafts):
            yield Item(f"d{i:03d}", str(i), lambda draft=draft: draft)


Atom = tuple[dict[str, float], tuple[float, float, float]]


def tetragonal(name: str, a: float, c: float, atoms: list[Atom]) -> Crystal:
    sites = tuple(
        Site(f"{next(iter(s))}{i}", Species(s), frac) for i, (s, frac) in enumerate(atoms, start=1)
    )
    return Crystal(lattice_from_parameters(a, a, c, 90, 90, 90), sites, name)


def fe_se(tellurium: float = 0.5) -> Crystal:
    anion = {el: w for el, w in (("Se", 1 - tellurium), ("Te", tellurium)) if w}
    atoms = [
        ({"Fe": 1.0}, (0.75, 0.25, 0.0)), ({"Fe": 1.0}, (0.25, 0.75, 0.0)),
        (anion, (0.25, 0.25, 0.27)), (anion, (0.75, 0.75, 0.73)),
    ]  # fmt: skip
    return tetragonal("FeSeTe", 3.79, 5.95, atoms)


def some_drafts() -> list[Draft]:
    """Twelve materials of several families, with and without structures and reports."""

    def report(tc: float | None, **more: object) -> Measurement:
        return Measurement(tc, **more)  # type: ignore[arg-type]

    nb = tetragonal("Nb", 3.3, 3.3, [({"Nb": 1.0}, (0, 0, 0)), ({"Nb": 1.0}, (0.5, 0.5, 0.5))])
    medvedev = {"reference": "Medvedev 2009", "doi": "10.1038/nmat2491"}
    matthias = {"reference": "Matthias 1963", "doi": "10.1103/RevModPhys.35.1"}
    warm_hydride = (report(250.0, pressure_gpa=170.0), report(274.0, calculated=True))
    fe_te = (report(None, down_to_kelvin=2.0),)
    return [
        Draft("FeSe0.5Te0.5", fe_se(0.5), (report(14.5),), "iron_based", "11 phase"),
        Draft(
            "FeSe", fe_se(0.0), (report(8.5), report(36.7, pressure_gpa=8.9, **medvedev)),
            "iron_based",
        ),
        Draft("FeTe", fe_se(1.0), fe_te, "iron_based"),
        Draft("Nb", nb, (report(9.25, **matthias),), "others"),
        Draft("MgB2", None, (report(39.0), report(38.2), report(31.0)), "others"),
        Draft("YBa2Cu3O7", None, (report(92.0),), "cuprate", "YBCO"),
        Draft("La1.85Sr0.15CuO4", None, (report(37.0),), "cuprate", "LSCO"),
        Draft("CeCoIn5", None, (report(2.3),), "heavy_fermion"),
        Draft("LaH10", None, warm_hydride, "h_rich"),
        Draft("Cu", None, (report(None, down_to_kelvin=0.01),), ""),
        Draft("Ba0.6K0.4Fe2As2", None, (report(38.0),), "iron_based"),
        Draft("Pb", None, (report(7.2),), "others", notes=("A remark.",)),
    ]  # fmt: skip


def fill(path: Path, drafts: Iterable[Draft] | None = None) -> Path:
    """A catalogue file with these entries."""
    with Catalogue.open(path) as catalogue:
        for _ in import_entries(catalogue, Drafts(some_drafts() if drafts is None else drafts)):
            pass
    return path


def browser_on(path: Path) -> Browser:
    """A browser that has read its columns; close it."""
    browser = Browser(path)
    browser.open()
    reload(browser)
    return browser


def reload(browser: Browser) -> None:
    with Catalogue.open(browser.path) as catalogue:
        browser.set_columns(catalogue.columns(browser.model))


def fill_fast(path: Path, n: int, seed: int = 0) -> Path:
    """A catalogue of ``n`` made-up entries, written straight into its tables: no structures."""
    rng = np.random.default_rng(seed)
    elements = ("Fe", "Se", "Cu", "O", "Ba", "La", "Nb", "Sn", "H", "B", "Mg", "As")
    kinds = ("O", "SD", "PD", "SPD", "")
    with Catalogue.open(path) as catalogue, catalogue.transaction() as db:
        db.execute("INSERT INTO collection VALUES (1, 'made', 'Made', 'CC0', '')")
        db.executemany(
            f"INSERT INTO entry VALUES ({', '.join('?' * 23)})",
            (_line(i, rng, elements, kinds) for i in range(1, n + 1)),
        )
    return path


def _line(
    i: int, rng: np.random.Generator, elements: tuple[str, ...], kinds: tuple[str, ...]
) -> tuple[object, ...]:
    from sc3d_desktop.data.elements import bits_of

    a, b = rng.choice(len(elements), 2, replace=False)
    x = round(float(rng.uniform(0.01, 0.99)), 2)
    low, high = bits_of({elements[a], elements[b]})
    tc = float(rng.lognormal(2.0, 1.2))
    return (
        i, 1, f"k{i}", "", f"{elements[a]}{x}{elements[b]}2", "", f"{elements[a]}-{elements[b]}",
        low, high, i, FAMILIES[i % 5], kinds[i % 5], int(rng.integers(1, 80)), "P6_3/mmc",
        int(rng.integers(1, 231)), tc, tc * (1 + (i % 3) / 10), 1 + i % 3, None, 0, i % 7 == 0,
        "[]", None,
    )  # fmt: skip
