"""What the server counts of itself, for Prometheus."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from pkqa.model import Answer
from pkqa.serve.caller import Way
from pkqa.serve.refusal import RefusalKind


class Measures:
    """Counters of one server. Nothing in them names a caller, a question or a document."""

    def __init__(self, inside: Callable[[], int]) -> None:
        """``inside`` tells how many questions are served or waiting."""
        self._registry = CollectorRegistry()
        self._answers = Counter(
            "pkqa_answers_total",
            "Questions answered, by how the caller was recognised, who answered and how it ended.",
            ("way", "answerer", "status"),
            registry=self._registry,
        )
        self._refusals = Counter(
            "pkqa_refusals_total", "Requests refused.", ("kind",), registry=self._registry
        )
        self._seconds = Histogram(
            "pkqa_stage_seconds",
            "Time that a stage of an answer took.",
            ("stage",),
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 180),
            registry=self._registry,
        )
        self._withheld = Counter(
            "pkqa_sentences_withheld_total",
            "Sentences that a model wrote and the check did not confirm.",
            registry=self._registry,
        )
        waiting = Gauge(
            "pkqa_questions_inside", "Questions served or waiting.", registry=self._registry
        )
        waiting.set_function(inside)

    def answered(self, way: Way, answer: Answer) -> None:
        """Count one answer."""
        self._answers.labels(way, answer.answerer, answer.status).inc()
        self._withheld.inc(len(answer.withheld))
        for stage, milliseconds in answer.timings_ms.items():
            self._seconds.labels(stage).observe(milliseconds / 1000)

    def refused(self, kind: RefusalKind) -> None:
        """Count one refusal."""
        self._refusals.labels(kind).inc()

    def text(self) -> bytes:
        """All of it in Prometheus' text format."""
        return generate_latest(self._registry)
