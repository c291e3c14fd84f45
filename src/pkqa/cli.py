"""The command line: words in, one call of :mod:`pkqa.corpus`, words out.

Nothing heavy is imported until a command needs it: ``pkqa --help`` answers at once.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pkqa.cli_eval import add_eval
from pkqa.cli_keys import add_keys
from pkqa.cli_receipt import add_receipt
from pkqa.errors import PkqaError, UsageError
from pkqa.printing import (
    ProgressBar,
    document_json,
    hits_json,
    print_document,
    print_dropped,
    print_growing,
    print_hits,
    print_json,
    print_report,
    report_json,
)

if TYPE_CHECKING:
    from pkqa.settings import Settings
    from pkqa.store.where import Where

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
    with ProgressBar() as progress:
        report = ingest(words.paths, settings, prune=words.prune, progress=progress)
    if words.json:
        print_json(report_json(report))
    else:
        print_report(report, settings.index)
    return REJECTED if report.rejected else OK


def _ask(words: argparse.Namespace) -> int:
    from pkqa.answer.followup import Exchange
    from pkqa.corpus import Corpus

    if (words.question is None) == (words.batch is None):
        raise UsageError("give one question, or --batch FILE.jsonl")
    if words.batch is not None and (words.receipt or words.after):
        raise UsageError("--receipt and --after go with one question, not with --batch")
    where = _where(words)
    if words.receipt is not None:
        from pkqa.receipt.writing import require_place

        require_place(words.receipt)
    with Corpus(_settings(words)) as corpus:
        if words.batch is not None:
            for name, question in _batch(words.batch):
                body = corpus.ask(question, where=where).to_json()
                print_json(body | {"id": name}, indent=None)
            return OK
        history = [Exchange(question) for question in words.after]
        if words.json:
            answer = corpus.ask(words.question, where=where, history=history)
            print_json(answer.to_json())
        else:
            answer = print_growing(corpus.stream(words.question, where=where, history=history))
        if words.receipt is not None:
            corpus.write_receipt(words.receipt, answer, where)
    return OK


def _search(words: argparse.Namespace) -> int:
    from pkqa.corpus import Corpus

    if (words.query is None) == (words.batch is None):
        raise UsageError("give one query, or --batch FILE.jsonl")
    where = _where(words)
    with Corpus(_settings(words)) as corpus:
        if words.batch is not None:
            for name, query in _batch(words.batch):
                hits = corpus.search(query, words.top_k, where)
                print_json({"id": name, "query": query, "hits": hits_json(hits)}, indent=None)
        else:
            hits = corpus.search(words.query, words.top_k, where)
            if words.json:
                print_json({"query": words.query, "hits": hits_json(hits)})
            else:
                print_hits(hits)
    return OK


def _show(words: argparse.Namespace) -> int:
    from pkqa.store.snapshot import Snapshot

    with Snapshot(_settings(words).index) as snapshot:
        document = snapshot.document(words.document_id)
    if words.json:
        print_json(document_json(document))
    elif words.dropped:
        print_dropped(document)
    else:
        print_document(document)
    return OK


def _serve(words: argparse.Namespace) -> int:
    from pkqa.corpus import Corpus
    from pkqa.serve.app import application, serve
    from pkqa.serve.service import Service
    from pkqa.serve.signin.ways import require_signin

    settings = _settings(words)
    require_signin(settings)
    with Corpus(settings) as corpus, closing(Service(corpus, settings)) as service:
        app = application(service)
        corpus.warm()
        print(
            f"pkqa answers at http://{settings.host}:{settings.port} (Ctrl+C ends it)", flush=True
        )
        serve(app, settings.host, settings.port)
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
    _add_filters(sub)
    sub.add_argument("--batch", type=Path, metavar="FILE", help='lines of {"id", "question"}')
    sub.add_argument(
        "--answerer", choices=("auto", "quote", "llm"),
        help="quote: verbatim sentences, no model; llm: a model writes, each sentence is checked; "
        "auto (the default): llm where one is set",
    )  # fmt: skip
    sub.add_argument(
        "--after", action="append", default=[], metavar="QUESTION",
        help="a question asked before, which this one follows up; may be given several times",
    )  # fmt: skip
    sub.add_argument("--receipt", type=Path, metavar="FILE", help="write what proves the answer")

    sub = command("search", _search, "rank the passages that may answer")
    sub.add_argument("query", nargs="?", metavar="QUERY")
    _add_filters(sub)
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
    add_receipt(commands)
    add_keys(commands)
    add_eval(commands)
    return parser


def _add_filters(sub: argparse.ArgumentParser) -> None:
    """Which documents are searched at all."""
    sub.add_argument("--since", metavar="DATE", help="only documents dated on this day or later")
    sub.add_argument(
        "--as-of", "--until", dest="until", metavar="DATE",
        help="only documents dated on this day or before",
    )  # fmt: skip
    sub.add_argument(
        "--language", action="append", default=[], metavar="CODE",
        help="only documents in this language (en, fr, ar, ...); may be given several times",
    )  # fmt: skip
    sub.add_argument(
        "--group", action="append", default=[], metavar="NAME",
        help="only documents of this group; may be given several times",
    )  # fmt: skip


def _where(words: argparse.Namespace) -> Where | None:
    from pkqa.store.where import Where, day

    where = Where(
        languages=tuple(words.language),
        since=day(words.since) if words.since else None,
        until=day(words.until) if words.until else None,
        groups=tuple(words.group),
    )
    return None if where == Where() else where


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
