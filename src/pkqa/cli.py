"""The command line: words in, one call of :mod:`pkqa.corpus`, words out.

Nothing heavy is imported until a command needs it: ``pkqa --help`` answers at once.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from pkqa.errors import PkqaError, UsageError

if TYPE_CHECKING:
    from pkqa.ingest.pipeline import Progress, Report
    from pkqa.model import Answer, Document, Hit
    from pkqa.settings import Settings

OK, FAILED, USAGE, REJECTED = 0, 1, 2, 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code: 0 done, 1 failure, 2 usage, 3 files rejected."""
    words = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = words.command
    try:
        return command(words)
    except UsageError as error:
        print(f"pkqa: {error}", file=sys.stderr)
        return USAGE
    except PkqaError as error:
        print(f"pkqa: {error}", file=sys.stderr)
        return FAILED
    except BrokenPipeError:  # the reader of our output has seen enough
        sys.stderr.close()
        return OK
    except KeyboardInterrupt:
        print("pkqa: interrupted; what was stored stays stored", file=sys.stderr)
        return FAILED
    except OSError as error:
        print(f"pkqa: {error.strerror or error}: {error.filename or '?'}", file=sys.stderr)
        return FAILED


# Commands


def _ingest(words: argparse.Namespace) -> int:
    from pkqa.indexing import ingest

    settings = _settings(words)
    with _Progress() as progress:
        report = ingest(words.paths, settings, prune=words.prune, progress=progress)
    if words.json:
        _print_json(_report_json(report))
    else:
        _print_report(report, settings.index)
    return REJECTED if report.rejected else OK


def _ask(words: argparse.Namespace) -> int:
    from pkqa.corpus import Corpus

    if (words.question is None) == (words.batch is None):
        raise UsageError("give one question, or --batch FILE.jsonl")
    with Corpus(_settings(words)) as corpus:
        if words.batch is not None:
            for name, question in _batch(words.batch):
                body = corpus.ask(question, as_of=words.as_of).to_json()
                _print_json(body | {"id": name}, indent=None)
        elif words.json:
            _print_json(corpus.ask(words.question, as_of=words.as_of).to_json())
        else:
            _print_answer(corpus.ask(words.question, as_of=words.as_of))
    return OK


def _search(words: argparse.Namespace) -> int:
    from pkqa.corpus import Corpus

    if (words.query is None) == (words.batch is None):
        raise UsageError("give one query, or --batch FILE.jsonl")
    with Corpus(_settings(words)) as corpus:
        if words.batch is not None:
            for name, query in _batch(words.batch):
                hits = corpus.search(query, words.top_k)
                _print_json({"id": name, "query": query, "hits": _hits_json(hits)}, indent=None)
        else:
            hits = corpus.search(words.query, words.top_k)
            if words.json:
                _print_json({"query": words.query, "hits": _hits_json(hits)})
            else:
                for hit in hits:
                    text = " ".join(hit.text.split())
                    print(f"{hit.rank:>3}  {hit.score:.3f}  {hit.document_id}  {text[:160]}")
    return OK


def _show(words: argparse.Namespace) -> int:
    from pkqa.store.snapshot import Snapshot

    with Snapshot(_settings(words).index) as snapshot:
        document = snapshot.document(words.document_id)
    if words.json:
        _print_json(_document_json(document))
    elif words.dropped:
        for stretch in document.dropped:
            print(f"[{stretch.reason}] {stretch.text}")
    else:
        for name in ("document_id", "title", "language", "date", "publication", "source"):
            print(f"{name + ':':<13}{getattr(document, name) or '-'}")
        print(f"\n{document.text}")
    return OK


def _serve(words: argparse.Namespace) -> int:
    from pkqa.corpus import Corpus
    from pkqa.serve.app import serve

    settings = _settings(words)
    with Corpus(settings) as corpus:
        corpus.warm()
        print(
            f"pkqa answers at http://{settings.host}:{settings.port} (Ctrl+C ends it)", flush=True
        )
        serve(corpus, settings.host, settings.port)
    return OK


def _rebuild(words: argparse.Namespace) -> int:
    from pkqa.indexing import rebuild

    print(f"published snapshot {rebuild(_settings(words))}; nothing was embedded")
    return OK


def _doctor(words: argparse.Namespace) -> int:
    from pkqa.store.doctor import examine

    index = _settings(words).index
    findings = examine(index)
    for finding in findings:
        print(f"{finding.severity}: {finding.what}\n  remedy: {finding.remedy}")
    if not findings:
        print(f"{index}: all is well")
    return FAILED if any(f.severity == "error" for f in findings) else OK


# Words in


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="pkqa",
        description="Ask a collection of documents; every answer is quoted and cited.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[argparse.Namespace], int], does: str) -> Any:
        sub = commands.add_parser(name, help=does, description=does)
        sub.add_argument("--index", type=Path, metavar="DIR", help="folder of the built index")
        sub.set_defaults(command=run)
        return sub

    sub = command("ingest", _ingest, "read documents into the index")
    sub.add_argument(
        "paths", nargs="*", type=Path, default=[Path("seeds")], metavar="PATH",
        help="files or folders of .txt .md .html .pdf .docx .jsonl (default: seeds)",
    )  # fmt: skip
    sub.add_argument("--prune", action="store_true", help="forget files that are gone")
    sub.add_argument("--json", action="store_true", help="print the report as JSON")

    sub = command("ask", _ask, "answer a question with cited quotations")
    sub.add_argument("question", nargs="?", metavar="QUESTION")
    sub.add_argument("--json", action="store_true", help="print the answer as JSON")
    sub.add_argument("--as-of", metavar="DATE", help="hear only documents dated by then")
    sub.add_argument("--batch", type=Path, metavar="FILE", help='lines of {"id", "question"}')
    sub.add_argument(
        "--answerer", choices=("auto", "quote"), default="auto",
        help="quote: verbatim sentences, no model (auto chooses it)",
    )  # fmt: skip

    sub = command("search", _search, "rank the passages that may answer")
    sub.add_argument("query", nargs="?", metavar="QUERY")
    sub.add_argument("--top-k", type=_positive, metavar="N", help="how many hits (default: 10)")
    sub.add_argument("--json", action="store_true", help="print the hits as JSON")
    sub.add_argument("--batch", type=Path, metavar="FILE", help='lines of {"id", "question"}')

    sub = command("show", _show, "print a document's canonical text and metadata")
    sub.add_argument("document_id", metavar="DOCUMENT_ID")
    sub.add_argument("--json", action="store_true", help="print it as JSON")
    sub.add_argument("--dropped", action="store_true", help="print what the cleaner took out")

    sub = command("serve", _serve, "open the chat page")
    sub.add_argument("--host", metavar="ADDRESS", help="address to bind to (default: 127.0.0.1)")
    sub.add_argument("--port", type=int, metavar="PORT", help="port to bind to (default: 7860)")

    command("doctor", _doctor, "check every file of the index")
    command("rebuild", _rebuild, "derive the snapshot anew from the catalog")
    return parser


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


def _settings(words: argparse.Namespace) -> Settings:
    from pkqa.settings import load

    return load(vars(words))


def _batch(path: Path) -> Iterator[tuple[Any, str]]:
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read: {error}") from None
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except ValueError:
            raise UsageError(f"{path}, line {number}: no JSON; write one object a line") from None
        question = record.get("question") if isinstance(record, dict) else None
        if not isinstance(question, str):
            raise UsageError(f'{path}, line {number}: no "question" that is a text')
        yield record.get("id"), question


# Words out


class _Progress:
    """A bar on a terminal, nothing elsewhere."""

    def __enter__(self) -> Progress:
        self._bar: Any = None
        if not sys.stderr.isatty():
            return lambda *_: None
        from tqdm import tqdm

        self._bar = tqdm(total=0, unit="file", leave=False)

        def progress(done: int, total: int, name: str) -> None:
            self._bar.total = total
            self._bar.n = done
            self._bar.set_postfix_str(name[-40:])

        return progress

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()


def _print_json(body: Any, indent: int | None = 2) -> None:
    print(json.dumps(body, ensure_ascii=False, indent=indent), flush=True)


def _report_json(report: Report) -> dict[str, Any]:
    from dataclasses import asdict

    return {"schema": "pkqa.ingest/1", **asdict(report)}


def _print_report(report: Report, index: Path) -> None:
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
    _print_all(f"  rejected: {sentence}" for sentence in report.rejected)


def _print_all(lines: Iterable[str], out: TextIO | None = None) -> None:
    for line in lines:
        print(line, file=out or sys.stderr)


def _print_answer(answer: Answer) -> None:
    print(answer.answer)
    for citation in answer.citations:
        facts = ", ".join(filter(None, (citation.language, citation.date)))
        page = f", p. {citation.page}" if citation.page else ""
        print(f"\n[{citation.marker}] {citation.title} ({facts}{page})")
        print(f"    {citation.document_id} {citation.start}:{citation.end}  {citation.source}")


def _hits_json(hits: Iterable[Hit]) -> list[dict[str, Any]]:
    from dataclasses import asdict

    return [asdict(hit) for hit in hits]


def _document_json(document: Document) -> dict[str, Any]:
    from dataclasses import asdict

    return {"schema": "pkqa.document/1", **asdict(document)}
