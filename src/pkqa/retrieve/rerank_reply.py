"""From the body of a rerank reply to scores, trusting nothing that it says.

Servers agree on the request and differ in the reply: the list is ``results`` (Cohere, Jina, vLLM,
llama.cpp), ``data`` (Voyage) or bare, the score ``relevance_score`` or ``score``
(text-embeddings-inference). None can be taken for another, so all are read.
"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pkqa.errors import PkqaError
    from pkqa.retrieve.openai_endpoint import Endpoint

LEFT_OUT = float("-inf")  # the score of a text that the reply does not name


def scores_of(body: bytes, *, count: int, endpoint: Endpoint) -> list[float]:
    """The scores of a reply in the order of the request.

    Args:
        body: the reply as it came.
        count: number of texts sent.
        endpoint: for the error messages.

    Returns:
        A score for each text: a finite number, or ``LEFT_OUT`` where the server keeps to a number
        of best texts of its own.

    Raises:
        RerankerError: the reply is no JSON or no list of scores, or an empty one, repeats an
            index or has one that was not sent, or holds a score that is no finite number.
    """
    entries = _entries(body, endpoint)
    if not entries:
        raise _nonsense(endpoint, "an empty list")
    scores: dict[int, float] = {}
    for entry in entries:
        index, score = _entry(entry, endpoint)
        if not 0 <= index < count:
            raise _nonsense(endpoint, f"the index {index} for {count} texts")
        if index in scores:
            raise _nonsense(endpoint, f"the index {index} twice")
        scores[index] = score
    return [scores.get(index, LEFT_OUT) for index in range(count)]


def _entries(body: bytes, endpoint: Endpoint) -> list[Any]:
    service = endpoint.service
    try:
        reply = json.loads(body)
    except (ValueError, RecursionError):
        what = "a web page" if body.lstrip()[:1] == b"<" else "something that is not JSON"
        raise service.failure(
            f"{endpoint.url} answered with {what} instead of scores; check "
            f"{service.prefix}_BASE_URL, {service.path}"
        ) from None
    match reply:
        case {"results": [*entries]} | {"data": [*entries]} | [*entries]:
            return entries
        case {"error": {"message": str(words)}} | {"error": str(words)}:
            raise service.failure(
                f"{endpoint.url} answered with an error instead of scores: {endpoint.quote(words)}"
            )
        case _:
            raise _nonsense(endpoint, "JSON without a list of scores")


def _entry(entry: object, endpoint: Endpoint) -> tuple[int, float]:
    match entry:
        case {"index": int(index), "relevance_score": int(score) | float(score)}:
            pass
        case {"index": int(index), "score": int(score) | float(score)}:
            pass
        case _:
            raise _nonsense(endpoint, "an entry without an index and a score")
    # To Python, true and false are whole numbers too.
    if isinstance(index, bool) or isinstance(score, bool):
        raise _nonsense(endpoint, "an entry without an index and a score")
    try:
        finite = math.isfinite(score)
    except OverflowError:  # a whole number too big for a float
        finite = False
    if not finite:
        raise _nonsense(endpoint, "a score that is not finite (NaN or infinity)")
    return index, float(score)


def _nonsense(endpoint: Endpoint, what: str) -> PkqaError:
    service = endpoint.service
    return service.failure(
        f"{endpoint.url} sent no usable scores: {what}; check the server, or set "
        f"{service.prefix}_MODEL to another model"
    )
