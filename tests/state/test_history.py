from __future__ import annotations

import random

from sc3d_desktop.state.history import LIMIT, History


def test_undo_and_redo_walk_the_states_back_and_forth() -> None:
    history = History("a")
    history.push("b", "to b")
    history.push("c", "to c")
    assert [history.undo(), history.undo(), history.redo(), history.redo()] == ["b", "a", "b", "c"]


def test_the_texts_name_what_undo_takes_back_and_redo_brings_back() -> None:
    history = History("a")
    history.push("b", "to b")
    history.push("c", "to c")
    history.undo()
    assert (history.undo_text, history.redo_text) == ("to b", "to c")
    history.undo()
    assert (history.undo_text, history.redo_text) == ("", "to b")


def test_what_was_done_names_the_steps_up_to_the_present_state() -> None:
    history = History("a")
    assert history.done == ()
    history.push("b", "first")
    history.push("c", "second")
    history.undo()
    assert history.done == ("first",)
    history.redo()
    assert history.done == ("first", "second")


def test_at_either_end_undo_and_redo_stay_where_they_are() -> None:
    history = History("a")
    assert (history.can_undo, history.can_redo) == (False, False)
    assert (history.undo(), history.redo()) == ("a", "a")


def test_a_new_step_drops_what_was_undone() -> None:
    history = History("a")
    history.push("b", "")
    history.undo()
    history.push("c", "")
    assert not history.can_redo
    assert history.undo() == "a"


def test_steps_of_one_gesture_are_one_step_of_undo() -> None:
    history, drag = History(0), object()
    for x in range(1, 20):
        history.push(x, "drag", drag)
    assert history.state == 19
    assert history.undo() == 0
    assert not history.can_undo
    assert history.redo() == 19


def test_two_gestures_and_steps_without_one_do_not_merge() -> None:
    history = History(0)
    history.push(1, "", object())
    history.push(2, "", object())
    history.push(3, "")
    history.push(4, "")
    assert [history.undo() for _ in range(4)] == [3, 2, 1, 0]


def test_a_gesture_that_ends_where_it_began_leaves_no_step() -> None:
    history, drag = History(0), object()
    history.push(1, "", drag)
    history.push(0, "", drag)
    assert not history.can_undo
    history.push(2, "", drag)
    assert history.undo() == 0


def test_it_is_modified_until_it_is_back_at_the_saved_state() -> None:
    history = History("a")
    assert not history.modified
    history.push("b", "")
    assert history.modified
    history.mark_saved()
    assert not history.modified
    history.undo()
    assert history.modified
    history.redo()
    assert not history.modified


def test_a_state_equal_to_the_saved_one_is_not_modified_however_it_came_about() -> None:
    history = History("a")
    history.push("b", "")
    history.push("a", "")
    assert not history.modified


def test_after_the_saved_state_was_undone_and_overwritten_it_stays_modified() -> None:
    history = History("a")
    history.push("b", "")
    history.mark_saved()
    history.undo()
    history.push("c", "")
    assert history.modified
    history.undo()
    assert history.modified


def test_saving_within_a_gesture_keeps_the_saved_state_within_reach_of_undo() -> None:
    history, drag = History(0), object()
    history.push(1, "", drag)
    history.mark_saved()
    history.push(2, "", drag)
    assert history.undo() == 1
    assert not history.modified


def test_nothing_on_disk_means_modified_everywhere() -> None:
    history = History("a")
    history.mark_unsaved()
    assert history.modified


def test_the_oldest_steps_are_forgotten() -> None:
    history = History(0)
    for x in range(1, LIMIT + 100):
        history.push(x, "")
    steps = 0
    while history.can_undo:
        history.undo()
        steps += 1
    assert steps == LIMIT - 1
    assert history.state == 100


def test_random_walks_agree_with_two_plain_stacks() -> None:
    chance = random.Random(4)
    history, done, undone = History(0), [0], list[int]()
    for _ in range(2000):
        match chance.choice(["push", "push", "undo", "redo"]):
            case "push":
                value = chance.randrange(10**9)
                history.push(value, "")
                done.append(value)
                undone.clear()
            case "undo" if len(done) > 1 and history.can_undo:
                history.undo()
                undone.append(done.pop())
            case "redo" if undone:
                history.redo()
                done.append(undone.pop())
        assert history.state == done[-1]
        assert history.can_redo == bool(undone)
