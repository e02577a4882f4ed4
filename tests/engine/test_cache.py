from __future__ import annotations

from sc3d_desktop.engine.cache import LeastRecentlyUsed


def test_it_gives_back_what_was_put_in_and_none_for_the_rest() -> None:
    cache: LeastRecentlyUsed[str, int] = LeastRecentlyUsed(2)
    cache.put("a", 1)
    assert (cache.get("a"), cache.get("b")) == (1, None)


def test_it_never_holds_more_than_its_size() -> None:
    cache: LeastRecentlyUsed[int, int] = LeastRecentlyUsed(10)
    for i in range(1000):
        cache.put(i, i)
    assert len(cache) == 10
    assert [cache.get(i) for i in range(990, 1000)] == list(range(990, 1000))


def test_what_was_used_lately_stays() -> None:
    cache: LeastRecentlyUsed[str, int] = LeastRecentlyUsed(2)
    cache.put("a", 1)
    cache.put("b", 2)
    cache.get("a")
    cache.put("c", 3)
    assert (cache.get("a"), cache.get("b"), cache.get("c")) == (1, None, 3)


def test_putting_again_replaces_and_counts_as_use() -> None:
    cache: LeastRecentlyUsed[str, int] = LeastRecentlyUsed(2)
    cache.put("a", 1)
    cache.put("b", 2)
    cache.put("a", 9)
    cache.put("c", 3)
    assert (cache.get("a"), cache.get("b")) == (9, None)
