"""``sc3d record`` and ``sc3d project``: from a file to a record, and on to another machine."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Command = Callable[..., Any]


def test_a_record_stands_beside_the_prediction_made_before_it(
    sc3d: Command, example: Callable[[str], Path], tmp_path: Path
) -> None:
    file = example("MgB2")
    done = sc3d(
        "record", "add", file, "--tc", "38.5", "--zero", "37", "--date", "2026-03-04",
        "--note", "Meißner", "--attach", tmp_path / "gone.dat", "--json",
    )  # fmt: skip
    assert done.status == 0, done.err
    record = json.loads(done.out.splitlines()[0])
    assert (record["formula"], record["tc_kelvin"], record["tc_zero_kelvin"]) == ("MgB2", 38.5, 37)
    assert record["before"]["tc_low_kelvin"] < record["before"]["tc_kelvin"]
    assert record["origin"]["file"] == str(file)
    assert record["attachments_missing"] == [str(tmp_path / "gone.dat")]
    listed = sc3d("record", "list")
    assert "MgB2" in listed.out
    assert "too few to say" in listed.out
    table = tmp_path / "mine.csv"
    assert sc3d("record", "list", "--out", table).status == 0
    assert "38.5" in table.read_text("utf-8-sig")
    assert sc3d("record", "delete", str(record["id"])).status == 0
    assert sc3d("record", "list", "--json").out == ""


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "There is no result"),
        (("--tc", "-3"), "above 0 K"),
        (("--tc", "400"), "above room temperature"),
        (("--tc", "39", "--not-below", "2"), "contradict"),
        (("--tc", "39", "--date", "tomorrow"), "no date"),
        (("--tc", "39", "--date", "2999-01-01"), "has not come yet"),
    ],
)
def test_what_cannot_be_is_refused(sc3d: Command, options: tuple[str, ...], said: str) -> None:
    done = sc3d("record", "add", "Nb3Sn", *options)
    assert done.status == 1
    assert said in done.err
    assert sc3d("record", "list", "--json").out == ""


def test_somebody_who_is_sure_may_record_more_than_room_temperature(sc3d: Command) -> None:
    assert sc3d("record", "add", "LaH10", "--tc", "400", "--sure").status == 0
    assert "no file" in sc3d("record", "add", "missing.cif", "--tc", "4").err


def test_a_project_goes_to_another_machine(
    sc3d: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sc3d("record", "add", "Nb3Sn", "--onset", "18.2", "--not-below", "2").status == 1
    assert sc3d("record", "add", "Nb3Sn", "--onset", "18.2").status == 0
    out = tmp_path / "a15.zip"
    done = sc3d("project", "save", out, "--title", "A15 wires", "--author", "N. N.")
    assert done.status == 0, done.err
    assert "1 lab record" in done.out
    shown = json.loads(sc3d("project", "show", out, "--json").out)
    assert (shown["title"], shown["author"]) == ("A15 wires", "N. N.")
    assert shown["model"]
    monkeypatch.setenv("SC3D_HOME", str(tmp_path / "elsewhere"))
    opened = sc3d("project", "open", out)
    assert opened.status == 0, opened.err
    assert "A15 wires: 1 lab record came in" in opened.out
    assert json.loads(sc3d("record", "list", "--json").out)["tc_onset_kelvin"] == 18.2
    (tmp_path / "none.zip").write_bytes(b"PK")
    assert sc3d("project", "open", tmp_path / "none.zip").status == 1
