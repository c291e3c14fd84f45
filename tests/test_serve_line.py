"""The line in front of the corpus: who is served, who waits, who is told that it is full."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from pkqa.serve.line import RETRY_AFTER, Line
from pkqa.serve.refusal import STATUS, Refusal


def test_the_surplus_is_refused_at_once_and_says_when_to_come_back() -> None:
    line = Line(at_once=1, waiting=1)
    first, second = line.enter(), line.enter()
    with pytest.raises(Refusal) as told:
        line.enter()
    assert (told.value.kind, told.value.status) == ("busy", 503)
    assert told.value.headers() == {"Retry-After": str(round(RETRY_AFTER))}
    assert told.value.to_json()["error"]["kind"] == "busy"
    second.leave()
    line.enter().leave()
    first.leave()
    assert line.inside == 0


def test_whoever_waits_is_served_when_another_leaves() -> None:
    line = Line(at_once=1, waiting=1)
    first, second = line.enter(), line.enter()
    first.wait()
    served = threading.Event()

    def wait() -> None:
        second.wait()
        served.set()

    waiter = threading.Thread(target=wait)
    waiter.start()
    assert not served.wait(0.05)
    assert second.waiting
    assert not first.waiting
    first.leave()
    assert served.wait(10)
    waiter.join()
    assert not second.waiting


def test_no_more_are_served_at_once_than_there_are_turns() -> None:
    line = Line(at_once=3, waiting=40)
    served, most, lock = 0, 0, threading.Lock()

    def ask(_: int) -> None:
        nonlocal served, most
        place = line.enter()
        place.wait()
        with lock:
            served += 1
            most = max(most, served)
        threading.Event().wait(0.002)
        with lock:
            served -= 1
        place.leave()

    with ThreadPoolExecutor(40) as threads:
        list(threads.map(ask, range(120)))
    assert most == 3
    assert line.inside == 0


def test_a_place_is_left_once_however_often_it_is_said() -> None:
    line = Line(at_once=1, waiting=0)
    place = line.enter()
    place.wait()
    place.wait()  # has its turn already
    place.leave()
    place.leave()
    place.wait()  # has left: there is no turn to take
    assert line.inside == 0
    again = line.enter()
    again.wait()
    again.leave()


def test_every_kind_of_refusal_has_a_status() -> None:
    for kind, status in STATUS.items():
        refusal = Refusal(kind, "why")
        assert refusal.status == status
        assert refusal.headers() == {}
        assert refusal.to_json() == {"error": {"kind": kind, "message": "why"}}
