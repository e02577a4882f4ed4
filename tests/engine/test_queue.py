from __future__ import annotations

import threading
from typing import Any

import pytest

from sc3d_desktop.engine.queue import JobQueue, Task
from sc3d_desktop.jobs import Priority


@pytest.fixture
def task(script: Any) -> Any:
    ids = iter(range(1, 1000))

    def make(priority: Priority = Priority.BULK, key: str | None = None) -> Task:
        return Task(next(ids), script(lambda: None, priority), key)

    return make


def test_interactive_tasks_come_first_and_equals_in_their_order(task: Any) -> None:
    queue = JobQueue()
    bulk1, quick1, bulk2, quick2 = (
        task(),
        task(Priority.INTERACTIVE),
        task(),
        task(Priority.INTERACTIVE),
    )
    for each in (bulk1, quick1, bulk2, quick2):
        queue.put(each)
    assert [queue.next() for _ in range(4)] == [quick1, quick2, bulk1, bulk2]


def test_a_task_takes_the_place_of_those_of_its_key_only(task: Any) -> None:
    queue = JobQueue()
    old, other, free = task(key="a"), task(key="b"), task()
    for each in (old, other, free):
        assert queue.put(each) == []
    new = task(key="a")
    assert queue.put(new) == [old]
    assert [queue.next() for _ in range(3)] == [other, free, new]


def test_only_what_waits_can_be_taken_out(task: Any) -> None:
    queue, first, second = JobQueue(), task(), task()
    queue.put(first)
    queue.put(second)
    assert queue.remove(second)
    assert not queue.remove(second)
    assert queue.next() is first
    assert not queue.remove(first)


def test_more_urgent_tasks_can_be_had_without_waiting(task: Any) -> None:
    queue = JobQueue()
    assert queue.next_before(Priority.BULK) is None
    bulk = task()
    queue.put(bulk)
    assert queue.next_before(Priority.BULK) is None
    quick = task(Priority.INTERACTIVE)
    queue.put(quick)
    assert queue.next_before(Priority.INTERACTIVE) is None
    assert queue.next_before(Priority.BULK) is quick
    assert queue.next_before(Priority.BULK) is None
    assert queue.next_before(Priority.BACKGROUND) is bulk


def test_closing_gives_back_what_waits_and_nothing_comes_after(task: Any) -> None:
    queue, quick, bulk = JobQueue(), task(Priority.INTERACTIVE), task()
    queue.put(bulk)
    queue.put(quick)
    assert queue.close() == [quick, bulk]
    queue.put(task(Priority.INTERACTIVE))
    assert queue.next() is None
    assert queue.next_before(Priority.BACKGROUND) is None


def test_closing_wakes_a_thread_that_waits() -> None:
    queue = JobQueue()
    got: list[Task | None] = []
    thread = threading.Thread(target=lambda: got.append(queue.next()))
    thread.start()
    queue.close()
    thread.join(10)
    assert not thread.is_alive()
    assert got == [None]


def test_a_waiting_thread_gets_a_task_as_soon_as_there_is_one(task: Any) -> None:
    queue, wanted = JobQueue(), task()
    got: list[Task | None] = []
    thread = threading.Thread(target=lambda: got.append(queue.next()))
    thread.start()
    queue.put(wanted)
    thread.join(10)
    assert got == [wanted]
