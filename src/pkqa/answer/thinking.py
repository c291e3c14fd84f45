"""What a model thinks aloud before it replies is no part of the reply."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

_TAG = re.compile(r"<(?P<closing>/?)think(?:ing)?>", re.IGNORECASE)
_LONGEST = len("</thinking>")


def aloud(pieces: Iterable[str], restart: Callable[[], None]) -> Iterator[str]:
    """The pieces of a reply without what stands between ``<think>`` and ``</think>``.

    Some servers put the opening tag into the prompt, so that only the closing one is in the reply:
    ``restart`` is then called, for all that was given so far was thought and not said.
    """
    waiting, inside = "", False
    for piece in pieces:
        waiting += piece
        while tag := _TAG.search(waiting):
            if tag["closing"]:
                if not inside:
                    restart()
                inside = False
            else:
                if not inside and tag.start():
                    yield waiting[: tag.start()]
                inside = True
            waiting = waiting[tag.end() :]
        # A tag may be half here.
        at = waiting.rfind("<", -_LONGEST)
        kept = len(waiting) if at < 0 else at
        if kept:
            if not inside:
                yield waiting[:kept]
            waiting = waiting[kept:]
    if waiting and not inside:
        yield waiting
