"""Reading a receipt back, edited or not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pkqa.errors import UsageError
from pkqa.receipt.facts import SCHEMA, seal

LARGEST = 16 * 2**20  # bytes; the receipt of a long answer takes some fifty thousand


class _Part(BaseModel):
    # What has no name here is under the seal all the same.
    model_config = ConfigDict(frozen=True, strict=True, extra="ignore")


class Cited(_Part):
    """A quotation as the answer gives it."""

    marker: int
    document_id: str
    start: int = Field(ge=0, le=2**40)
    end: int = Field(ge=0, le=2**40)
    quote: str = Field(min_length=1)


class Quotation(Cited):
    """A quotation, and the document that it stood in."""

    text_sha: str


class _Answer(_Part):
    citations: list[Cited]


class _Settings(_Part):
    values: dict[str, Any]


class Receipt(_Part):
    """A receipt as far as it is checked."""

    time: str
    question: str
    answer: _Answer
    quotations: list[Quotation]
    snapshot: dict[str, str | int]
    settings: _Settings
    sha256: str
    edited: bool  # whether something else stands in it than was written


def read_receipt(path: Path) -> Receipt:
    """The receipt in the file ``path``, edited or not.

    Raises:
        UsageError: it cannot be read or is no receipt; says why, and how to get one.
    """
    try:
        if path.exists() and not path.is_file():
            raise _none(path, "not a plain file")
        with path.open("rb") as stream:
            content = stream.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise _none(path, f"larger than {LARGEST:,} bytes")
        text = content.decode("utf-8")
        told = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
        if not isinstance(told, dict) or told.get("schema") != SCHEMA:
            raise _none(path, f'not an object whose "schema" is "{SCHEMA}"')
        json.dumps(told, ensure_ascii=False).encode()  # half a character cannot be printed
        sealed = seal({name: value for name, value in told.items() if name != "sha256"})
        receipt = Receipt.model_validate(told | {"edited": False})
    except ValidationError as error:
        fault = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(map(str, fault["loc"]))
        raise _none(path, f"{place}: {fault['msg']}") from None
    except RecursionError:
        raise _none(path, "nested too deep") from None
    except OSError as error:
        raise _none(path, error.strerror or str(error)) from None
    except ValueError as error:  # no UTF-8, no JSON
        raise _none(path, str(error)) from None
    # The quotations are the answer's own, or the one was changed without the other.
    same = [Cited.model_validate(dict(q)) for q in receipt.quotations]
    edited = sealed != receipt.sha256 or same != receipt.answer.citations
    return receipt.model_copy(update={"edited": edited})


def _none(path: Path, why: str) -> UsageError:
    return UsageError(f"{path} is no receipt: {why}; `pkqa ask QUESTION --receipt FILE` writes one")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    told = dict(pairs)
    if len(told) != len(pairs):
        # A reader may take either for the one that counts.
        raise ValueError("a name stands twice in one object")
    return told


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no number")
