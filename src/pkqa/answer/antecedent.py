"""What the pronouns of a follow-up stand for: the thing that the question before was about."""

from __future__ import annotations

import re

from pkqa.answer.elements import Element, elements, phrase_start, stem, without
from pkqa.answer.exchange import in_french
from pkqa.text.stopwords import stop_words

_LONGEST = 8  # words; what is longer is no thing but half a sentence

_PARTICIPLE = (
    r"(?:\w+ed|held|made|given|sent|built|led|begun|set|born|known|taken|left|written|paid|put|won)"
)
_EN_ADVERB = re.compile(
    r"(?:when|where|why|how(?: long)?|since when|by whom|(?:in|on|at) (?:which|what) \w+) "
    r"(?:(?:was|were|is|are|has|have|had) (?P<passive>.+?)"
    rf" (?:been )?{_PARTICIPLE}\b.*|(?:was|were|is|are) (?P<is>.+))",
    re.IGNORECASE,
)
_EN_IS = re.compile(r"(?:what|who) (?:is|was|are|were) (?P<thing>.+?)(?:,? and .+)?", re.IGNORECASE)
_EN_COUNTED = re.compile(
    r"(?:how many|which|what) (?!is\b|was\b)"
    r"(?P<noun>(?:[\w-]+ ){0,2}?(?:\w+s|women|men|people|police|personnel))\b",
    re.IGNORECASE,
)
_FR_VERB = r"(?:ne |se |s['’]|en |y )?[\w'’]+-(?:t-)?(?:il|elle|ils|elles)\b"
_FR_SUBJECT = re.compile(
    rf"(?:^|\s)(?P<thing>(?:(?:la|le|les)\s|l['’]|[A-ZÉ]{{3,}}).*?)\s{_FR_VERB}"
)
_FR_IS = re.compile(
    r".*\b(?:quel(?:le)?s? (?:est|était|sont|étaient|fut)|qui (?:est|était|fut|sont)"
    r"|(?:se (?:trouve|trouvait|situe)|siège|s['’]est (?:tenue?|déroulée?)|a eu lieu"
    r"|qu['’]est-ce que))\s+(?P<thing>(?:la |le |les |l['’])?\w.*)",
    re.IGNORECASE,
)
_FR_COUNTED = re.compile(
    r"(?:.*\b)?(?:combien (?:de |d['’])|quels |quelles )(?P<noun>(?:[^\W\d_]+[sx])"
    r"(?: (?:bleus|militaires|policiers|civils))?)\b",
    re.IGNORECASE,
)
_AR_ADVERB = re.compile(
    r"(?:منذ |إلى )?(?:متى|أين|اين|لماذا|كيف|(?:في|بأي|ب)\s?(?:أي|أية)? ?\w+) "
    r"(?P<verb>[^\s]+) (?P<thing>.+)"
)
_AR_IS = re.compile(r"(?:من|ما)(?: (?:هو|هي|كان|كانت))? (?P<thing>(?:ال)?\w+(?: .+)?)")
_AR_HEAD = re.compile(
    r"(?<!\w)[وبل]?(?P<head>(?:ال)?(?:بعثة|مؤتمر|قوة|قمة|عملية|اجتماع|مبادرة|هيئة|ميثاق|مهمة|خطة)\s+)$"
)
_AR_COUNTED = re.compile(r"كم (?:عدد )?(?P<noun>\w{3,})")


def thing(before: str, language: str) -> str:
    """What the question before was about, with its article: "the Seoul conference", "la MINUSCA".
    Empty where it does not tell; a city where something was is no such thing."""
    found = {"en": _english, "fr": _french, "ar": _arabic}[language](stem(before))
    return found if len(found.split()) <= _LONGEST else ""


def counted(before: str, language: str) -> str:
    """What was counted or chosen among: "countries" of "how many countries", likewise."""
    pattern = {"en": _EN_COUNTED, "fr": _FR_COUNTED, "ar": _AR_COUNTED}[language]
    match = pattern.match(stem(before))
    return match["noun"] if match else ""


def place(before: str, language: str) -> str:
    """The one place that the question before named, as where something is: "in Seoul"; empty
    likewise."""
    found = _only(before, language, "place")
    if found is None:
        return ""
    if language == "fr":
        return in_french(before, found, "at")
    phrase = before[phrase_start(before, found, language) : found.end]
    if phrase.startswith(("in ", "at ", "في ")):
        return phrase
    return {"en": "in ", "ar": "في "}[language] + found.of(before)


def day(before: str, language: str) -> str:
    """The one day or year that the question before named, with its preposition, likewise."""
    found = _only(before, language, "date")
    return before[phrase_start(before, found, language) : found.end] if found else ""


def _only(before: str, language: str, kind: str) -> Element | None:
    found = [e for e in elements(before, language) if e.kind == kind and not e.adjective]
    return found[0] if len(found) == 1 else None


def _named(before: str, language: str) -> Element | None:
    """A name rather than a place; the first of several."""
    found = [e for e in elements(before, language) if e.kind != "date" and not e.adjective]
    return min(found, key=lambda e: (e.kind != "name", e.start), default=None)


def _english(before: str) -> str:
    match = _EN_ADVERB.fullmatch(before) or _EN_IS.fullmatch(before)
    if match:
        found = without(str(match[match.lastgroup or 0]), "en", ("date",))
        owner = re.match(r"(?:the )?([A-Z]\w+)['’]s ", found)
        return owner[1] if owner else found
    named = _named(before, "en")
    if named is None:
        return ""
    start, end = named.start, named.end
    if named.kind == "place" and re.search(r"\b(?:in|at|from|to)\s$", before[:start]):
        return ""
    longer = re.match(r" (?:for|of) (?:the )?[A-Z]\w+", before[end:])  # "the Pact for the Future"
    end += longer.end() if longer else 0
    if before[:start].lower().endswith("the "):
        start -= 4
        # "the Seoul conference": the article belongs to a noun behind the name.
        noun = re.match(r"\s([a-z]+)\b", before[end:])
        if noun and noun[1] not in stop_words("en") and not re.fullmatch(_PARTICIPLE, noun[1]):
            end += noun.end()
    return before[start:end]


def _french(before: str) -> str:
    match = _FR_SUBJECT.search(before) or _FR_IS.match(before)
    if match:
        return without(match["thing"].partition(",")[0], "fr", ("date",))
    named = _named(before, "fr")
    found = in_french(before, named, "the") if named else ""
    bare = named is not None and named.kind == "place" and found == named.of(before)
    return "" if bare else found


def _arabic(before: str) -> str:
    named = _named(before, "ar")
    if named is not None and named.kind == "place":
        within = _AR_ADVERB.fullmatch(before)
        if within and within.start("thing") < named.start:
            return without(within["thing"], "ar", ("date",))
    if named is not None:
        head = _AR_HEAD.search(before[: named.start - len(named.clitic)])
        return before[head.start("head") if head else named.start : named.end]
    match = _AR_ADVERB.fullmatch(before) or _AR_IS.fullmatch(before)
    # "Where is the seat of X": about X.
    return without(match["thing"], "ar", ("date",)).removeprefix("مقر ") if match else ""
