"""A conversation as a PDF file: text in both scripts, shaped and ordered right, and links."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from pkqa.serve.exports import Reference, plain, references, until, words
from pkqa.serve.fonts import WEIGHTS, font_of
from pkqa.serve.strings import STRINGS, Language, written_date
from pkqa.serve.turn import Turn
from pkqa.text.languages import direction

if TYPE_CHECKING:
    from fpdf import FPDF

_FONT: Final = "FiraGO"
_INK: Final = (32, 39, 44)
_SOFT: Final = (90, 101, 109)
_ACCENT: Final = (23, 96, 122)
_MARGIN: Final = 22.0  # millimetres
_INDENT: Final = 7.0  # of what is quoted


def pdf(turns: Sequence[Turn], language: Language, day: date) -> bytes:
    """The conversation as the bytes of a file.

    Args:
        turns: what was asked, in order.
        language: of the words around it.
        day: on which it is exported.
    """
    strings = STRINGS[language]
    with _paper(f"pkqa · {strings.conversation}", language) as paper:
        sheet = _Sheet(paper)
        sheet.paragraph(f"pkqa · {strings.conversation}", 18, bold=True, color=_ACCENT)
        exported = strings.exported.format(date=written_date(day.isoformat(), strings))
        sheet.paragraph(exported, 9.5, color=_SOFT)
        for turn in turns:
            sheet.gap(6)
            sheet.keep(40)
            sheet.paragraph(plain(turn.question), 13, bold=True)
            if heard := until(turn, language):
                sheet.paragraph(heard, 9.5, color=_SOFT)
            for paragraph in words(turn, language):
                sheet.gap(1.2)
                sheet.paragraph(paragraph, 11)
            listed = references(turn, language)
            if listed:
                sheet.gap(2.5)
                sheet.paragraph(strings.references, 9.5, bold=True, color=_SOFT)
            for one in listed:
                sheet.keep(24)
                sheet.reference(one)
        return bytes(paper.output())


class _Sheet:
    """Paragraphs one under the other, each in the direction of most of its letters."""

    def __init__(self, paper: FPDF) -> None:
        self._paper = paper

    def gap(self, height: float) -> None:
        """Leave millimetres free."""
        self._paper.ln(height)

    def keep(self, height: float) -> None:
        """Go on on the next page where fewer millimetres are left on this one."""
        if self._paper.will_page_break(height):
            self._paper.add_page()

    def paragraph(  # noqa: PLR0913  # a paragraph has a look
        self,
        text: str,
        size: float,
        *,
        bold: bool = False,
        color: tuple[int, int, int] = _INK,
        indent: float = 0.0,
        link: str = "",
        side: str = "",
    ) -> None:
        """Print one paragraph; sizes are in points, the indent in millimetres.

        It keeps to the side where it starts, or to that where text of direction ``side`` does.
        """
        paper, runs = self._paper, direction(text)
        side = side or runs
        paper.set_font(_FONT, "B" if bold else "", size)
        paper.set_text_color(*color)
        paper.set_text_shaping(direction=runs)
        paper.set_x(paper.l_margin + (indent if side == "ltr" else 0.0))
        paper.multi_cell(
            paper.epw - indent,
            size * (0.62 if runs == "rtl" else 0.52),
            text,
            align="R" if side == "rtl" else "L",
            link=link or None,
            new_x="LMARGIN",
            new_y="NEXT",
        )

    def reference(self, one: Reference) -> None:
        """Print a title with its facts, the link to it, and what is quoted of it."""
        self.gap(1.5)
        side = direction(one.title)
        self.paragraph(f"[{one.marker}] {one.title}", 10, bold=True)
        for facts in filter(None, (one.publication, one.facts, one.file)):
            self.paragraph(facts, 9, color=_SOFT, indent=_INDENT, side=side)
        if one.address:
            self.paragraph(
                one.address, 8.5, color=_ACCENT, indent=_INDENT, link=one.address, side=side
            )
        self.gap(0.6)
        self.paragraph(" ".join(one.quote.split()), 10, indent=_INDENT)


@contextmanager
def _paper(title: str, language: Language) -> Iterator[FPDF]:
    """An empty document with the fonts in it, which the library takes from files only."""
    from fpdf import FPDF

    class Numbered(FPDF):
        def footer(self) -> None:
            self.set_y(-14)
            self.set_font(_FONT, "", 8)
            self.set_text_color(*_SOFT)
            self.set_text_shaping(direction="ltr")
            self.cell(0, 5, f"{self.page_no()} / {{nb}}", align="C")

    with TemporaryDirectory() as folder:
        paper = Numbered(format="A4")
        paper.set_title(title)
        paper.set_lang(language)
        paper.set_creator("pkqa")
        paper.set_margins(_MARGIN, _MARGIN, _MARGIN)
        paper.set_auto_page_break(True, _MARGIN)
        paper.c_margin = 0
        for weight, style in zip(WEIGHTS, ("", "B"), strict=True):
            file = Path(folder) / f"{weight}.ttf"
            file.write_bytes(font_of(weight))
            paper.add_font(_FONT, style, file)
        paper.add_page()
        yield paper
