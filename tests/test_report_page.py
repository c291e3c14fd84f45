"""The page as a file, and in a real browser."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from pkqa.evals.gold.record import Nugget, Record, Span, Value
from pkqa.evals.report.page import page
from pkqa.evals.report.windows import WHOLE
from pkqa.evals.suite.run import Fingerprints, Item, Quoted, Retrieved, Run
from pkqa.model import Document
from test_report_matrix import PRINTS, blessed, item, judged, run_of
from test_serve_browser import CHROMIUM, QUIET

HOSTILE = (
    '</script><img src=x onerror="document.title=1"><!--<script>&amp; \u2028 https://evil.example'
)
ENGLISH = (
    "𝒰𝒩 record\n\nThe force began in 1978. It has its headquarters in Naqoura. It is still there."
)
ARABIC = "بعثة جنوب السودان\n\nمقر البعثة MINUSMA مدينة جوبا. وقد أنشئت سنة 2011."


def document(name: str, text: str, language: str) -> Document:
    return Document(
        document_id=name,
        text=text,
        text_sha=hashlib.sha256(text.encode()).hexdigest(),
        title=text.split("\n", maxsplit=1)[0],
        language=language,
        date="2024-01-01",
        source="https://news.example/1",
        path=f"/{name}",
        media_type="txt",
    )


DOCUMENTS = {
    "en.txt": document("en.txt", ENGLISH, "en"),
    "ar.txt": document("ar.txt", ARABIC, "ar"),
    "long.txt": document("long.txt", "Some words. " * WHOLE, "en"),
}


def placed(name: str, quote: str) -> tuple[str, int, int]:
    start = DOCUMENTS[name].text.index(quote)
    return name, start, start + len(quote)


def span(name: str, quote: str) -> Span:
    _, start, end = placed(name, quote)
    return Span(
        document_id=name, text_sha=DOCUMENTS[name].text_sha, start=start, end=end, quote=quote
    )


def quoted(name: str, quote: str, *, right: bool = True) -> Quoted:
    _, start, end = placed(name, quote)
    return Quoted(marker=1, document_id=name, start=start, end=end, quote=quote, right=right)


def found(name: str, quote: str) -> Retrieved:
    name, start, end = placed(name, quote)
    return Retrieved(document_id=name, start=start, end=end)


JUBA = "مدينة جوبا"
SEAT = "It has its headquarters in Naqoura."


def questions(*, after: bool) -> list[Item]:
    """An Arabic question that is lost, an English one that is kept, a hostile one, and fifty-odd
    that are like each other."""
    lost: dict[str, Any] = {
        "passed": not after,
        "blame": "answering" if after else "",
        "status": "not_found" if after else "answered",
        "answer": "لا تجيب الوثائق عن هذا السؤال." if after else f"جاء:\n\n«{JUBA}» [1]",
        "citations": () if after else (quoted("ar.txt", JUBA),),
        "hits": (found("ar.txt", ARABIC.split("\n\n")[1]), found("en.txt", ENGLISH[-20:])),
        "scores": {"nuggets": 0.0 if after else 1.0},
        "tags": ("where",),
    }
    kept: dict[str, Any] = {
        "answer": f"“{SEAT}” [1]",
        "citations": (quoted("en.txt", SEAT),),
        "hits": (found("en.txt", "The force began in 1978. It has its headquarters in Naqoura."),),
        "scores": {"nuggets": 1.0, "CRAG": 1.0},
        "tags": ("where", "name"),
    }
    hostile: dict[str, Any] = {
        "answer": HOSTILE,
        "question": HOSTILE,
        "passed": False,
        "tags": ("odd",),
    }
    return [
        item("kept", pair="en -> en", question="Where is its seat?", **kept),
        item("lost", pair="ar -> ar", question="أين مقر MINUSMA؟", **lost),
        item("odd", pair="fr -> -", **hostile),
        *(item(f"many.{n:02}", fact=f"many.{n // 2}", pair="fr -> en") for n in range(60)),
    ]


RECORDS = {
    record.id: record
    for record in (
        Record(
            id="kept",
            fact_id="kept",
            split="dev",
            language="en",
            question="Where is its seat?",
            after=("What is UNIFIL?",),
            nuggets=(Nugget(type="name", values={"en": ("Naqoura",)}),),
            forbidden=(Value(type="number", value="1978"),),
            gold=((span("en.txt", SEAT),),),
        ),
        Record(
            id="lost",
            fact_id="lost",
            split="dev",
            language="ar",
            question="أين مقر MINUSMA؟",
            nuggets=(
                Nugget(type="name", values={"en": ("Juba",), "ar": ("جوبا",)}),
                Nugget(type="date", value="2011", vital=False),
            ),
            gold=((span("ar.txt", JUBA),), (span("long.txt", "Some words. Some"),)),
        ),
    )
}


def runs() -> tuple[Run, Run]:
    prints = Fingerprints(**PRINTS)
    return run_of(questions(after=True), fingerprints=prints), blessed(questions(after=False))


def made() -> str:
    run, baseline = runs()
    return page(run, baseline, judged(run, baseline), RECORDS, DOCUMENTS)


def data_of(text: str) -> dict[str, Any]:
    told = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    assert told is not None
    data: dict[str, Any] = json.loads(told[1])
    return data


# The file


def test_the_same_runs_are_the_same_page() -> None:
    assert made() == made()


def test_what_we_write_names_no_address() -> None:
    text = made()
    start = text.index('<script type="application/json"')
    without_data = text[:start] + text[text.index("</script>", start) :]
    assert not re.search(r"(?i)https?:|\w://|[\"'(]//", without_data)
    assert not re.search(r"\b(src|href)=(?![\"']?#)", without_data)


def test_the_policy_lets_in_our_script_and_style_alone() -> None:
    text = made()
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', text)
    assert policy is not None
    script = re.search(r"<script>(.*?)</script>", text, re.DOTALL)
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)
    assert script is not None
    assert style is not None
    hashes = [
        base64.b64encode(hashlib.sha256(found[1].encode()).digest()).decode()
        for found in (script, style)
    ]
    assert policy[1] == (
        f"default-src 'none'; script-src 'sha256-{hashes[0]}'; style-src 'sha256-{hashes[1]}'; "
        "base-uri 'none'; form-action 'none'"
    )
    assert len(re.findall("<script", text)) == 2
    assert not re.search(r"\sstyle=|\son\w+=", text.split("<body>")[1].split("<script")[0])


def test_nothing_can_leave_the_data() -> None:
    text = made()
    assert text.count("</script>") == 2
    assert "<!--" not in text
    assert "<img" not in text
    [odd] = [one for one in data_of(text)["questions"] if one["id"] == "odd"]
    assert odd["question"] == HOSTILE


def test_a_question_says_what_it_should_and_what_became_of_it() -> None:
    told = {one["id"]: one for one in data_of(made())["questions"]}
    assert next(iter(told)) == "lost"
    lost, kept = told["lost"], told["kept"]
    assert (lost["became"], lost["stage"], lost["moved"]) == ("lost", "answering", True)
    assert lost["nuggets"] == [
        {"text": "جوبا", "vital": True, "found": False},
        {"text": "2011", "vital": False, "found": False},
    ]
    assert lost["before"]["answer"] == [["rtl", "جاء:"], ["rtl", f"«{JUBA}» [1]"]]
    assert lost["gold"][0][0]["start"] == ARABIC.index(JUBA)
    assert kept["nuggets"] == [{"text": "Naqoura", "vital": True, "found": True}]
    assert kept["forbidden"] == [{"text": "1978", "said": False}]
    assert kept["after"] == ["What is UNIFIL?"]
    assert (told["odd"]["stage"], told["odd"]["nuggets"]) == ("not refused", [])


def test_a_refusal_reads_as_its_question_does() -> None:
    told = "لا تجيب الوثائق عن هذا السؤال. أقرب الوثائق: «A much longer title in another script»"
    run = run_of([item("q", pair="ar -> -", question="كم؟", status="not_found", answer=told)])
    data = data_of(page(run, None, judged(run, None), {}, {}))
    assert data["questions"][0]["answer"] == [["rtl", told]]


def test_a_gold_passage_that_moved_is_found_and_one_that_is_gone_is_told() -> None:
    run, _ = runs()
    text = f"A new first line.\n\n{ENGLISH}"
    moved = {"en.txt": document("en.txt", text, "en")}
    data = data_of(page(run, None, judged(run, None), RECORDS, moved))
    told = {one["id"]: one for one in data["questions"]}
    [[seat]] = told["kept"]["gold"]
    assert text[seat["start"] : seat["end"]] == SEAT
    assert told["lost"]["gold"][0][0] == {
        "document": "ar.txt",
        "start": None,
        "end": None,
        "quote": JUBA,
    }
    assert list(data["documents"]) == ["en.txt"]


def test_documents_are_there_once_and_long_ones_in_part() -> None:
    documents = data_of(made())["documents"]
    assert documents["en.txt"]["parts"] == [[0, ENGLISH]]
    assert (documents["ar.txt"]["dir"], documents["ar.txt"]["cut"]) == ("rtl", False)
    [[start, text]] = documents["long.txt"]["parts"]
    assert start == 0
    assert len(text) < 1000
    assert documents["long.txt"]["cut"]


def test_metrics_say_what_they_were_and_what_the_gate_made_of_them() -> None:
    metrics = {one["name"]: one for one in data_of(made())["metrics"]}
    arabic = metrics["pass"]["slices"]["ar"]
    assert arabic["now"][0] == 0
    assert arabic["before"][0] == 1
    assert arabic["change"][0] == -1
    assert arabic["now"][3:] == [1, 1]
    assert metrics["pass"]["slices"]["all"]["gated"]["outcome"] == "inconclusive"
    assert metrics["CRAG"]["signed"]
    assert not metrics["pass"]["lower"]


def test_without_a_baseline_nothing_is_compared() -> None:
    run, baseline = runs()
    other = blessed(baseline.items, fingerprints=Fingerprints(**PRINTS | {"corpus": "2"}))
    for before in (None, other):
        data = data_of(page(run, before, judged(run, before), RECORDS, DOCUMENTS))
        assert not data["compared"]["comparable"]
        assert all(one["before"] is None for one in data["questions"])
        assert all(
            cell["before"] is None and cell["change"] is None
            for metric in data["metrics"]
            for cell in metric["slices"].values()
        )
    assert data["compared"]["fingerprints"][0] == ["corpus", "corpus-1", "2"]


def test_the_baseline_of_a_narrowed_run_is_narrowed_too() -> None:
    _, baseline = runs()
    few = run_of([one for one in baseline.items if one.id == "odd"], filtered="tag:odd")
    data = data_of(page(few, baseline, judged(few, baseline), RECORDS, DOCUMENTS))
    assert data["metrics"][0]["slices"]["all"]["before"][0] == 0


def test_what_is_quarantined_is_shown_and_not_counted() -> None:
    run, baseline = runs()
    verdict = judged(run, baseline, quarantine=("lost",))
    data = data_of(page(run, baseline, verdict, RECORDS, DOCUMENTS))
    [lost] = [one for one in data["questions"] if one["id"] == "lost"]
    assert lost["quarantined"] == "its gold is disputed (until 2026-11-22)"
    assert "ar" not in data["metrics"][0]["slices"]
    assert data["counts"]["quarantined"] == 1


# In a browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("needs Chromium (make browser installs it), which is not here")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(made(), encoding="utf-8")
    return path.as_uri()


@pytest.fixture
def opened(browser: Browser, file: str) -> Iterator[Page]:
    """The page; it must not complain, ask for anything, or break its own policy."""
    yield from visit(browser, file)


def visit(browser: Browser, address: str, **device: Any) -> Iterator[Page]:
    window = browser.new_page(**device)
    window.set_default_timeout(10_000)
    complaints: list[str] = []
    window.on("console", lambda said: complaints.append(said.text))
    window.on("pageerror", lambda error: complaints.append(str(error)))
    window.on("request", lambda request: complaints.append(request.url))
    window.add_init_script(
        "addEventListener('securitypolicyviolation', e => console.log(e.violatedDirective))"
    )
    window.goto(address)
    yield window
    assert complaints == [address.split("#", maxsplit=1)[0]]
    window.close()


def open_question(window: Page, name: str) -> Any:
    window.evaluate("name => { location.hash = `q-${name}`; }", name)
    row = window.locator(f"[id='q-{name}']")
    expect(row.locator(".drill")).to_be_visible()
    return row


@pytest.mark.browser
def test_it_opens_from_a_file(opened: Page) -> None:
    expect(opened.locator("h1")).to_have_text("inconclusive")
    expect(opened.locator("#verdict")).to_contain_text("Compared with the baseline of 2026-11-01")
    expect(opened.locator("#heat")).to_contain_text("asked in Arabic")
    expect(opened.locator("#chart tbody tr")).to_have_count(3)
    expect(opened.locator("#losses .part", has_text="lost in answering")).to_have_count(1)
    expect(opened.locator("#found")).to_have_text("63 questions")


@pytest.mark.browser
def test_what_others_wrote_stays_text(opened: Page) -> None:
    row = open_question(opened, "odd")
    expect(row.locator(".text")).to_have_text(HOSTILE)
    expect(row.locator(".answer p")).to_have_text(HOSTILE)
    assert opened.locator("img, main a").count() == 0
    assert opened.title() == "inconclusive - quote - pkqa eval"


@pytest.mark.browser
def test_an_arabic_question_reads_from_the_right_down_to_its_passages(opened: Page) -> None:
    row = open_question(opened, "lost")
    expect(row.locator(".text")).to_have_attribute("dir", "rtl")
    expect(row.locator(".values .missing").first).to_contain_text("جوبا")
    expect(row.locator(".answers.two .answer")).to_have_count(2)
    assert row.locator(".answer p[dir=rtl]").count() == 3
    passage = row.locator(".passage[dir=rtl]")
    expect(passage.locator("mark.gold.retrieved")).to_have_text(JUBA)
    assert passage.evaluate("e => getComputedStyle(e).direction") == "rtl"


@pytest.mark.browser
def test_three_marks_combine_at_the_right_letters(opened: Page) -> None:
    row = open_question(opened, "kept")
    marks = row.locator(".passage mark")
    expect(marks).to_have_text(["The force began in 1978. ", SEAT])
    expect(marks.nth(0)).to_have_class(re.compile(r"^retrieved retrieved-start$"))
    for kind in ("gold", "cited", "retrieved"):
        expect(marks.nth(1)).to_have_class(re.compile(rf"\b{kind}\b"))
    looks = marks.nth(1).evaluate(
        "e => { const s = getComputedStyle(e); "
        "return [s.textDecorationLine, s.borderTopStyle, s.backgroundColor]; }"
    )
    assert looks[:2] == ["underline", "solid"]
    assert looks[2] != "rgba(0, 0, 0, 0)"


@pytest.mark.browser
def test_questions_are_narrowed_and_paged(opened: Page) -> None:
    rows = opened.locator("#list .question")
    expect(rows).to_have_count(50)
    opened.locator("#more").click()
    expect(rows).to_have_count(63)
    expect(opened.locator("#more")).to_be_hidden()
    opened.locator("#filter-text").fill("SEAT its")
    expect(rows).to_have_count(1)
    expect(opened.locator("#found")).to_have_text("1 of 63 questions")
    opened.locator("#filter-text").fill("")
    opened.locator("#filter-tag").select_option("where")
    expect(rows).to_have_count(2)
    opened.locator("#filter-state").select_option("lost")
    expect(rows).to_have_count(1)
    opened.locator("#filter-pair").select_option("fr -> en")
    expect(opened.locator("#list")).to_have_text("No question is like that.")
    opened.locator("#losses .lost-answering.part").click()
    expect(rows).to_have_count(1)
    expect(rows.locator(".text")).to_have_attribute("lang", "ar")


@pytest.mark.browser
def test_the_matrix_shows_the_metric_that_is_chosen(opened: Page) -> None:
    cell = opened.locator(".heat tbody tr").first.locator("td").first
    expect(cell).to_contain_text("0.000")
    expect(cell).to_contain_text("▼ −100.0")
    opened.locator("#heat-metric").select_option("CRAG")
    expect(opened.locator(".heat tbody tr").first.locator("td.none")).not_to_have_count(0)
    opened.locator("#heat-metric").select_option("pass")
    opened.locator(".heat button").first.click()
    expect(opened.locator("#found")).to_have_text("1 of 63 questions")
    opened.locator("#chart-slice").select_option("ar -> ar")
    expect(opened.locator("#chart tbody tr")).to_have_count(2)


@pytest.mark.browser
def test_a_question_can_be_linked_to_and_opened_by_keyboard(browser: Browser, file: str) -> None:
    for window in visit(browser, f"{file}#q-many.59"):
        expect(window.locator("[id='q-many.59'] .answer")).to_be_in_viewport()
        row = window.locator("#q-lost")
        row.locator("summary").first.focus()
        window.keyboard.press("Enter")
        expect(row.locator(".answers")).to_be_visible()


@pytest.mark.browser
@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 1280), ("dark", 390)])
def test_axe_finds_no_serious_fault(browser: Browser, file: str, theme: str, width: int) -> None:
    size = {"width": width, "height": 900}
    for window in visit(browser, file, color_scheme=theme, viewport=size):
        open_question(window, "kept")
        open_question(window, "lost").locator(".scores summary").click()
        found = Axe().run(window).response["violations"]
        assert [
            f"{fault['id']}: {node['html']}"
            for fault in found
            if fault["impact"] in {"serious", "critical"}
            for node in fault["nodes"]
        ] == []
        assert window.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.browser
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_tone_of_the_matrix_can_be_read(browser: Browser, file: str, theme: str) -> None:
    for window in visit(browser, file, color_scheme=theme):
        shades = window.locator("#heat-legend .key").evaluate_all(
            "keys => keys.map((e) => getComputedStyle(e)).map(s => [s.color, s.backgroundColor])"
        )
        assert len(shades) == 7
        assert len({back for _, back in shades}) == 7
        for ink, back in shades:
            lighter, darker = sorted((luminance(ink), luminance(back)), reverse=True)
            assert (lighter + 0.05) / (darker + 0.05) >= 4.5, (ink, back)


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2) of "rgb(r, g, b)"."""
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    linear = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts]
    return sum(w * x for w, x in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
