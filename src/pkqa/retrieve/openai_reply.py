"""From the body of an embeddings reply to vectors, trusting nothing that it says."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from pkqa.errors import EmbedderError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pkqa.retrieve.openai_endpoint import Endpoint


def vectors_of(
    body: bytes, *, count: int, dimension: int | None, endpoint: Endpoint
) -> NDArray[np.float32]:
    """The vectors of a reply in the order of the request.

    Args:
        body: the reply as it came.
        count: number of inputs sent.
        dimension: length that each vector must have; None takes what comes, all alike.
        endpoint: for the error messages.

    Returns:
        Array of shape ``(count, dimension)``, each row of Euclidean length 1.

    Raises:
        EmbedderError: the reply is no JSON or no list of embeddings, gives too few or too many,
            repeats or leaves out an index, or holds a vector of the wrong length, with a value
            that is no finite number, or of length zero.
    """
    rows = _in_order(_entries(body, endpoint), count, endpoint)
    lengths = {len(row) for row in rows}
    if len(lengths) > 1:
        raise _nonsense(endpoint, f"vectors of different lengths: {sorted(lengths)}")
    if dimension is not None and lengths != {dimension}:
        raise EmbedderError(
            f"{endpoint.url} sent vectors of {lengths.pop()} dimensions where {dimension} are "
            f"expected of model {endpoint.model!r}; set PKQA_EMBED_DIMENSIONS to what the model "
            "gives, or leave it out"
        )
    try:
        matrix = np.array(rows)
    except (ValueError, OverflowError):
        raise _nonsense(endpoint, "a value that is no number") from None
    # A value too big for 64 bits makes an array of objects, a text one of strings.
    if matrix.ndim != 2 or matrix.dtype.kind not in "iuf":
        raise _nonsense(endpoint, "a value that is no number")
    matrix = matrix.astype(np.float64)
    if not np.isfinite(matrix).all():
        raise _nonsense(endpoint, "a value that is not finite (NaN or infinity)")
    # Scaled to a largest value of 1 first: squares of extreme values neither overflow nor vanish.
    largest = np.abs(matrix).max(axis=1, keepdims=True)
    if not (largest > 0).all():
        raise _nonsense(endpoint, "a vector of zeros")
    matrix /= largest
    unit: NDArray[np.float32] = (matrix / np.linalg.norm(matrix, axis=1, keepdims=True)).astype(
        np.float32
    )
    return unit


def _entries(body: bytes, endpoint: Endpoint) -> list[Any]:
    try:
        reply = json.loads(body)
    except (ValueError, RecursionError):
        what = "a web page" if body.lstrip()[:1] == b"<" else "something that is not JSON"
        raise EmbedderError(
            f"{endpoint.url} answered with {what} instead of embeddings; check "
            "PKQA_EMBED_BASE_URL, which mostly ends in /v1"
        ) from None
    match reply:
        case {"data": [*entries]}:
            return entries
        case {"error": {"message": str(words)}} | {"error": str(words)}:
            raise EmbedderError(
                f"{endpoint.url} answered with an error instead of embeddings: "
                f"{endpoint.quote(words)}"
            )
        case _:
            raise _nonsense(endpoint, "JSON without a list of embeddings")


def _in_order(entries: list[Any], count: int, endpoint: Endpoint) -> list[list[Any]]:
    if len(entries) != count:
        raise _nonsense(endpoint, f"{len(entries)} vectors for {count} inputs")
    rows: dict[int, list[Any]] = {}
    for entry in entries:
        match entry:
            case {"index": int(index), "embedding": [_, *_] as row} if 0 <= index < count:
                rows[index] = row
            case _:
                raise _nonsense(endpoint, "an entry without a valid index and embedding")
    if len(rows) != count:
        raise _nonsense(endpoint, "the same index twice")
    return [rows[index] for index in range(count)]


def _nonsense(endpoint: Endpoint, what: str) -> EmbedderError:
    return EmbedderError(
        f"{endpoint.url} sent no usable embeddings: {what} (model {endpoint.model!r}); check the "
        "server, or set PKQA_EMBED_MODEL to another model"
    )
