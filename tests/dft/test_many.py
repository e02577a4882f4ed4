"""Many crystals at once: one archive, one index, exact books or a clear refusal for each."""

from __future__ import annotations

import csv
import io
import json
import random
import zipfile
from html.parser import HTMLParser

import pytest
from hand_off_cases import cubic, example, finished, known, shared

from sc3d_desktop.crystal.cif import read_cif
from sc3d_desktop.crystal.files import Read, read_all
from sc3d_desktop.dft import Options, Qe, Vasp, hand_off_many
from sc3d_desktop.dft.approximants import approximants, plan
from sc3d_desktop.errors import HandOffError

BROKEN = cubic(({"O": 0.8}, (0, 0, 0)), ({"O": 0.7}, (0, 0, 0.1)))


@pytest.mark.parametrize("code", [Vasp(), Qe()])
def test_each_crystal_has_a_folder_in_the_archive_and_lines_in_the_index(code, tmp_path):
    out = tmp_path / "all.zip"
    crystals = [example("MgB2"), known("Ba0.6K0.4Fe2As2"), BROKEN]
    rows = finished(hand_off_many(crystals, out, code, Options(count=1)))
    with zipfile.ZipFile(out) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        table = list(csv.DictReader(io.StringIO(archive.read("index.csv").decode())))
        page = archive.read("index.html").decode()
    assert [row["folder"] for row in table] == [row.folder for row in rows]
    assert [row["magnetic"] for row in table] == ["nonmagnetic", "stripe-afm", "nonmagnetic", ""]
    for row in table[:3]:
        assert any(name.startswith(f"{row['folder']}/1-relax/") for name in names)
        assert row["target"] == row["achieved"]
    assert "apart" in table[3]["refused"]
    assert not any(name.startswith(table[3]["folder"]) for name in names)
    assert links(page) == [f"{row['folder']}/" for row in table[:3]]


def links(page: str) -> list[str]:
    found = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag, attrs):
            if tag == "a":
                found.append(dict(attrs)["href"])

    Reader().feed(page)
    return found


def test_a_name_in_the_index_page_is_text_and_no_markup(tmp_path):
    from dataclasses import replace

    out = tmp_path / "all.zip"
    nasty = replace(example("MgB2"), name="<script>alert(1)</script>")
    finished(hand_off_many([nasty], out, Vasp()))
    with zipfile.ZipFile(out) as archive:
        assert "<script>" not in archive.read("index.html").decode()


def test_a_file_in_the_way_and_a_name_that_is_no_archive_are_refused(tmp_path):
    (tmp_path / "all.zip").write_text("mine")
    for out in (tmp_path / "all.zip", tmp_path / "all.tar", tmp_path / "all.zip" / "x.zip"):
        with pytest.raises(HandOffError):
            finished(hand_off_many([example("MgB2")], out, Vasp()))
    assert (tmp_path / "all.zip").read_text() == "mine"
    assert [p.name for p in tmp_path.iterdir()] == ["all.zip"]


def test_a_cancelled_archive_leaves_nothing(tmp_path):
    steps = hand_off_many([example("MgB2")] * 3, tmp_path / "all.zip", Vasp())
    for _ in range(4):
        next(steps)
    steps.close()
    assert list(tmp_path.iterdir()) == []


def test_the_paper_s_mercury_cuprate_with_4_27_oxygen_is_handed_off(tmp_path):
    (crystal,) = read_cif(shared("paper_tables/figure_5_85394_Ba2Cu1Hg1O4.27.cif"))
    out = tmp_path / "all.zip"
    rows = finished(hand_off_many([crystal], out, Vasp(), Options(count=2)))
    assert [row.refused for row in rows] == [""] * len(rows)
    with zipfile.ZipFile(out) as archive:
        record = json.loads(archive.read(next(n for n in archive.namelist() if "record" in n)))
    (oxygen,) = [r for r in record["sites"] if r["species"] == "O"]
    assert oxygen["target"] == pytest.approx(crystal.composition["O"] - 4, abs=1e-6)
    assert oxygen["achieved"] == pytest.approx(oxygen["target"], abs=0.005)
    assert record["achieved"]["O"] / record["achieved"]["Hg"] == pytest.approx(4.27, abs=0.005)


N_RANDOM = 100


def test_a_hundred_disordered_crystals_keep_their_books_or_are_refused_in_words():
    outcomes = read_all([shared("supercon3d/supercon3d.zip")])
    disordered = [o.crystal for o in outcomes if isinstance(o, Read) and not o.crystal.is_ordered]
    drawn = random.Random(0).sample(disordered, N_RANDOM)
    done, refused = 0, []
    for crystal in drawn:
        try:
            planned = plan(crystal, max_sites=120)
            made = finished(approximants(planned, 1, time_limit_seconds=3))
        except HandOffError as error:
            refused.append(error)
            continue
        done += 1
        (item,) = made.items
        whole = sum(crystal.composition.values())
        atoms = item.crystal.composition
        assert set(atoms) == set(crystal.composition)
        share = planned.chosen.size * sum(planned.target.values())
        for el, n in crystal.composition.items():
            wanted = n / whole * share
            spots = sum(
                len(s.spots) * planned.chosen.size
                for s in planned.model.sublattices
                if any(k.element == el for k in s.kinds)
            )
            assert abs(atoms[el] - wanted) <= planned.tolerance * spots + 1e-3 * wanted
    assert done >= 60
    assert done + len(refused) == N_RANDOM
    assert all(len(error.message) > 40 and error.hint for error in refused)
