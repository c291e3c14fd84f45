"""Token counts, for budgets: tiktoken's ``o200k_base``, without the network."""

from __future__ import annotations

import os
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tiktoken import Encoding

# The tokenizer's own pattern backtracks on very long runs of one kind of character; counted in
# pieces, such a run costs no more than prose, and the sum is off by at most a token a piece.
_PIECE = 20_000


@cache
def _encoding() -> Encoding:
    # tiktoken fetches its table at first use. llama-index ships the same table under the name
    # that tiktoken's cache gives it; its package is found without being imported (that is slow).
    if "TIKTOKEN_CACHE_DIR" not in os.environ:
        spec = find_spec("llama_index")
        for place in (spec.submodule_search_locations or ()) if spec else ():
            table = Path(place, "core", "_static", "tiktoken_cache")
            if table.is_dir():
                os.environ["TIKTOKEN_CACHE_DIR"] = str(table)
    import tiktoken

    return tiktoken.get_encoding("o200k_base")


def count(text: str) -> int:
    """Return the number of ``o200k_base`` tokens; what looks like a special token is plain text."""
    encoding = _encoding()
    return sum(
        len(encoding.encode_ordinary(text[at : at + _PIECE])) for at in range(0, len(text), _PIECE)
    )
