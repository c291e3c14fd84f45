"""Follow-ups that leave out what the question before them said: "and where?", "et au Mali ?".

The question before is asked again with the one new element in place of its own of that kind, or
with the new question word; where that would be no sentence, the new words follow the topic of the
question before: "Countries that made pledges in Seoul: when?".
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pkqa.answer.antecedent import thing
from pkqa.answer.elements import (
    QUESTION_MARK,
    attached,
    elements,
    phrase_start,
    stem,
)
from pkqa.answer.exchange import exchanged
from pkqa.text.fold import fold


@dataclass(frozen=True, slots=True)
class _Forms:
    """How one language leaves things out. Patterns match from the start, whatever the case."""

    lead: re.Pattern[str]  # "and", "what about": the question goes on
    ask: re.Pattern[str]  # a question word or phrase by itself, whole
    adverb: re.Pattern[str]  # a question that another adverb may open: ``adverb`` and ``rest``
    opening: re.Pattern[str]  # what opens any question, before its topic
    asking: re.Pattern[str]  # a question word anywhere
    count: re.Pattern[str]  # "how many", with the ``rest``
    which: re.Pattern[str]  # "which", with the ``rest``
    article: re.Pattern[str]  # before a noun
    how_many: str
    which_ones: str


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


# Question words that may open a question as well as stand within one.
_EN_ASKING = r"which|what|who(?:m|se)?|when|where|why|how"
_FR_ASKING = r"quel(?:le)?s?|quand|où|pourquoi|comment"
_AR_ASKING = r"متى|أين|اين|لماذا|كيف|كم|ماذا|ما|أي|أية|هل"
_EN_WHEN = (
    r"(?:since |until |for |from |by |with )?(?:when|where|why|how long|how|whom)"
    r"|(?:in|on|at|by|under|from|to) (?:which|what) [a-z]+"
)
_FR_WHEN = (
    r"(?:depuis |jusqu['’]à |pendant |pour |d['’]|vers )?"
    r"(?:quand|où|pourquoi|comment|combien de temps)|(?:avec|par|pour|contre) qui"
    r"|(?:en|à|dans|depuis|par|sous|de|vers) quel(?:le)? [a-zà-ÿ]+"
)
_AR_WHEN = (
    r"(?:منذ |حتى |إلى |من )?(?:متى|أين|اين)|لماذا|كيف|مع من|إلى كم"
    r"|(?:(?:في|منذ|إلى|من|بموجب) |ب)(?:أي|أية|اي) \w+"
)
_FORMS = {
    "en": _Forms(
        lead=_any(
            r"(?:(?:ok|okay|so|and|but|also)[,\s]+)*(?:what about|how about|what of)\s+",
            r"(?:(?:ok|okay|so|and|but|also)[,\s]+)+(?:for (?=[A-Z]))?",
        ),
        ask=_any(
            rf"(?P<ask>{_EN_WHEN}|by whom|who|how many|how much|how old|which ones?|which)"
            r"(?: exactly| precisely| then| (?:was|is) that| did (?:that|it) happen)?$"
        ),
        adverb=_any(
            rf"(?P<adverb>{_EN_WHEN}|by whom)(?: and (?:when|where|why|how|by whom))? "
            r"(?P<rest>(?:was|were|is|are|did|does|do|has|have|had|will|would|can|could)\b.*)"
        ),
        opening=_any(
            r"(?:(?:in|on|at|from|to|by|for|with|since)\s+)?"
            rf"(?:how (?:many|much|long|old)|{_EN_ASKING})\b\s*"
            r"(?:(?:is|was|are|were|did|does|do|has|have|had)\b\s*)?"
        ),
        asking=_any(rf"\b(?:{_EN_ASKING})\b"),
        count=_any(r"how many (?P<rest>.+)"),
        which=_any(r"(?:which|what) (?!(?:is|was|are|were|did|does|do|has|have)\b)(?P<rest>.+)"),
        article=_any(r"(?:the|a|an|some|any|those|these)\s+"),
        how_many="How many ",
        which_ones="Which ",
    ),
    "fr": _Forms(
        lead=_any(
            r"(?:(?:et|mais|alors|ok|donc|sinon)[,\s]+)*(?:qu['’]en est-il|quid)\s+"
            r"(?:pour (?=l)|(?=[dpea]))",
            r"(?:(?:et|mais|alors|ok|donc|sinon)[,\s]+)+"
            r"(?:pour (?=l[ea]s? |l['’]))?(?:cel(?:le|ui)s?|ceux) ?",
            r"(?:(?:et|mais|alors|ok|donc|sinon)[,\s]+)+(?:pour (?=l[ea]s? |l['’]))?",
        ),
        ask=_any(
            rf"(?P<ask>{_FR_WHEN}|à qui|de qui|qui|combien|lesquel(?:le)?s|laquelle|lequel)"
            r"(?: exactement| précisément| au juste| ça| cela)?$"
        ),
        adverb=_any(
            rf"(?P<adverb>{_FR_WHEN})(?: et (?:quand|où|pourquoi|comment))? "
            r"(?P<rest>\S+ .*)"
        ),
        opening=_any(
            r"(?:(?:à|de|en|dans|par|pour|avec|depuis|sur)\s+)?"
            rf"(?:combien (?:de temps |de |d['’])?|{_FR_ASKING}"
            r"|qu['’]est-ce (?:que|qui)|qui|que|quoi|qu['’])\s*"
            r"(?:est-ce (?:que|qu['’])\s*)?(?:(?:est|était|sont|étaient|fut|a été)\s+)?"
        ),
        asking=_any(rf"\b(?:combien|{_FR_ASKING}|qui|que|quoi|lesquels)\b|\bqu['’]"),
        count=_any(r"combien (?:de |d['’])(?P<rest>.+)"),
        which=_any(r"quel(?:le)?s? (?!(?:est|sont|était|étaient|fut)\b)(?P<rest>.+)"),
        article=_any(r"(?:les|la|le|des|du|de la|un|une)\s+|l['’]|de l['’]|d['’]"),
        how_many="Combien de ",
        which_ones="Quels ",
    ),
    "ar": _Forms(
        lead=_any(
            r"و?(?:ماذا عن|ماذا بشأن|بالنسبة (?:إلى|لل?))\s*",
            r"و(?=(?:متى|أين|اين|لماذا|كيف|من|كم|ما|ماذا|أي|أية|بأي|بكم|في|منذ|خلال|سنة|عام|قبل|بعد"
            r"|ال\w{3,})(?!\w)|مينوس|مونوسكو|أونميس|يونيفيل)",
        ),
        ask=_any(
            rf"(?P<ask>{_AR_WHEN}|من|كم|كم عدده[ام]|أيه[ام]|ما هي)"
            r"(?: بالضبط| تحديدا| (?:كان |حدث |جرى |تم )?ذلك)?$"
        ),
        adverb=_any(
            rf"(?P<adverb>{_AR_WHEN})(?: و(?:متى|أين|لماذا|كيف))? (?P<rest>\S+ .*)",
        ),
        opening=_any(
            rf"(?:[بفلو]|في |من |إلى |على |منذ )?(?:{_AR_ASKING}|من)"
            r"(?: (?:هو|هي|هم|كان|كانت|عدد))?\s+"
        ),
        asking=_any(rf"(?<!\w)[وبفل]?(?:{_AR_ASKING}|من هو|من هي)(?!\w)"),
        count=_any(r"(?:كم(?: عدد)?|ما(?: هو)? عدد) (?P<rest>.+)"),
        which=_any(r"(?:أي|أية|ما هي) (?P<rest>.+)"),
        article=_any(r"عدد\s+|(?=ال)"),
        how_many="كم عدد ",
        which_ones="أي ",
    ),
}  # fmt: skip
LANGUAGES = tuple(_FORMS)

_MOST = 4  # words of a noun that goes on with a question
_PERSON = {"من": "من هو"}  # by itself the word is a preposition as well


def led(question: str, language: str) -> tuple[str, bool]:
    """``question`` without question mark and leading "and" or "what about", and whether it had
    such a lead."""
    bare = stem(question).strip()
    match = _FORMS[language].lead.match(bare)
    return (bare[match.end() :], True) if match and match.end() < len(bare) else (bare, False)


def filled(question: str, before: str, language: str) -> str | None:
    """``question`` with what it leaves out taken from the question ``before`` it.

    Returns:
        None where it leaves out nothing that this module sees.
    """
    forms = _FORMS[language]
    rest, leads = led(question, language)
    asked = forms.ask.match(rest)
    if asked:
        return _asked_anew(asked["ask"], before, language)
    opens = elements(rest, language)
    if leads or (opens and opens[0].start > 0 and phrase_start(rest, opens[0], language) == 0):
        swapped = exchanged(before, rest, language)
        if swapped is not None:
            return swapped
    if not leads:
        return None
    if forms.asking.search(rest):  # what names something itself is about that
        return None if opens else _continued(rest, before, language)
    return _about(rest, before, language)


def _asked_anew(ask: str, before: str, language: str) -> str | None:
    """The question before, with another question word."""
    forms = _FORMS[language]
    question = stem(before)
    mark = QUESTION_MARK[language]
    adverbs = forms.adverb.match(question)
    if adverbs and forms.adverb.match(f"{ask} {adverbs['rest']}"):
        if adverbs["adverb"].lower() == ask.lower():
            return None
        return f"{ask[0].upper()}{ask[1:]} {adverbs['rest']}{mark}"
    counted, named = forms.count.match(question), forms.which.match(question)
    if named and forms.count.match(f"{ask} de x") and language != "ar":
        return f"{forms.how_many}{named['rest']}{mark}"
    if counted and ask.lower().startswith(("which", "lesquel", "أيه", "ما هي")):
        return f"{forms.which_ones}{counted['rest']}{mark}"
    return attached(topic(question, language), _PERSON.get(ask, ask.lower()), language)


def _continued(rest: str, before: str, language: str) -> str | None:
    """Another question about what the question before named: "and how many women were there?"."""
    carried = _carried(before, language)
    if not carried or len(rest.split()) > 2 * _MOST:
        return None
    mark = QUESTION_MARK[language]
    return f"{rest[0].upper()}{rest[1:]} {carried}{mark}"


def _about(noun: str, before: str, language: str) -> str | None:
    """The question before, of another thing: "and helicopters?", "and the mission in Mali?"."""
    forms = _FORMS[language]
    named = elements(noun, language)
    article = forms.article.match(noun)
    # More words have a verb among them, as what stands behind a name: a question of its own.
    most = _MOST + 2 if named else _MOST if article else 2
    if len(noun.split()) > most or (named and named[-1].end < len(noun)):
        return None
    subject = thing(before, language)
    counts = forms.count.match(before)
    alike = bool(article and subject) and _plural(noun) == _plural(subject)
    if alike and subject in before and not counts:
        return before.replace(subject, noun, 1)
    if named:
        return None
    carried = _carried(before, language)
    if not counts or not carried:
        return attached(topic(stem(before), language), noun, language)
    bare = noun[article.end() :] if article else noun
    how_many = forms.how_many
    if language == "fr" and fold(bare)[:1] in "aeiouyh":
        how_many = "Combien d'"
    return f"{how_many}{bare} {carried}{QUESTION_MARK[language]}"


def _plural(noun: str) -> bool:
    """Whether an English or French noun stands in the plural; of names nobody can say."""
    return noun.startswith(("les ", "Les ")) or (noun[-1:] == "s" and noun.startswith("the "))


def topic(question: str, language: str) -> str:
    """``question`` without what opens it as a question."""
    opening = _FORMS[language].opening.match(question)
    return question[opening.end() :] if opening and opening.end() < len(question) else question


def _carried(before: str, language: str) -> str:
    """What the question before named, with the prepositions that it had: "in Seoul in 2021"."""
    phrases = []
    for element in elements(before, language):
        start = phrase_start(before, element, language)
        if not element.adjective and start < element.start:
            phrases.append(before[start : element.end].strip())
    return " ".join(phrases)
