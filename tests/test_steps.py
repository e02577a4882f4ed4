"""Steps are gone through or told in other words; their result and their end are kept."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from sc3d_desktop.steps import finish, retell


def three(ended: list[str]) -> Generator[int, None, str]:
    try:
        yield from range(3)
        return "done"
    finally:
        ended.append("ended")


def test_all_steps_are_gone_through_for_the_result() -> None:
    ended: list[str] = []
    assert finish(three(ended)) == "done"
    assert ended == ["ended"]


def test_steps_are_said_in_other_words_and_the_result_stays() -> None:
    told = retell(three([]), str)
    assert [next(told) for _ in range(3)] == ["0", "1", "2"]
    with pytest.raises(StopIteration) as stop:
        next(told)
    assert stop.value.value == "done"


def test_steps_end_with_those_that_retell_them_even_while_someone_holds_them() -> None:
    ended: list[str] = []
    held = three(ended)
    told = retell(held, str)
    assert next(told) == "0"
    told.close()
    assert ended == ["ended"]


def test_errors_rise() -> None:
    def failing() -> Generator[int, None, None]:
        yield 1
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        finish(failing())
    with pytest.raises(ValueError, match="no"):
        list(retell(failing(), str))
