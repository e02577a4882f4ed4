from __future__ import annotations

import json
from pathlib import Path

import pytest

from sc3d_desktop.paths import user_data
from sc3d_desktop.state.settings import Settings


def test_the_first_start_has_defaults() -> None:
    settings = Settings.load()
    assert (settings.theme, settings.colour_by, settings.recent_files) == ("system", "element", [])
    assert not settings.file.exists()


def test_settings_survive_a_restart() -> None:
    settings = Settings.load()
    settings.theme, settings.colour_by = "dark", "disorder"
    settings.window_geometry, settings.window_state = "AdnQ", "AAAA"
    settings.screening_running, settings.screening_rate = "/runs/a.sqlite", 37.5
    settings.generator_animate, settings.generator_rate = "off", 0.02
    settings.save()
    assert settings.file == user_data() / "settings.json"
    assert Settings.load() == settings


def test_the_latest_file_comes_first_once_and_ten_are_kept(tmp_path: Path) -> None:
    settings = Settings.load()
    for i in [*range(12), 5]:
        settings.add_recent(tmp_path / f"{i}.cif")
    names = [Path(p).name for p in Settings.load().recent_files]
    assert names == [f"{i}.cif" for i in (5, 11, 10, 9, 8, 7, 6, 4, 3, 2)]


def test_two_settings_do_not_share_their_recent_files(tmp_path: Path) -> None:
    first, second = Settings(tmp_path / "1.json"), Settings(tmp_path / "2.json")
    first.add_recent(tmp_path / "a.cif")
    assert second.recent_files == []


@pytest.mark.parametrize("content", ['{"theme": "da', '{"version": 99, "theme": "dark"}', "[]"])
def test_a_damaged_or_foreign_file_gives_defaults_and_is_kept_aside(content: str) -> None:
    file = user_data() / "settings.json"
    file.write_text(content)
    settings = Settings.load()
    assert settings == Settings()
    assert file.with_name("settings.json.bad").read_text() == content
    settings.save()
    assert Settings.load() == settings


def test_values_that_make_no_sense_are_left_out_and_the_others_kept() -> None:
    file = user_data() / "settings.json"
    data = {"version": 1, "theme": "pink", "colour_by": 7, "recent_files": [1], "file": "/x"}
    data |= {"screening_rate": -1.0, "screening_running": 3}
    data |= {"generator_rate": "fast", "generator_animate": "perhaps"}
    file.write_text(json.dumps(data | {"window_state": "AAAA"}))
    settings = Settings.load()
    assert settings == Settings(window_state="AAAA")
    assert settings.file == file


def test_a_list_of_recent_files_that_is_too_long_is_cut() -> None:
    file = user_data() / "settings.json"
    file.write_text(json.dumps({"version": 1, "recent_files": [f"{i}.cif" for i in range(30)]}))
    assert Settings.load().recent_files == [f"{i}.cif" for i in range(10)]
