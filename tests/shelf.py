"""A small library in memory for the tests of the chat page: true spans, no index, no model."""

from __future__ import annotations

import hashlib
from typing import Any

from pkqa.errors import UnknownDocument
from pkqa.model import Answer, Citation, Document, Hit
from pkqa.serve.library import Rating
from pkqa.store.where import Where


def _document(document_id: str, language: str, title: str, text: str, **more: object) -> Document:
    facts: dict[str, object] = {"date": None, "source": f"/somewhere/{document_id}.txt"} | more
    return Document(
        document_id=document_id,
        text=text,
        text_sha=hashlib.sha256(text.encode()).hexdigest(),
        title=title,
        language=language,
        path=f"/somewhere/{document_id}.txt",
        media_type="txt",
        **facts,  # type: ignore[arg-type]
    )


ENGLISH = _document(
    "bridge-en",
    "en",
    "Engineers reopen the northern bridge",
    "Engineers reopen the northern bridge\n\n"
    "The rains had cut the northern road for six weeks. Traders waited on both banks with their "
    "lorries. Food prices in the market doubled. A company of engineers from the mission rebuilt "
    "the span in nineteen days. The bridge carries 40 tonnes, twice what the old one bore. "
    "Villagers lent their own boats to ferry timber across. The mayor thanked the soldiers by "
    "name.\n\nPatrols now reach the clinic at Oum Sebt before noon. Nurses there vaccinate "
    "children on Tuesdays. A second crossing is planned for the dry season.",
    date="2023-11-30",
    source="https://news.example.org/bridge?id=7&lang=en",
    publication="The River Post",
)
FRENCH = _document(
    "helicopteres-fr",
    "fr",
    "Seize hélicoptères promis à Séoul",
    "Seize hélicoptères promis à Séoul\n\n"
    "La réunion ministérielle s’est tenue pendant deux jours. Les délégations ont promis seize "
    "hélicoptères pour les opérations de paix. Soixante-deux pays ont pris la parole. Le "
    "conseiller militaire a salué « un effort sans précédent ». Les appareils seront livrés "
    "avant la saison des pluies.\n\nUn nouveau rendez-vous est fixé à l’an prochain.",
    date="2021-12-01",
    source="https://journal.example.org/helicopteres",
    publication="Le Courrier des missions",
)
ARABIC = _document(
    "thikra-ar",
    "ar",
    "الذكرى الخامسة والسبعون لحفظ السلام",
    "الذكرى الخامسة والسبعون لحفظ السلام\n\n"
    "اجتمع الجنود في ساحة المقر صباح اليوم. أحيت البعثة الذكرى الخامسة والسبعين لعمليات حفظ السلام "
    "التابعة للأمم المتحدة. وقف الحاضرون دقيقة صمت تكريمًا لستين جنديًا سقطوا خلال العام. وقال قائد "
    "قوة MINUSCA إن عدد المنتشرين بلغ 1,724 جنديًا. ثم وُزعت الأوسمة على المشاركين.\n\n"
    "انتهى الحفل بعزف النشيد.",
    date="2023-05-29",
    source="/somewhere/thikra-ar.txt",
    publication="صحيفة الميدان",
)
HOSTILE = _document(
    "hostile",
    "en",
    "<script>window.stolen = 1</script> & <b>bold</b>",
    'First line. The page said <img src=x onerror="window.stolen = 2"> and `${window.stolen = 3}` '
    "and {{window}} to everyone. Last line.",
    source="javascript:window.stolen=4",
)
PAGED = _document(
    "paged",
    "en",
    "Minutes of the meeting",
    "The first page speaks of boats.\nThe second page speaks of lorries.\nThe third is short.",
    pages=(0, 32, 67),
    source="/somewhere/minutes.pdf",
)
DOCUMENTS = (ENGLISH, FRENCH, ARABIC, HOSTILE, PAGED)

BRIDGE = "The bridge carries 40 tonnes, twice what the old one bore."
BUILT = "A company of engineers from the mission rebuilt the span in nineteen days."
HELICOPTERS = "Les délégations ont promis seize hélicoptères pour les opérations de paix."
SIXTY = "وقف الحاضرون دقيقة صمت تكريمًا لستين جنديًا سقطوا خلال العام."
ANNIVERSARY = "أحيت البعثة الذكرى الخامسة والسبعين لعمليات حفظ السلام التابعة للأمم المتحدة."
PAYLOAD = 'The page said <img src=x onerror="window.stolen = 2"> and `${window.stolen = 3}`'

FAULTY = "Break, please"
SUGGESTED = {
    "en": [
        "How long did it take to rebuild the bridge?",
        "How many helicopters were promised?",
        "Which anniversary did the mission mark?",
        "Who won the cup?",
    ],
    "fr": [
        "Combien d’hélicoptères ont été promis ?",
        "En combien de jours le pont a-t-il été reconstruit ?",
        "Qui a gagné la coupe ?",
    ],
    "ar": [
        "كم مروحية وُعد بها؟",
        "ما الذكرى التي أحيتها البعثة؟",
        "كم جنديًا سقط خلال العام؟",
        "من فاز بالكأس؟",
    ],
}


def cite(marker: int, document: Document, quote: str) -> Citation:
    """A citation whose span is true of ``document``."""
    start = document.text.index(quote)
    return Citation(
        marker=marker,
        document_id=document.document_id,
        title=document.title,
        source=document.source,
        language=document.language,
        date=document.date,
        quote=quote,
        start=start,
        end=start + len(quote),
    )


def answered(question: str, language: str, lead: str, *quotes: tuple[Document, str]) -> Answer:
    """An answer made of a lead-in and verbatim quotations, each with its marker."""
    citations = tuple(cite(n, document, quote) for n, (document, quote) in enumerate(quotes, 1))
    said = " ".join(f"{c.quote} [{c.marker}]" for c in citations)
    return Answer(
        question,
        language,
        "answered",
        f"{lead}\n{said}",
        citations,
        timings_ms={"total": 132.0},
    )


def not_found(question: str, language: str) -> Answer:
    """Nothing answers; two documents come nearest."""
    hits = tuple(
        Hit(d.document_id, f"{d.document_id}#0", rank, 0.3, 0, 40, d.text[:40])
        for rank, d in enumerate((ENGLISH, ARABIC, ENGLISH), 1)
    )
    return Answer(question, language, "not_found", "", hits=hits, timings_ms={"total": 98.0})


class Shelf:
    """Five documents and a handful of questions known word for word; ``faults`` raise instead."""

    def __init__(self, faults: dict[str, Exception] | None = None) -> None:
        self.faults = faults or {}
        self.rated: list[tuple[str, Rating, str]] = []
        helicopters = (FRENCH, HELICOPTERS)
        self.answers = {
            SUGGESTED["en"][0]: answered(
                SUGGESTED["en"][0], "en", "The documents say:", (ENGLISH, BUILT), (ENGLISH, BRIDGE)
            ),
            SUGGESTED["en"][1]: answered(
                SUGGESTED["en"][1], "en", "A French source says:", helicopters
            ),
            SUGGESTED["en"][2]: answered(
                SUGGESTED["en"][2], "en", "An Arabic source says:", (ARABIC, ANNIVERSARY)
            ),
            SUGGESTED["fr"][0]: answered(
                SUGGESTED["fr"][0], "fr", "D’après les documents :", helicopters
            ),
            SUGGESTED["fr"][1]: answered(
                SUGGESTED["fr"][1], "fr", "Une source en anglais indique :", (ENGLISH, BUILT)
            ),
            SUGGESTED["ar"][0]: answered(
                SUGGESTED["ar"][0], "ar", "يقول مصدر بالفرنسية:", helicopters
            ),
            SUGGESTED["ar"][1]: answered(
                SUGGESTED["ar"][1], "ar", "جاء في الوثائق:", (ARABIC, ANNIVERSARY), (ARABIC, SIXTY)
            ),
            SUGGESTED["ar"][2]: answered(
                SUGGESTED["ar"][2], "ar", "جاء في الوثائق:", (ARABIC, SIXTY)
            ),
            "Show me <b>code</b>": answered(
                "Show me <b>code</b>", "en", "<i>It</i> says:", (HOSTILE, PAYLOAD)
            ),
        }

    def ask(self, question: str) -> Answer:
        """The answer known for ``question``, or ``not_found`` in the language of its letters."""
        if question in self.faults:
            raise self.faults[question]
        if question in self.answers:
            return self.answers[question]
        language = next((code for code, known in SUGGESTED.items() if question in known), "en")
        return not_found(question, language)

    def document(self, document_id: str) -> Document:
        """The document of that id."""
        for document in DOCUMENTS:
            if document.document_id == document_id:
                return document
        raise UnknownDocument(f"No document {document_id!r} in the collection.")

    def found(self, document_id: str) -> Document | None:
        """The same, or None."""
        return next((one for one in DOCUMENTS if one.document_id == document_id), None)

    def suggestions(self, language: str, n: int) -> list[str]:
        """The first ``n`` questions known in ``language``."""
        return SUGGESTED[language][:n]

    def search(self, query: str, top_k: int | None = None, where: Where | None = None) -> list[Hit]:
        """The hits of the answer."""
        assert where is None
        return [*self.ask(query).hits][:top_k]

    def receipt(self, answer: Answer, where: Where | None = None) -> dict[str, Any]:
        """Nothing but the question."""
        assert where is None
        return {"question": answer.question}

    def rate(self, answer: Answer, rating: Rating, note: str = "") -> str:
        """Keep the rating in ``rated``."""
        if rating in self.faults:
            raise self.faults[rating]
        self.rated.append((answer.question, rating, note))
        return f"record-{len(self.rated)}"
