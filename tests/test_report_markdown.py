"""The comment for a pull request: what it says, and that nothing in it acts."""

from __future__ import annotations

import re
from typing import Any

import pytest
from markdown_it import MarkdownIt

from pkqa.evals.report.inert import block, line, summary
from pkqa.evals.report.markdown import LONGEST, SHOWN, markdown
from pkqa.evals.suite.run import Fingerprints, Item, Run
from test_report_matrix import PRINTS, blessed, item, judged, run_of

HOSTILE = (
    "See https://evil.example/x and www.evil.example, ask @admin or me@evil.example, #123,\n\n"
    "![i](https://evil.example/i.png) [l](https://evil.example) <img src=x onerror=alert(1)>\n"
    "```\n</details><script>alert(1)</script>\n````\n| a | b |\n# Head\n</code></summary>\x00"
)
CODE = re.compile(r"<(code|pre)\b.*?</\1>", re.DOTALL)


def rendered(text: str) -> str:
    """As HTML; GitHub leaves what is in code alone, so that is taken out."""
    return str(MarkdownIt("commonmark", {"html": True}).enable("table").render(text))


def failing() -> tuple[Run, Run]:
    """A run in which French questions got worse, and its baseline."""

    def questions(after: bool) -> list[Item]:
        return [
            item(
                f"q.{language}{n:02}",
                pair=f"{language} -> en",
                passed=not (after and language == "fr"),
                answer=f"{'new' if after and language == 'fr' else 'old'} answer {n}",
                blame="retrieval" if after and language == "fr" else "",
                scores={"nuggets": 0.0 if after and language == "fr" else 1.0},
            )
            for language in ("en", "fr")
            for n in range(20)
        ]

    return run_of(questions(after=True)), blessed(questions(after=False))


def test_the_verdict_comes_first_with_its_sign() -> None:
    run, baseline = failing()
    told = markdown(run, baseline, judged(run, baseline)).split("\n")
    assert told[0] == "## ❌ Regression: quote"
    assert told[2].startswith("- regression\\:")
    same = markdown(baseline, baseline, judged(baseline, baseline))
    assert same.startswith("## ✅ Pass: quote\n")
    assert markdown(run, None, judged(run, None)).startswith("## ⚠️ No baseline: quote\n")
    other = blessed(baseline.items, fingerprints=Fingerprints(**PRINTS | {"gold": "2"}))
    told_apart = markdown(run, other, judged(run, other))
    assert told_apart.startswith("## ⛔ Incomparable: quote\n")
    assert "newly failing" not in told_apart
    assert "Baseline:" not in told_apart


def test_the_gated_metrics_stand_in_a_table() -> None:
    run, baseline = failing()
    verdict = judged(run, baseline)
    [row] = [
        one
        for one in markdown(run, baseline, verdict).split("\n")
        if one.startswith("| ❌ | pass of fr |")
    ]
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert cells[2:5] == ["1.000", "0.000 [0.00, 0.16]", "-100.0 [-100.0, -100.0]"]
    assert rendered(markdown(run, baseline, verdict)).count("<table>") == 2


def test_what_would_have_been_seen_stands_beside_what_was() -> None:
    _, baseline = failing()
    verdict = judged(baseline, baseline)
    [found] = [one for one in verdict.findings if (one.metric, one.slice) == ("pass", "all")]
    assert found.visible is not None
    row = "|  | pass | 1.000 | 1.000 [0.91, 1.00] | 0.0 [0.0, 0.0] |"
    assert f"{row} {100 * found.visible:.1f} |" in markdown(baseline, baseline, verdict)


def test_pass_stands_by_language_of_question_and_document() -> None:
    run, baseline = failing()
    told = markdown(run, baseline, judged(run, baseline))
    assert "| pass: asked in \\ answered by | en | all |" in told
    assert "| en | 1.000 (0.0), n 20 | 1.000 (0.0), n 20 |" in told
    assert "| fr | 0.000 (-100.0), n 20 | 0.000 (-100.0), n 20 |" in told
    assert "| all |  | 0.500 (-50.0), n 40 |" in told
    assert "1.000, n 20" in markdown(run, None, judged(run, None))


def test_the_worst_questions_have_both_answers() -> None:
    run, baseline = failing()
    told = markdown(run, baseline, judged(run, baseline))
    assert "### Questions that lost most" in told
    assert told.count("<details>") == told.count("</details>") == SHOWN
    assert "old answer 3\n```\n\nNow:\n\n```text\nnew answer 3" in told
    first = markdown(run, None, judged(run, None))
    assert "### Questions that fail" in first
    assert "Baseline:" not in first


def test_how_many_flipped_were_left_out_and_lost_where() -> None:
    run, baseline = failing()
    items = [run.items[0].model_copy(update={"flipped": True}), *run.items[1:]]
    flipped = run_of(items, repeats=3)
    verdict = judged(flipped, baseline, quarantine=("q.en01",))
    told = markdown(flipped, baseline, verdict)
    assert (
        "39 questions on 39 facts; 20 fail; 20 newly failing; 0 newly passing; "
        "lost in: retrieval 20; 1 flipped in 3 rounds; 1 quarantined."
    ) in told
    assert "Baseline of 2026-11-01: as it should be." in told


def hostile(**told: Any) -> Run:
    return run_of([item("q", passed=False, answer=HOSTILE, question=HOSTILE, **told)])


def test_nothing_that_others_wrote_acts() -> None:
    run = hostile(blame=HOSTILE)
    told = markdown(run, None, judged(run, None))
    html = rendered(told)
    left = CODE.sub("", html)
    assert not re.search(r"<(a|img|script|h1)\b", left)
    assert not re.search(r"[@#]\w", left)
    assert html.count("<details>") == html.count("</details>") == 1
    assert html.count("<table>") == 1  # pass by language
    assert html.count("</summary>") == 1
    assert "\x00" not in told


def test_an_answer_that_reads_from_the_right_does_so_here() -> None:
    told = block("قال الوزير MINUSMA `إن`")
    assert told.startswith('<div dir="rtl">\n\n```text\n')
    assert rendered(told).count("<pre>") == 1
    assert block("It said so.").startswith("```text\n")
    assert summary("قال <b>") == '<code dir="rtl">قال &lt;b&gt;</code>'


def test_a_long_answer_is_cut() -> None:
    run = run_of([item("q", passed=False, answer="a" * (LONGEST + 1))])
    told = markdown(run, None, judged(run, None))
    assert "a" * LONGEST + " ..." in told
    assert "a" * (LONGEST + 1) not in told


@pytest.mark.parametrize(
    "text",
    [
        "recall@5 of ar -> fr fell by 1.5 points (from 0.91)",
        "1. - + # > `a` *b* _c_ ~~d~~ [e](f) <g> | h & \\i &amp; $j$ ^k^",
        "see @someone, a@b.org, #12, www.x.org, https://x.org",
        "- a\n- b",
    ],
)
def test_a_line_reads_as_it_was(text: str) -> None:
    html = rendered(line(text))
    assert re.findall("<[^>]+>", html) in (["<p>", "</p>"], ["<ul>", "<li>", "</li>", "</ul>"])
    shown = MarkdownIt("commonmark").parseInline(line(text))[0]
    children = shown.children or []
    plain = "".join(one.content for one in children)
    assert plain.replace("\u200b", "") == " ".join(text.split())
    assert {one.type for one in children} <= {"text", "text_special"}


def test_the_same_run_is_the_same_comment() -> None:
    run, baseline = failing()
    verdict = judged(run, baseline)
    assert markdown(run, baseline, verdict) == markdown(run, baseline, verdict)
