"""A screening's view of an OPTIMADE database: the reference server gives back what it was given."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from crystal_cases import assert_same_crystal, simple_crystal
from optimade_server import Answer, link, moody_server, page, reference_server, structure

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.errors import Sc3dError, ScreeningError
from sc3d_desktop.screening.filters import Filters
from sc3d_desktop.screening.prepare import prepare
from sc3d_desktop.screening.sources import Files, Piece, Sources, sources_from_json
from sc3d_desktop.screening.sources.optimade import (
    Asked,
    Database,
    Manners,
    Optimade,
    databases,
    providers,
)

ROOT = Path(__file__).resolve().parents[3]
QUICK = Manners(between=0.0, waits=(0.01,), silence=10.0)
HAND_WRITTEN = {
    "MgB2": simple_crystal({"Mg": 1.0}, {"B": 1.0}, {"B": 1.0}),
    "LSCO": simple_crystal({"La": 0.925, "Sr": 0.075}, {"Cu": 1.0}, {"O": 0.98}),
    "Nb": simple_crystal({"Nb": 1.0}),
    "PdH": simple_crystal({"Pd": 1.0}, {"H": 0.5, "D": 0.25}),
}
SEVERAL = {
    f"made-{i:03}": simple_crystal({"Fe": 1.0}, {"Se": 0.1 + i / 500, "Te": 0.4})
    for i in range(230)
}


def real_crystals(most: int) -> dict[str, Crystal]:
    data = Path(os.environ.get("SC3D_DATA", ROOT.parent / "shared" / "data"))
    archive = data / "3dsc_mp" / "3dsc_mp_cifs.zip"
    if not archive.is_file():
        pytest.skip(f"the data folder is not there ({data.name}); set SC3D_DATA to it")
    pieces = itertools.islice(Files([archive]).pieces(), 0, most * 20, 20)
    lines = prepare(list(enumerate(pieces)), Filters(radioactive=True))
    return {f"3dsc-{x.piece:04}": x.crystal for x in lines if x.crystal is not None}


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    entries = [structure(crystal, name) for name, crystal in (HAND_WRITTEN | SEVERAL).items()]
    links = [
        link("one", "https://one.example/optimade"),
        link("two", "https://two.example"),
        link("none", None),
        link("test", "https://test.example", aggregate="test"),
        link("root", "https://root.example", "root"),
        link("far", "https://far.example", "external"),
        link("exmpl", "https://exmpl.example", "external"),
    ]
    with reference_server(tmp_path_factory.mktemp("server"), [*entries, *links]) as url:
        yield url


def crystals(pieces: Iterator[Piece]) -> dict[str, Crystal]:
    found = {}
    for piece in pieces:
        assert isinstance(piece.content, Crystal), piece.error
        found[piece.member] = piece.content
    return found


def named(url: str, asked: Asked) -> set[str]:
    return {piece.member for piece in Optimade(url, asked, manners=QUICK).pieces()}


def test_every_structure_comes_back_as_the_crystal_it_was(url: str) -> None:
    source = Optimade(url, provider="made", manners=QUICK)
    found = crystals(source.pieces())
    given = HAND_WRITTEN | SEVERAL
    assert list(found) == sorted(given)
    for name, crystal in given.items():
        assert_same_crystal(crystal, found[name])
    assert source.count() == len(given)


def test_real_structures_come_back_as_the_crystals_they_were(tmp_path: Path) -> None:
    given = real_crystals(most=200)
    assert len(given) == 200
    assert sum(not crystal.is_ordered for crystal in given.values()) > 50
    with reference_server(tmp_path, [structure(c, name) for name, c in given.items()]) as url:
        found = crystals(Optimade(url, manners=QUICK).pieces())
    assert list(found) == sorted(given)
    for name, crystal in given.items():
        assert_same_crystal(crystal, found[name])


@pytest.mark.parametrize("start", [1, 100, 137, 233, 234, 500])
def test_going_on_gives_what_is_left(url: str, start: int) -> None:
    source = Optimade(url, manners=QUICK)
    every = [piece.identifier for piece in source.pieces()]
    assert [piece.identifier for piece in source.pieces(start)] == every[start:]


def test_a_piece_says_where_it_is_from(url: str) -> None:
    source = Optimade(url + "/v1/", Asked(all_of=("Nb",)), "made", QUICK)
    (piece,) = source.pieces()
    assert (piece.identifier, piece.member) == ("made Nb", "Nb")
    assert piece.path == f"{url}/v1/structures/Nb"
    (line,) = prepare([(0, piece)], Filters())
    assert (line.identifier, line.formula, line.status) == ("made Nb", "Nb", "ready")
    (host,) = Optimade(url, Asked(all_of=("Nb",)), manners=QUICK).pieces()
    assert host.identifier == "127.0.0.1 Nb"


def test_a_source_comes_back_from_its_description(url: str) -> None:
    asked = Asked(("La",), ("Cu", "Fe"), ("Nb",), (1, 9), "nelements>=2")
    source = Optimade(url, asked, "made")
    (described,) = Sources([source]).as_json()
    back = sources_from_json([described])
    assert back.as_json() == (described,)
    assert [piece.identifier for piece in back.pieces()] == ["made LSCO"]


def test_conditions_choose_the_structures_that_meet_them(url: str) -> None:
    def elements(name: str) -> set[str]:
        found = set((HAND_WRITTEN | SEVERAL)[name].composition)
        return {"H" if el == "D" else el for el in found}

    every = set(HAND_WRITTEN | SEVERAL)
    assert named(url, Asked()) == every
    for symbols in (("La", "O"), ("B",), ("Nb", "H"), ("Fe", "Se")):
        wanted = set(symbols)
        assert named(url, Asked(all_of=symbols)) == {n for n in every if wanted <= elements(n)}
        assert named(url, Asked(any_of=symbols)) == {n for n in every if wanted & elements(n)}
        assert named(url, Asked(none_of=symbols)) == {n for n in every if not wanted & elements(n)}
    assert named(url, Asked(n_sites=(3, None))) == {"MgB2", "LSCO"}
    assert named(url, Asked(n_sites=(None, 1))) == {"Nb"}
    assert named(url, Asked(n_sites=(1, 1), none_of=("Nb",))) == set()
    either = Asked(none_of=("B",), filter='nsites=1 OR elements HAS "Mg" OR elements HAS "La"')
    assert named(url, either) == {"Nb", "LSCO"}


def test_two_sources_go_on_as_one(url: str) -> None:
    first = Optimade(url, Asked(all_of=("Fe",)), "a", QUICK)
    second = Optimade(url, Asked(none_of=("Fe",)), "b", QUICK)
    both = Sources([first, second])
    every = [piece.identifier for piece in both.pieces()]
    assert len(every) == both.count() == 234
    for start in (0, 150, 230, 232, 234):
        assert [piece.identifier for piece in both.pieces(start)] == every[start:]


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Asked(all_of=("Xx",)), "“Xx” is no element"),
        (lambda: Asked(any_of=('La" OR "',)), "is no element"),
        (lambda: Asked(none_of=("D",)), "“D” is no element"),
        (lambda: Asked(n_sites=(5, 3)), "between 5 and 3"),
        (lambda: Asked(n_sites=(-1, None)), "between -1 and None"),
        (lambda: Asked(n_sites=(None, 0)), "between None and 0"),
        (lambda: Asked(filter="elements HAS"), "no OPTIMADE filter"),
        (lambda: Asked(filter="(" * 500), "no OPTIMADE filter"),
        (lambda: Asked(filter="(" * 10_000), "10,000 characters"),
        (lambda: Asked(filter="nsites=1) OR (nsites=2"), "no OPTIMADE filter"),
    ],
)
def test_a_condition_without_meaning_is_refused(make, said) -> None:
    with pytest.raises(ScreeningError, match=said):
        make()


@pytest.mark.parametrize(
    "url",
    ["", "x", "example.org", "ftp://example.org", "file:///etc/passwd", "https://", "http://[::1",
     "https://example.org:99999", "https://a.example?x=1", "https://a.example/#x",
     "https://user:secret@a.example", "https://a.example/\n/x"],
)  # fmt: skip
def test_what_is_no_address_of_a_database_is_refused(url: str) -> None:
    with pytest.raises(ScreeningError, match="address"):
        Optimade(url)


@pytest.mark.parametrize("ending", ["", "/", "/v1", "/v1/", "/v1.2", "/v1.2.0/structures", "//"])
def test_an_address_may_be_copied_with_its_version(ending: str) -> None:
    described = Optimade(f"https://example.org/optimade{ending}").as_json()
    assert described["url"] == "https://example.org/optimade"
    assert described["provider"] == "example.org"


def test_an_unknown_property_in_the_filter_is_said(url: str) -> None:
    with pytest.raises(ScreeningError, match="answered 400: 'colour' is not a known"):
        list(Optimade(url, Asked(filter='colour="red"'), manners=QUICK).pieces())


def test_an_address_without_a_database_is_said(url: str) -> None:
    with pytest.raises(ScreeningError, match="answered 404"):
        list(Optimade(f"{url}/nothing/here", manners=QUICK).pieces())


def test_nothing_heavy_is_imported_before_a_database_is_asked() -> None:
    code = """
import sys
from sc3d_desktop.screening.sources.optimade import Asked, Optimade
Optimade("https://example.org", Asked(("La",), n_sites=(1, 9))).as_json()
print(sorted({"httpx2", "optimade", "pydantic", "lark", "requests"} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# Which databases there are


def test_a_list_with_slips_that_do_not_matter_is_understood() -> None:
    slips = [
        link("cod", "https://cod.example") | {"type": "link"},
        link("new", "https://new.example", aggregate="of the future"),
        link("terse", {"href": "https://terse.example"}, description=None, homepage=7),
    ]
    with moody_server(lambda *_: page(slips)) as server:
        found = databases(Database("made", "Made", "", server.url), QUICK)
    assert [(d.id, d.url, d.description) for d in found] == [
        ("cod", "https://cod.example", "made for a test"),
        ("terse", "https://terse.example", ""),
    ]


def test_a_provider_lists_the_databases_it_offers_to_all(url: str) -> None:
    found = databases(Database("made", "Made", "", url), QUICK)
    assert [(d.id, d.name, d.url) for d in found] == [
        ("one", "The one", "https://one.example/optimade"),
        ("two", "The two", "https://two.example/"),
    ]


def test_providers_are_those_with_an_address(url: str) -> None:
    assert [p.url for p in providers((f"{url}/v1/links",), QUICK)] == ["https://far.example/"]


def test_from_a_provider_of_the_list_to_its_structures(url: str) -> None:
    def mood(path: str, parameters: dict[str, str], before: int) -> Answer:
        return page([link("made", f"{server.url}/index", "external")] if "index" not in path
                    else [link("db", {"href": url})])  # fmt: skip

    with moody_server(mood) as server:
        (provider,) = providers((f"{server.url}/v1/links",), QUICK)
        (database,) = databases(provider, QUICK)
    assert Optimade(database.url, provider=provider.id, manners=QUICK).count() == 234


def test_the_real_list_of_providers_is_understood() -> None:
    """As the consortium had it when the optimade package was made."""
    listed = (files("optimade") / "server" / "data" / "providers.json").read_bytes()
    with moody_server(lambda *_: Answer(listed)) as server:
        found = {p.id: p.url for p in providers((f"{server.url}/v1/links",), QUICK)}
    serving = {e["id"] for e in json.loads(listed)["data"] if e["attributes"]["base_url"]}
    assert set(found) == serving - {"exmpl"}
    assert {"mp", "cod", "oqmd", "alexandria"} <= set(found)


def test_the_second_list_of_providers_serves_where_the_first_does_not(url: str) -> None:
    with moody_server(lambda *_: Answer(status=500)) as down:
        lists = (f"{down.url}/v1/links", f"{url}/v1/links")
        assert [p.id for p in providers(lists, QUICK)] == ["far"]
        with pytest.raises(ScreeningError, match="500"):
            providers((lists[0], lists[0]), QUICK)


@pytest.mark.parametrize(
    "entry",
    [None, 7, {}, {"id": "x"}, link("x", None, description=7), link("x", 7)],
)
def test_a_list_with_something_else_in_it_is_said(entry: object) -> None:
    with moody_server(lambda *_: page([entry])) as server, pytest.raises(Sc3dError, match="lists"):
        providers((f"{server.url}/v1/links",), QUICK)
