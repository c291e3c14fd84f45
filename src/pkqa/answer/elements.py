"""What a question names: dates, places, and names of people and organisations."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from pkqa.text.dates import dates
from pkqa.text.fold import fold
from pkqa.text.gazetteer import ALIASES, WORD, gazetteer_of
from pkqa.text.names import names
from pkqa.text.places import places
from pkqa.text.wordlist import words

Kind = Literal["date", "place", "name"]

_LONGEST = 5  # words in the name of a place
# Of the gazetteer's own forms (ALIASES) these are nouns; the other single words are demonyms.
_NOUNS = words(
    "korea drc car usa uk britain holland turkey uae palestine washington bangui bangassou dprk "
    "coree rdc rca centrafrique hollande emirats كوريا بانغي امريكا اميركا واشنطن بريطانيا انجلترا "
    "فلسطين سوريه"
)
# Every document is about it, so it is never what a follow-up exchanges.
_EVERYWHERE = words("un onu united nations unies the nations")
# Arabic has no capitals: of its names only those of missions are known, which it spells as
# their acronyms sound.
_MISSIONS = re.compile(
    r"(?<!\w)[وبل]?(?P<name>(?:ال)?(?:مينوسكا|مينوسما|مينورسو|مونوسكو|مونوك|أونميس|اونميس|أونوك|"
    r"اونوك|أونميد|يونيفيل|يونميس|يوناميد|ميسكا))(?!\w)"
)
_CLITIC = re.compile("[وفبلك]")


@dataclass(frozen=True, slots=True)
class Element:
    """A stretch of a question that names a day or year, a place, or somebody or something."""

    kind: Kind
    start: int
    end: int
    adjective: bool = False  # "Moroccan", "marocains": a place as a demonym
    clitic: str = ""  # Arabic: the letter written together with it, which ``start`` leaves out

    def of(self, text: str) -> str:
        """The words themselves."""
        return text[self.start : self.end]


def elements(text: str, language: str) -> list[Element]:
    """What ``text`` names, in order; stretches do not overlap."""
    dated = [Element("date", d.start, d.end) for d in dates(text, language)]
    found = list(dated)
    found += [p for p in _places(text, language) if _free(p, dated)]
    found += [n for n in _names(text, language) if _free(n, found)]
    return sorted(found, key=lambda element: element.start)


def _free(element: Element, taken: list[Element]) -> bool:
    return all(element.end <= other.start or other.end <= element.start for other in taken)


def _places(text: str, language: str) -> list[Element]:
    known = gazetteer_of(language if language in ALIASES else "en").names
    aliases = {
        fold(alias)
        for forms in ALIASES.get(language, {}).values()
        for alias in forms
        if " " not in alias and fold(alias) not in _NOUNS
    }
    found = []
    spans = [match.span() for match in WORD.finditer(text)]
    at = 0
    while at < len(spans):
        for length in range(min(_LONGEST, len(spans) - at), 0, -1):
            start, end = spans[at][0], spans[at + length - 1][1]
            start, clitic = _bare(text, start, end, known)
            key = " ".join(fold(m[0]).removesuffix("'s") for m in WORD.finditer(text[start:end]))
            if (length == 1 or key in known) and places(text[start:end], language):
                if fold(text[start:end]).endswith("'s"):
                    end -= 2
                adjective = key in aliases or key not in known
                found.append(Element("place", start, end, adjective, clitic))
                at += length
                break
        else:
            at += 1
    return found


def _bare(text: str, start: int, end: int, known: dict[str, str]) -> tuple[int, str]:
    """Where a name begins behind French elision or an Arabic clitic, and that clitic."""
    elided = re.match(r"[ldLD]['’]", text[start:end])
    if elided:
        return start + elided.end(), ""
    if _CLITIC.match(text[start:end]) and fold(text[start:end]) not in known:
        rest = fold(text[start + 1 : end])
        if rest in known or (rest.startswith("ال") and rest[2:] in known):
            return start + 1, text[start]
    return start, ""


def _names(text: str, language: str) -> list[Element]:
    found = []
    opening = re.search(r"\w+", text)
    for start, _, name in names(text, language):
        bare = name.removesuffix("'s").removesuffix("’s")
        if opening and start == opening.start() and not opening[0].isupper():
            continue  # the capital of a question's first word says nothing
        if not set(fold(bare).split()) <= _EVERYWHERE:
            found.append(Element("name", start, start + len(bare)))
    found += [Element("name", *match.span("name")) for match in _MISSIONS.finditer(text)]
    return found


# What is left of a question without what it names

_WHEN = {
    "en": r"(?:in|on|at|during|by|(?:at|by|since|until|from) the (?:end|beginning|start) of|"
    r"in (?:early|late|mid)|in (?:the )?(?:spring|summer|autumn|winter)(?: of)?)",
    "fr": r"(?:en|au|le|les|pour|fin|début|(?:à|au|depuis) (?:la fin|le début|début) (?:de |d['’])|"
    r"à la fin de|(?:au|en) (?:printemps|été|automne|hiver|mois de)(?: de| d['’])?)",
    "ar": r"(?:(?:في|خلال|سنة|عام|نهاية|بداية|مطلع|صيف|شهر|وفي)\s*)+",
}
WHEN_BEFORE = {
    language: re.compile(rf"(?<!\w){when}\s*$", re.IGNORECASE) for language, when in _WHEN.items()
}
_AROUND = {
    "en": re.compile(
        r"(?:\b(?:in|at|from|of|to|by|with|during|since|until|on|for)\s+)?(?:\bthe\s+)?$",
        re.IGNORECASE,
    ),
    "fr": re.compile(
        r"(?:\b(?:au|aux|en|à|dans|du|des|de|pour|par|depuis|le|la|les)\s+|\b[ldLD]['’])*$",
        re.IGNORECASE,
    ),
    "ar": re.compile(r"(?:(?<!\w)(?:في|من|إلى|على|عن|منذ|خلال|سنة|عام|نهاية)\s+)*[وفبلك]?$"),
}


def phrase_start(text: str, element: Element, language: str) -> int:
    """Where the prepositions and articles before an element begin."""
    before = text[: element.start]
    when = WHEN_BEFORE[language].search(before) if element.kind == "date" else None
    found = when or _AROUND[language].search(before)
    return found.start() if found else element.start


def without(question: str, language: str, kinds: tuple[Kind, ...]) -> str:
    """``question`` without what it names of these kinds."""
    kept = question
    for element in reversed(elements(question, language)):
        if element.kind in kinds:
            start = phrase_start(question, element, language)
            end = element.end + (2 if question[element.end :][:2] in {"'s", "’s"} else 0)
            kept = kept[:start] + " " + kept[end:]
    return " ".join(kept.split())


MARK = re.compile(r"[\s?؟.!]*$")
QUESTION_MARK = {"en": "?", "fr": " ?", "ar": "؟"}
_COLON = {"en": ": ", "fr": " : ", "ar": ": "}


def stem(question: str) -> str:
    """``question`` without its question mark."""
    return MARK.sub("", question)


def attached(topic: str, phrase: str, language: str) -> str:
    """A topic and what is asked of it: "Countries that pledged in Seoul: when?"."""
    topic = topic[:1].upper() + topic[1:]
    return f"{topic}{_COLON[language]}{phrase.strip()}{QUESTION_MARK[language]}"
