from __future__ import annotations

import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from sc3d_desktop.engine import LocalServices
from sc3d_desktop.errors import ModelError


@pytest.fixture
def loading(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], list[int]]:
    """Puts a loader in the place of the real one; the list grows with each load."""

    def use(outcome: Any) -> list[int]:
        loads: list[int] = []

        def load_model() -> Any:
            loads.append(1)
            if isinstance(outcome, BaseException):
                raise outcome
            return outcome

        module = SimpleNamespace(load_model=load_model)
        monkeypatch.setitem(sys.modules, "sc3d_desktop.models.sodnet", module)
        return loads

    return use


def frames_of(error: BaseException) -> int:
    count, trace = 0, error.__traceback__
    while trace is not None:
        count, trace = count + 1, trace.tb_next
    return count


def test_the_model_is_loaded_on_first_use_and_once(loading: Any) -> None:
    model = object()
    loads = loading(model)
    services = LocalServices()
    assert loads == []
    assert services.tc_model() is model
    assert services.tc_model() is model
    assert loads == [1]


def test_a_model_that_cannot_be_loaded_is_tried_once_and_the_reason_told_each_time(
    loading: Any,
) -> None:
    loads = loading(ModelError("The weights are missing.", "Install again."))
    services = LocalServices()
    for _ in range(5):
        with pytest.raises(ModelError) as told:
            services.tc_model()
        assert (told.value.message, told.value.hint) == (
            "The weights are missing.",
            "Install again.",
        )
    assert loads == [1]


@pytest.mark.parametrize("error", [ImportError("no torch"), OSError("bad"), RuntimeError("CUDA")])
def test_other_errors_of_loading_become_one_for_the_user_with_their_cause(
    loading: Any, error: Exception
) -> None:
    loads = loading(error)
    services = LocalServices()
    with pytest.raises(ModelError) as first:
        services.tc_model()
    assert str(error) in first.value.message
    assert first.value.hint
    assert first.value.__cause__ is error
    with pytest.raises(ModelError) as second:
        services.tc_model()
    assert second.value.message == first.value.message
    assert loads == [1]


def test_telling_the_reason_again_and_again_holds_on_to_nothing(loading: Any) -> None:
    loading(ModelError("The weights are missing."))
    services = LocalServices()
    depths = []
    for _ in range(10):
        with pytest.raises(ModelError) as told:
            services.tc_model()
        depths.append(frames_of(told.value))
    assert len(set(depths[1:])) == 1
