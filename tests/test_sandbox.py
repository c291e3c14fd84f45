"""The sandbox: a hostile file costs one error that names it, and the next file is read."""

from __future__ import annotations

import gc
import os
import socket
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import docx
import pytest
from fpdf import FPDF
from pypdf import PdfReader, PdfWriter

from pkqa.errors import PkqaError, ReadError
from pkqa.ingest import wire
from pkqa.ingest.sandbox import Limits, Sandbox, refusal
from pkqa.model import Dropped, RawDocument

MIB = 1024 * 1024
GOOD = "Sixteen helicopters were promised in Seoul.\n"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as opened:
        yield opened


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return put(tmp_path / "good.txt", GOOD.encode())


def put(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def pdf(text: str) -> bytes:
    document = FPDF()
    document.add_page()
    document.set_font("helvetica", size=12)
    document.multi_cell(0, 6, text)
    return bytes(document.output())


def encrypted_pdf() -> bytes:
    writer = PdfWriter(clone_from=PdfReader(BytesIO(pdf("Secret."))))
    writer.encrypt("user", "owner", algorithm="RC4-128")
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def bomb() -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", b"\0" * 100 * MIB)
    return out.getvalue()


def hostile() -> dict[str, tuple[bytes, str]]:
    deep = b"<div>" * 10_000 + b"words" + b"</div>" * 10_000
    return {
        "truncated.pdf": (pdf(GOOD * 50)[:-300], "cut off"),
        "encrypted.pdf": (encrypted_pdf(), "encrypted"),
        "bomb.docx": (bomb(), "zip bomb"),
        "empty.txt": (b"", "empty"),
        "program.txt": (b"\x7fELF" + bytes(range(256)) * 20, "a program, not text"),
        "noise.md": (bytes(range(256)) * 20, "binary data"),
        "deep.html": (deep, "nested more than 256"),
        "deep.jsonl": (b"[" * 200_000, "nested too deeply"),
        "half.txt": ("Half a characte".encode("utf-16") + b"r", "UTF-16"),
    }


def test_a_directory_of_hostile_files_costs_one_error_each(
    tmp_path: Path, sandbox: Sandbox, good: Path
) -> None:
    for name, (content, reason) in hostile().items():
        result = sandbox.read(put(tmp_path / name, content))
        assert result.documents == []
        (error,) = result.errors
        assert isinstance(error, ReadError)
        assert str(tmp_path / name) in str(error)
        assert reason in error.reason
        assert error.remedy in str(error)
        assert sandbox.read(good).documents[0].text == GOOD


def test_each_format_is_read(tmp_path: Path, sandbox: Sandbox) -> None:
    word = BytesIO()
    document = docx.Document()
    document.add_paragraph(GOOD.strip())
    document.save(word)
    files = {
        "a.txt": GOOD.encode(),
        "a.md": f"---\ntitle: T\n---\n{GOOD}".encode(),
        "a.html": f"<html lang=fr><p>{GOOD}</p></html>".encode(),
        "a.pdf": pdf(GOOD.strip()),
        "a.docx": word.getvalue(),
        "a.jsonl": b'{"_id": "1", "text": "Sixteen helicopters were promised in Seoul."}\n',
        "utf16.txt": GOOD.encode("utf-16"),
    }
    for name, content in files.items():
        result = sandbox.read(put(tmp_path / name, content))
        assert result.errors == []
        assert result.documents[0].text.strip() == GOOD.strip()


def test_the_digest_is_of_the_bytes_that_were_read(sandbox: Sandbox, good: Path) -> None:
    # sha256sum of GOOD, taken by another program
    said = subprocess.run(["sha256sum", good], capture_output=True, text=True, check=True).stdout
    assert sandbox.read(good).sha256 == said.split()[0]


def test_a_remark_names_the_file(tmp_path: Path, sandbox: Sandbox) -> None:
    path = put(tmp_path / "utf16.txt", GOOD.encode("utf-16"))
    assert sandbox.read(path).notes == [f"{path} was decoded as UTF-16-LE"]


def test_good_lines_come_beside_errors(tmp_path: Path, sandbox: Sandbox) -> None:
    lines = [b'{"_id": "1", "text": "One."}', b"{", b'{"_id": "2", "text": "Two \\ud800."}']
    path = put(tmp_path / "a.jsonl", b"\n".join(lines))
    result = sandbox.read(path)
    assert [d.text for d in result.documents] == ["One.", "Two \ufffd."]
    assert [str(error).split(":")[0] for error in result.errors] == [f"{path}, line 2"]


def test_a_file_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    slow = put(tmp_path / "slow.md", b"[" * 60_000 + b"](" * 60_000)
    with Sandbox(Limits(seconds=1)) as sandbox:
        (error,) = sandbox.read(slow).errors
        assert error.reason == "took more than 1 s to read"
        assert error.file == str(slow)


def test_a_file_that_takes_too_much_memory_is_given_up(tmp_path: Path, good: Path) -> None:
    large = put(tmp_path / "large.txt", b"Plain words. " * (8 * MIB))
    with Sandbox(Limits(memory_bytes=256 * MIB, file_bytes=200 * MIB)) as sandbox:
        (error,) = sandbox.read(large).errors
        assert error.reason == "needs more than 256 MiB of memory to be read"
        assert sandbox.read(good).documents[0].text == GOOD


def test_a_file_that_gives_too_much_text_is_given_up(tmp_path: Path, good: Path) -> None:
    large = put(tmp_path / "large.txt", b"Plain words. " * 1000)
    with Sandbox(Limits(output_bytes=5000)) as sandbox:
        result = sandbox.read(large)
        assert result.documents == []
        assert "more than 5,000 bytes of text" in str(result.errors[0])
        assert sandbox.read(good).documents[0].text == GOOD


def test_a_child_that_was_killed_is_replaced(good: Path) -> None:
    with Sandbox() as sandbox:
        others = set(children())
        sandbox.read(good)
        (child,) = set(children()) - others
        os.kill(child, 9)
        os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
        assert sandbox.read(good).documents[0].text == GOOD


def test_a_limit_that_no_process_can_have_is_said_plainly(good: Path) -> None:
    with (
        Sandbox(Limits(memory_bytes=1 << 70)) as sandbox,
        pytest.raises(PkqaError, match="does not start"),
    ):
        sandbox.read(good)


def descriptors() -> set[str]:
    return {entry.name for entry in Path("/proc/self/fd").iterdir()}


def children() -> list[int]:
    listed = Path(f"/proc/self/task/{os.getpid()}/children").read_text()
    return [int(pid) for pid in listed.split()]


def test_nothing_is_left_behind(tmp_path: Path, good: Path) -> None:
    gc.collect()
    before, processes = descriptors(), children()
    for _ in range(3):
        with Sandbox() as sandbox:
            sandbox.read(good)
            sandbox.read(put(tmp_path / "bomb.docx", bomb()))
    assert descriptors() == before
    assert children() == processes


def test_the_child_has_no_key_of_ours_and_no_heavy_library(tmp_path: Path) -> None:
    code = (
        "import sys, pkqa.ingest.sandbox, pkqa.ingest.worker\n"
        "heavy = {'llama_index', 'chromadb', 'gradio', 'trafilatura', 'pypdf', 'docx', 'lxml'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=import_path()
    )
    assert ran.stdout.strip() == "[]"
    secret = {**os.environ, "OPENAI_API_KEY": "sk-secret", **import_path()}
    code = (
        "import os, sys\nfrom pathlib import Path\nfrom pkqa.ingest.sandbox import Sandbox\n"
        "with Sandbox() as sandbox:\n"
        "    sandbox.read(Path(sys.argv[1]))\n"
        "    child = Path(f'/proc/self/task/{os.getpid()}/children').read_text().strip()\n"
        "    print(Path(f'/proc/{child}/environ').read_bytes())"
    )
    path = put(tmp_path / "good.txt", GOOD.encode())
    ran = subprocess.run(
        [sys.executable, "-c", code, path], capture_output=True, text=True, check=True, env=secret
    )
    assert "PYTHONPATH" in ran.stdout
    assert "sk-secret" not in ran.stdout


def import_path() -> dict[str, str]:
    return {"PYTHONPATH": os.pathsep.join(sys.path)}


def test_odd_files_are_refused_before_they_are_opened(tmp_path: Path, sandbox: Sandbox) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "directory.txt").mkdir()
    (tmp_path / "loop.txt").symlink_to(tmp_path / "loop.txt")
    (tmp_path / "dangling.txt").symlink_to(tmp_path / "nowhere.txt")
    put(tmp_path / "letter.odt", b"x")
    put(tmp_path / "closed.txt", b"x").chmod(0)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(os.path.relpath(tmp_path / "socket.txt"))
    for name, reason in {
        "pipe.txt": "pipe",
        "socket.txt": "socket",
        "directory.txt": "is a directory",
        "loop.txt": "cannot be reached",
        "dangling.txt": "not there",
        "missing.txt": "not there",
        "letter.odt": "no reader knows",
        "closed.txt": "may not be read",
    }.items():
        fault = refusal(tmp_path / name)
        assert fault is not None
        assert reason in fault.reason
        assert str(tmp_path / name) in str(fault)
        assert [str(error) for error in sandbox.read(tmp_path / name).errors] == [str(fault)]


def test_size_is_judged_before_opening(good: Path) -> None:
    assert refusal(good) is None
    fault = refusal(good, file_bytes=10)
    assert fault is not None
    assert "more than the 10 allowed" in fault.reason


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to become a user without permission")
def test_a_file_of_another_user_is_refused(tmp_path: Path) -> None:
    path = put(tmp_path / "others.txt", GOOD.encode())
    path.chmod(0o600)
    for folder in path.parents:
        if folder.is_relative_to(tempfile.gettempdir()) and not folder.stat().st_mode & 0o001:
            folder.chmod(0o755)
    code = (
        "import os, sys\nfrom pathlib import Path\nfrom pkqa.ingest.sandbox import refusal\n"
        "os.setuid(65534)\nprint(refusal(Path(sys.argv[1])))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, path],
        capture_output=True,
        text=True,
        check=True,
        env=import_path(),
    )
    assert "may not be read" in ran.stdout


def test_a_pipe_put_in_the_place_of_a_file_does_not_hold_the_child(tmp_path: Path) -> None:
    from pkqa.ingest.worker import answer

    os.mkfifo(tmp_path / "a.txt")
    (error,) = answer(tmp_path / "a.txt", MIB).errors
    assert error.reason == "is no regular file"
    (error,) = answer(tmp_path / "gone.txt", MIB).errors
    assert "cannot be opened" in error.reason


def test_a_file_that_grew_past_the_limit_is_refused_by_the_child(good: Path) -> None:
    from pkqa.ingest.worker import answer

    (error,) = answer(good, 10).errors
    assert error.reason == "is larger than 10 bytes"


@pytest.mark.parametrize("name", ["new\nline.txt", "esc\x1b[31m.txt", b"lat\xe9n.txt"])
def test_a_strange_name_is_read_and_can_be_printed(
    tmp_path: Path, sandbox: Sandbox, name: str | bytes
) -> None:
    path = put(tmp_path / os.fsdecode(name), GOOD.encode())
    assert sandbox.read(path).documents[0].text == GOOD
    path.write_bytes(b"")
    (error,) = sandbox.read(path).errors
    assert str(error).isprintable()
    assert str(error).encode()


DOCUMENT = RawDocument(
    text="A\n",
    media_type="pdf",
    line=3,
    document_id="x",
    title="T",
    groups=("g",),
    pages=(0, 2),
    dropped=(Dropped("menu", "menu"),),
)


def test_a_document_survives_the_wire() -> None:
    message = wire.parse(wire.line(wire.document_message(DOCUMENT)).rstrip(b"\n"))
    assert wire.document(message["document"]) == DOCUMENT


@pytest.mark.parametrize(
    "change",
    [
        {"text": None},
        {"text": 5},
        {"media_type": None},
        {"pages": ["0"]},
        {"pages": None},
        {"pages": [True]},
        {"line": "3"},
        {"title": 5},
        {"groups": "g"},
        {"groups": [1]},
        {"dropped": [1]},
        {"dropped": [{"text": "x"}]},
    ],
)
def test_what_a_child_makes_up_is_not_believed(change: dict[str, object]) -> None:
    body = wire.document_message(DOCUMENT)["document"] | change
    with pytest.raises(ValueError, match=r"\w"):
        wire.document(body)


@pytest.mark.parametrize("data", [b"", b"nonsense", b"[1]", b"[" * 100_000, b"\xff"])
def test_a_line_that_is_no_message_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        wire.parse(data)
