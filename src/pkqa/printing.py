"""What the command line prints: each thing in words for a person, or as JSON for a program."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from pkqa.ingest.pipeline import Progress, Report
    from pkqa.model import Answer, Document, Hit


class ProgressBar:
    """A bar on a terminal, nothing elsewhere."""

    def __init__(self, unit: str = "file") -> None:
        self._unit = unit
        self._bar: Any = None

    def __enter__(self) -> Progress:
        if not sys.stderr.isatty():
            return lambda *_: None
        from tqdm import tqdm

        self._bar = tqdm(total=0, unit=self._unit, leave=False)

        def progress(done: int, total: int, name: str) -> None:
            self._bar.total = total
            self._bar.n = done
            self._bar.set_postfix_str(name[-40:])

        return progress

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()


def print_json(body: Any, indent: int | None = 2) -> None:
    """One JSON value; on one line when ``indent`` is None."""
    print(json.dumps(body, ensure_ascii=False, indent=indent), flush=True)


def print_lines(lines: Iterable[str]) -> None:
    """A line each."""
    for line in lines:
        print(line)


def print_warnings(lines: Iterable[str]) -> None:
    """A line each, to standard error."""
    for line in lines:
        print(line, file=sys.stderr)


def print_report(report: Report, index: Path) -> None:
    """What an ingest did; what it rejected goes to standard error."""
    languages = ", ".join(f"{lang} {count}" for lang, count in sorted(report.languages.items()))
    print(
        f"{index}: {report.documents} documents ({languages or 'none'}), {report.chunks} chunks; "
        f"{report.seconds:.1f} s"
    )
    print(
        f"  new {len(report.added)}, changed {len(report.changed)}, "
        f"unchanged files {report.unchanged}, removed files {len(report.removed)}, "
        f"texts embedded {report.embedded}"
    )
    if report.stale:
        print(f"  redone because the cleaner, chunker or embedder changed: {len(report.stale)}")
    for note in report.notes:
        print(f"  note: {note}")
    print_warnings(f"  rejected: {sentence}" for sentence in report.rejected)


def report_json(report: Report) -> dict[str, Any]:
    """The report of an ingest (schema ``pkqa.ingest/1``)."""
    return {"schema": "pkqa.ingest/1", **asdict(report)}


def print_growing(answers: Iterable[Answer]) -> Answer:
    """An answer as it grows, then its citations and what else is to know; returns the final one."""
    shown = ""
    for answer in answers:
        if answer.answer.startswith(shown):
            print(answer.answer[len(shown) :], end="", flush=True)
        else:  # a model began anew
            print(f"\n\n{answer.answer}", end="", flush=True)
        shown = answer.answer
    print()
    _print_sources(answer)
    return answer


def _print_sources(answer: Answer) -> None:
    if answer.standalone:
        print(f"\nasked as: {answer.standalone}")
    for told in answer.disagreements:
        values = "; ".join(f"{v.value} ({v.date or 'undated'}) [{v.marker}]" for v in told.values)
        print(f"\n{told.kind}: {told.about}: {values}")
    for note in answer.notes:
        print(f"\nnote: {note}")
    for citation in answer.citations:
        facts = ", ".join(filter(None, (citation.language, citation.date)))
        page = f", p. {citation.page}" if citation.page else ""
        print(f"\n[{citation.marker}] {citation.title} ({facts}{page})")
        print(f"    {citation.document_id} {citation.start}:{citation.end}  {citation.source}")
        if answer.answerer == "llm":
            print(f"    {' '.join(citation.quote.split())}")
        if citation.translation:
            print(f"    translated by {answer.model}: {citation.translation}")
        for version in citation.versions:
            facts = ", ".join(filter(None, (version.language, version.date)))
            print(f"    also: {version.title} ({facts})  {version.document_id}")
    if answer.withheld:
        print(f"\nwithheld, because no passage carries it: {len(answer.withheld)}")
        for one in answer.checked:
            if one.verdict != "confirmed":
                print(f"    {one.sentence}  ({one.verdict}: {one.reason})")


def print_hits(hits: Iterable[Hit]) -> None:
    """A ranking, a hit a line."""
    for hit in hits:
        text = " ".join(hit.text.split())
        print(f"{hit.rank:>3}  {hit.score:.3f}  {hit.document_id}  {text[:160]}")
        for document_id in dict.fromkeys(name.rsplit("#", 1)[0] for name in hit.versions):
            print(f"            also: {document_id}")


def hits_json(hits: Iterable[Hit]) -> list[dict[str, Any]]:
    """A ranking, best first."""
    return [asdict(hit) for hit in hits]


def print_document(document: Document) -> None:
    """A document's metadata and its canonical text."""
    for name in ("document_id", "title", "language", "date", "publication", "source"):
        print(f"{name + ':':<13}{getattr(document, name) or '-'}")
    print(f"\n{document.text}")


def print_dropped(document: Document) -> None:
    """What the cleaner took out of a document, and why."""
    for stretch in document.dropped:
        print(f"[{stretch.reason}] {stretch.text}")


def document_json(document: Document) -> dict[str, Any]:
    """A document whole (schema ``pkqa.document/1``)."""
    return {"schema": "pkqa.document/1", **asdict(document)}
