"""Settings that are kept for a moment are read again after it."""

import pytest

from routing import kept


@pytest.fixture
def clock(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(kept, "monotonic", lambda: now[0])
    return now


def test_what_was_read_is_kept_for_a_moment_and_then_read_again(clock, settings):
    settings.HOUSE_KEPT_SECONDS = 1
    answers = iter(["old", "new"])
    asked = kept.Kept(lambda: next(answers))
    assert [asked(), asked()] == ["old", "old"]
    clock[0] += 0.99
    assert asked() == "old"
    clock[0] += 0.02
    assert asked() == "new"


def test_nothing_is_kept_where_the_moment_is_none(clock, settings):
    settings.HOUSE_KEPT_SECONDS = 0
    answers = iter([1, 2])
    asked = kept.Kept(lambda: next(answers))
    assert [asked(), asked()] == [1, 2]


def test_a_failed_read_is_not_kept(clock, settings):
    settings.HOUSE_KEPT_SECONDS = 60
    tries = iter([RuntimeError("the database is away"), "found"])

    def read():
        answer = next(tries)
        if isinstance(answer, Exception):
            raise answer
        return answer

    asked = kept.Kept(read)
    with pytest.raises(RuntimeError):
        asked()
    assert asked() == "found"
