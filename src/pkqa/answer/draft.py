"""An answer in the making: what was confirmed so far, with markers of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from pkqa.answer.citing import citation
from pkqa.answer.claims import claim_of
from pkqa.answer.passages import Passage
from pkqa.answer.phrases import NEAREST_DOCUMENTS, not_found, nothing_confirmed, partly
from pkqa.answer.support import Support
from pkqa.answer.verify import Verified, verified
from pkqa.model import Answer, Checked, Citation


@dataclass(slots=True)
class _Line:
    """A confirmed sentence."""

    text: str
    markers: tuple[int, ...]
    opens: bool


@dataclass(slots=True)
class Draft:
    """What one reply came to; ``answer`` gives it as it stands."""

    question: str
    language: str
    model: str
    passages: Sequence[Passage]  # of the prompt
    checked: list[Checked] = field(default_factory=list)
    _lines: list[_Line] = field(default_factory=list)
    # By their place in ``checked``: confirmed, and shown once what they announce is, too ("The five
    # fields are:").
    _announcing: dict[int, tuple[Verified, bool]] = field(default_factory=dict)
    _cited: list[Support] = field(default_factory=list)

    @property
    def confirmed(self) -> bool:
        """Whether there is anything to show."""
        return bool(self._lines)

    @property
    def wrote(self) -> str:
        """All that the model wrote in its own words, shown or not."""
        return " ".join(claim_of(one.sentence).unquoted for one in self.checked)

    def passage(self, marker: int) -> Passage:
        """The passage that the citation of this marker quotes from."""
        return self._cited[marker - 1].passage

    def add(self, found: Verified, *, opens: bool) -> bool:
        """Take in a sentence as the check left it; whether more is shown now.

        Args:
            found: the sentence, checked.
            opens: whether it begins a line.
        """
        self.checked.append(found.checked)
        if found.checked.verdict != "confirmed":
            return False
        self._announcing[len(self.checked) - 1] = (found, opens)
        if claim_of(found.checked.sentence).leads:
            return False
        for one, opening in self._announcing.values():
            self._show(one, opens=opening)
        self._announcing.clear()
        return True

    def _show(self, found: Verified, *, opens: bool) -> None:
        markers = dict.fromkeys(self._marker(support) for support in found.support)
        opens = opens or not self._lines
        self._lines.append(_Line(found.checked.sentence, tuple(markers), opens))

    def answer(
        self, *, partial: bool = False, missing: Sequence[str] = (), notes: Sequence[str] = ()
    ) -> Answer:
        """The answer so far, every quotation and marker of it checked once more.

        Args:
            partial: whether the passages answer a part of the question only.
            missing: the parts that they do not answer.
            notes: why it may lack something, where the model did not come to an end.
        """
        checked = self._checked()
        withheld = tuple(c.sentence for c in checked if c.verdict != "confirmed")
        if not self._lines:
            titles = list(dict.fromkeys(passage.document.title for passage in self.passages))
            text = not_found(self.language, titles[:NEAREST_DOCUMENTS])
            if withheld:
                text = f"{nothing_confirmed(self.language, len(withheld))} {text}"
        else:
            text = self._text()
            if partial:
                text = f"{text}\n\n{partly(self.language, missing)}"
        answer = Answer(
            question=self.question,
            language=self.language,
            status="not_found"
            if not self._lines
            else "partial"
            if partial or notes
            else "answered",
            answer=text,
            citations=self._citations(),
            withheld=withheld,
            checked=checked,
            missing=tuple(missing) if self._lines else (),
            notes=tuple(notes),
            answerer="llm",
            model=self.model,
        )
        documents = {passage.document.document_id: passage.document for passage in self.passages}
        return verified(answer, documents.__getitem__)

    def _checked(self) -> tuple[Checked, ...]:
        """The sentences, those that announce what does not follow as not confirmed."""
        return tuple(
            replace(one, verdict="unconfirmed", reason="announces")
            if at in self._announcing
            else one
            for at, one in enumerate(self.checked)
        )

    def _marker(self, support: Support) -> int:
        """Its number, which it keeps: that of its first use."""
        for number, cited in enumerate(self._cited, start=1):
            if (cited.start, cited.end) == (support.start, support.end) and (
                cited.passage.document.document_id == support.passage.document.document_id
            ):
                return number
        self._cited.append(support)
        return len(self._cited)

    def _text(self) -> str:
        paragraphs: list[str] = []
        for line in self._lines:
            told = f"{line.text} {''.join(f'[{marker}]' for marker in line.markers)}"
            if line.opens:
                paragraphs.append(told)
            else:
                paragraphs[-1] += f" {told}"
        return "\n\n".join(paragraphs)

    def _citations(self) -> tuple[Citation, ...]:
        return tuple(
            citation(number, cited.passage.document, cited.start, cited.end, _language(cited))
            for number, cited in enumerate(self._cited, start=1)
        )


def _language(cited: Support) -> str:
    """The language of the first sentence of a stretch."""
    for sentence in cited.passage.sentences:
        if sentence.start <= cited.start < sentence.end:
            return sentence.language
    return cited.passage.language
