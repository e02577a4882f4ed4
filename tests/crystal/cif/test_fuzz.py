"""Whatever is done to a file, the reader gives a crystal or says what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from crystal_cases import REPEATABLE, cif
from hypothesis import given, settings
from hypothesis import strategies as st

from sc3d_desktop.crystal.cif import parse_cif, read_blocks
from sc3d_desktop.crystal.graph import periodic_graph
from sc3d_desktop.crystal.symmetry import find_symmetry
from sc3d_desktop.errors import CifError

Result = TypeVar("Result")

VALID = [
    cif(
        "La1 La 0 0 0.3606 0.925(3)\nSr1 Sr 0 0 0.3606 0.075\nCu1 Cu2+ 0 0 0 1\nO1 O 0 0.5 0 .",
        (3.7793, 3.7793, 13.226, 90, 90, 90),
        symmetry="_symmetry_space_group_name_H-M 'I 4/m m m'\n_symmetry_Int_Tables_number 139",
    ),
    cif(
        "Mg1 Mg 0 0 0 1\nB1 B 0.3333 0.6667 0.5 1",
        (3.086, 3.086, 3.524, 90, 90, 120),
        symmetry="loop_\n_symmetry_equiv_pos_as_xyz\nx,y,z\n-x,-y,-z\n'-y,x-y,z'",
    )
    + cif(block="second", symmetry="_space_group_name_Hall '-P 6 2'"),
]

PIECES = [
    *("nan", "inf", "-1", "0", "1e308", "1e-308", "9" * 30, "0.5(", "?", ".", "''", "Xx", "D"),
    *("loop_", "data_x", "save_", "stop_", "global_", "_cell_length_a", "_atom_site_fract_x"),
    *("'", '"', "\n;", ";", "#", "\n", "\t", "\r", " ", "\x00", "\x7f", "\ufeff", "é", "𝔘"),
    *("_symmetry_Int_Tables_number 230\n", "x,y,z\n", "x+1/7,y,z\n", "180", "-90", "1000.1"),
]


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A valid file with some places cut, doubled, exchanged or overwritten."""
    text = draw(st.sampled_from(VALID))
    for _ in range(draw(st.integers(1, 5))):
        start = draw(st.integers(0, len(text)))
        stop = min(len(text), start + draw(st.integers(0, 40)))
        middle = draw(
            st.one_of(
                st.sampled_from(PIECES),
                st.text(max_size=5),
                st.just(text[start:stop] * 2),
                st.just(""),
            )
        )
        text = text[:start] + middle + text[stop:]
    return text


@st.composite
def with_other_values(draw: st.DrawFn) -> str:
    """A valid file in which some words are other words: the syntax stays, the sense goes."""
    lines = draw(st.sampled_from(VALID)).splitlines()
    for _ in range(draw(st.integers(1, 4))):
        n = draw(st.integers(0, len(lines) - 1))
        words = lines[n].split() or [""]
        k = draw(st.integers(0, len(words) - 1))
        number = st.floats().map(str)
        words[k] = draw(st.one_of(number, st.sampled_from(PIECES), st.integers().map(str)))
        lines[n] = " ".join(words)
    return "\n".join(lines)


def outcome(read: Callable[[], Result]) -> Result | CifError:
    """What is read, or why not; any other exception fails the test."""
    try:
        return read()
    except CifError as error:
        return error


def assert_read_or_refused(text: str) -> None:
    found = outcome(lambda: parse_cif(text, "fuzzed.cif"))
    if isinstance(found, CifError):
        assert found.message.startswith("fuzzed.cif")
        assert found.hint
        return
    for crystal in found:
        symmetry = find_symmetry(crystal)
        assert sum(o.multiplicity for o in symmetry.orbits) == len(crystal)


@settings(REPEATABLE, max_examples=400)
@given(mutated())
def test_a_damaged_file_never_raises_anything_but_a_cif_error(text):
    assert_read_or_refused(text)


@settings(REPEATABLE, max_examples=400)
@given(with_other_values())
def test_a_file_with_wrong_values_never_raises_anything_but_a_cif_error(text):
    assert_read_or_refused(text)


@settings(REPEATABLE, max_examples=100)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(tmp_path_factory, raw):
    path = tmp_path_factory.getbasetemp() / "bytes.cif"
    path.write_bytes(raw)
    found = outcome(lambda: read_blocks(path))
    assert found
    if isinstance(found, CifError):
        assert found.message.startswith("bytes.cif")


@settings(REPEATABLE, max_examples=30)
@given(st.floats(2, 30), st.floats(1, 179), st.floats(1, 179), st.floats(1, 179))
def test_any_cell_that_is_accepted_has_a_graph(edge, alpha, beta, gamma):
    text = cif(cell=(edge, 4, 4, alpha, beta, gamma))
    found = outcome(lambda: parse_cif(text))
    if isinstance(found, CifError):
        assert "cell" in found.message
    else:
        assert [periodic_graph(crystal).n_sites for crystal in found] == [1]
