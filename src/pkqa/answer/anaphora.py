"""Follow-ups whose pronouns stand for something of the question before: "who leads it?".

A pronoun is only taken for one of those where nothing before it in its own question could be what
it stands for. The patterns are few and narrow on purpose: a question that stands alone must never
be changed, and one that is not seen to be a follow-up is merely searched for as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from pkqa.answer.antecedent import counted, day, place, thing
from pkqa.answer.elements import QUESTION_MARK, attached, elements, stem
from pkqa.text.fold import fold

Fill = Callable[[re.Match[str], str], str | None]  # (match, question before) -> question


def resolved(rest: str, before: str, language: str) -> str | None:
    """A question, without its mark and leading "and", with its pronouns replaced.

    Returns:
        None where it has none of another question's, or nothing is known that they stand for.
    """
    for pattern, fill in _RULES[language]:
        match = pattern.fullmatch(rest)
        if match and not _names_first(rest, match, language):
            filled = fill(match, before)
            if filled:
                filled = " ".join(filled.split())
                return f"{filled[0].upper()}{filled[1:]}{QUESTION_MARK[language]}"
    return None


def _names_first(rest: str, match: re.Match[str], language: str) -> bool:
    """Whether the question names something of its own before the pronoun."""
    until = match.start("pro")
    return any(e.kind != "date" and e.start < until for e in elements(rest, language))


def _rule(pattern: str, fill: Fill) -> tuple[re.Pattern[str], Fill]:
    return re.compile(pattern, re.IGNORECASE), fill


def _in_place(language: str) -> Fill:
    """The antecedent where the pronoun stands."""

    def fill(match: re.Match[str], before: str) -> str | None:
        found = thing(before, language)
        if not found:
            return None
        return f"{match.string[: match.start('pro')]}{found}{match.string[match.end('pro') :]}"

    return fill


def _with_place(match: re.Match[str], before: str, language: str) -> str | None:
    """Where only a place is known: the question as it is, and where that was."""
    where = place(before, language)
    return stem(attached(match.string, where, language)) if where else None


# English

_EN_WH = (
    r"(?:since |until |by |with |from |to |in |on |at |for )?"
    r"(?:when|where|why|how|whom?|what|which)"
)
_EN_AUX = r"(?:was|were|is|are|did|does|do|has|have|had|will|would|can|could|should)"
_EN_TAIL = r"(?: (?:in|on|at|since|from|before|after|for|during|until|now|today|first)\b.*)?"
_EN_THINGS = (
    r"(?:mission|force|conference|meeting|summit|ministerial|resolution|country|initiative|pact|plan|"
    r"medal|prize|operation|visit|agreement|organi[sz]ation|department|battalion|document)"
)
_EN_PEOPLE = re.compile(r"\b(?:he|she|him|her|his)\b", re.IGNORECASE)


def _english(match: re.Match[str], before: str) -> str | None:
    pronoun = match["pro"].lower()
    noun = counted(before, "en")
    if pronoun in {"they", "them"} and noun:
        found = f"the {noun}"
    elif _EN_PEOPLE.fullmatch(pronoun) and not re.match(r"who(?:m|se)? ", before, re.IGNORECASE):
        return None  # nobody was asked about
    else:
        found = thing(before, "en")
    if not found:
        return _with_place(match, before, "en")
    if _EN_PEOPLE.fullmatch(pronoun) and not re.match(r"who (?:is|was) ", before, re.IGNORECASE):
        # "Who leads X?", "since when does he?": he is the answer, which X leads to.
        return stem(attached(match.string, found, "en"))
    several = re.fullmatch(r"(?:the )?[a-z ]+s of (?:the )?([A-Z].*)", found)
    if several and pronoun in {"it", "its"}:
        found = several[1]  # "the last soldiers of MINUSMA": it is the mission
    if pronoun in {"its", "their", "his", "her"}:
        found += "'" if found.endswith("s") else "'s"
    return f"{match.string[: match.start('pro')]}{found}{match.string[match.end('pro') :]}"


def _english_part(match: re.Match[str], before: str) -> str | None:
    """ "How many of them": of those that were counted."""
    noun = counted(before, "en")
    if not noun:
        return None
    within = "" if re.search(r"\b(?:in|at)\b", match["after"]) else place(before, "en")
    return f"{match['wh']} of the {noun} {match['after']} {within}"


def _english_there(match: re.Match[str], before: str) -> str | None:
    where = place(before, "en")
    return f"{match['wh']} {where}" if where else None


def _english_then(match: re.Match[str], before: str) -> str | None:
    when = day(before, "en")
    return f"{match['wh']} {when}{match['after']}" if when else None


# French

_FR_WH = (
    r"(?:(?:depuis |jusqu['’]à )?quand|où|pourquoi|comment|(?:pendant |depuis )?combien de temps"
    r"|(?:par|avec) qui|(?:en|à|dans|de|par) quel(?:le)? \w+|combien d(?:e |['’])\w+|combien)"
)
_FR_TAIL = (
    r"(?: (?:en|au|à|depuis|dans|par|pour|avant|après|pendant|aujourd['’]hui|maintenant"
    r"|actuellement)\b.*)?"
)
_FR_THINGS = (
    r"(?:mission|force|conférence|réunion|sommet|résolution|pays|initiative|pacte|plan|médaille|prix"
    r"|opération|visite|accord|organisation|bataillon|rencontre|texte)"
)
# "Y a-t-il", "faut-il": they stand for nothing.
_FR_NOBODY = (
    r"(?:(?:y (?:a|avait|aura|eut)|faut|fallait|fait|se passe|s['’]agit|reste|existe|arrive|vaut"
    r"|convient|suffit|semble|manque)-(?:t-)?il(?!s)|(?:est|était)-il (?=.*\b(?:de|que|qu)\b))"
)


def _french_subject(match: re.Match[str], before: str) -> str | None:
    """ "Quand a-t-elle été créée": the noun stands before the verb, the pronoun stays."""
    found = thing(before, "fr")
    pronoun = match["pro"].lower()
    if pronoun in {"ils", "elles"} and counted(before, "fr"):
        found = f"les {counted(before, 'fr')}"
    feminine = found.lower().startswith(("la ", "une "))
    masculine = found.lower().startswith(("le ", "un "))
    if not found:
        return _with_place(match, before, "fr")
    if (
        (masculine and pronoun == "elle")
        or (feminine and pronoun == "il")
        or (pronoun.endswith("s") != found.lower().startswith("les "))
    ):
        return None
    return f"{match['wh']} {found} {match['verb']}{match['after']}"


def _french_object(match: re.Match[str], before: str) -> str | None:
    found = thing(before, "fr")
    # The participle agreed with the pronoun that went before it.
    verb = re.sub(r"(?<= )(\w+é)e?s?$", r"\1", match["verb"])
    return f"{match['wh']} {verb} {found}{match['after']}" if found else None


def _french_what(match: re.Match[str], before: str) -> str | None:
    """ "Qu'ont-ils promis": a noun has no place before this verb."""
    noun = counted(before, "fr")
    found = thing(before, "fr")
    if match["pro"].endswith("s") and noun:
        found = f"les {noun} {place(before, 'fr')}"
    return stem(attached(match.string, found, "fr")) if found else None


def _of_french(found: str) -> str:
    for article, contracted in (("le ", "du "), ("les ", "des ")):
        if found.lower().startswith(article):
            return contracted + found[len(article) :]
    vowel = fold(found)[:1] in "aeiou" and not found.lower().startswith(("un ", "une "))
    return f"d'{found}" if vowel else f"de {found}"


def _french_owner(match: re.Match[str], before: str) -> str | None:
    """ "Quel est son siège": "le siège de la MINUSCA"."""
    found = thing(before, "fr")
    if not found:
        return None
    article = {"son": "le ", "sa": "la ", "ses": "les ", "leurs": "les "}.get(match["pro"].lower())
    if article is None:  # "leur": of either gender
        article = "la " if "quelle" in match["wh"].lower() else "le "
    if article != "les " and fold(match["noun"])[:1] in "aeiouh":
        article = "l'"
    return f"{match['wh']} {article}{match['noun']} {_of_french(found)}{match['after']}"


def _french_part(match: re.Match[str], before: str) -> str | None:
    noun = counted(before, "fr")
    if not noun:
        return None
    return f"Combien de {noun} {match['after']} {place(before, 'fr')}"


def _french_there(match: re.Match[str], before: str) -> str | None:
    where = place(before, "fr")
    return f"{match['wh']} {match['after']} {where}" if where else None


# Arabic

_AR_TAIL = r"(?: (?:في|منذ|خلال|سنة|عام|قبل|بعد|الآن|حاليا|اليوم|بالضبط|تحديدا)(?!\w).*)?"
_AR_VERBS = (
    r"(?:تأسس|أنشئ|انشئ|أسس|بدأ|انته|انتهى|انعقد|عقد|يقع|تقع|يوجد|توجد|وقع|حدث|اختتم|صدر|افتتح|أطلق"
    r"|جرى|جر|توفي|ولد|انسحب|غادر|وصل|أنشأ|تأسس|أقيم|نظم)ت?"
)
_AR_THINGS = (
    r"(?:بعثة|قوة|مؤتمر|قمة|اجتماع|قرار|مبادرة|ميثاق|بلد|عملية|زيارة|جائزة|ميدالية|هيئة|خطة|دولة|لقاء"
    r"|مهمة|منظمة|اتفاق|وثيقة)"
)
_AR_HIS = r"(?P<pro>ها|هم|هما|هن|ه)"
# Words that merely end like a pronoun.
_AR_WHOLE = r"(?!(?:وجه|مياه|شبه|فقه|اتجاه|تجاه|انتباه|مهم|أهم|منه|عليه|فيه|به|له|إليه|عنه)(?!\w))"


def _arabic_verb(match: re.Match[str], before: str) -> str | None:
    """ "متى تأسست": Arabic leaves the subject out altogether."""
    found = thing(before, "ar")
    if not found or (match["verb"].startswith(("ولد", "توفي")) and not before.startswith("من ")):
        return None
    return f"{match['wh']} {match['verb']} {found}{match['after']}"


def _arabic_suffix(match: re.Match[str], before: str) -> str | None:
    found = thing(before, "ar")
    if match["word"].startswith("عدد") and counted(before, "ar"):
        found = counted(before, "ar")
    if not found:
        return None
    word = match["word"]
    # A noun's ta marbuta is written open before the pronoun, a verb's ta is its own.
    if word.endswith("ت") and not match["wh"].startswith("من"):
        word = f"{word[:-1]}ة"
    return f"{match['wh']} {word} {found}{match['after']}"


def _arabic_part(match: re.Match[str], before: str) -> str | None:
    """ "كم منها": of those that were counted."""
    noun = counted(before, "ar")
    return f"كم {noun}{match['after']} {place(before, 'ar')}" if noun else None


def _arabic_within(match: re.Match[str], before: str) -> str | None:
    found = thing(before, "ar")
    preposition = {"علي": "على", "إلي": "إلى"}.get(match["prep"], "في")
    return f"{match['wh']} {preposition} {found}{match['after']}" if found else None


_RULES: dict[str, list[tuple[re.Pattern[str], Fill]]] = {
    "en": [
        # Not "how long does it take to ...", "why is it that ...".
        _rule(
            rf"(?P<wh>{_EN_WH}(?: (?!the |a |an )[\w'-]+){{0,3}}?) {_EN_AUX} "
            r"(?P<pro>it|they|he|she)(?! (?:\w+ ){0,3}?(?:to (?![A-Z])|that |if ))"
            r"(?! (?:take|rain|snow|called|mean)s?\b)(?P<after>(?: .*)?)",
            _english,
        ),
        _rule(
            rf"(?P<wh>(?:who|what|which \w+)(?: (?:has|have|had|first))?) (?!{_EN_AUX}\b)\w+ "
            rf"(?P<pro>it|them|him|her){_EN_TAIL}",
            _english,
        ),
        _rule(
            rf"(?P<wh>who|what|which \w+|how many \w+) (?!{_EN_AUX}\b)\w+(?: part)? (?:in|to|from) "
            rf"(?P<pro>it|them){_EN_TAIL}",
            _english,
        ),
        _rule(
            r"(?P<wh>(?:who|what|where|how \w+)) (?:is|are|was|were) "
            r"(?P<pro>its|their|his|her) [\w -]+",
            _english,
        ),
        _rule(r"(?P<wh>how many of|which of) (?P<pro>its|their) [\w -]+", _english),
        _rule(r"(?P<pro>its|their) [\w-]+(?: [\w-]+)?", _english),
        _rule(
            r"(?P<wh>how many|which|who|what share|what part) of (?P<pro>them|those|these)"
            r"(?P<after>(?: .*)?)",
            _english_part,
        ),
        _rule(
            rf"(?P<wh>[^,;:]*?)(?P<pro>\b(?:that|this|the same) {_EN_THINGS})\b.*", _in_place("en")
        ),
        _rule(
            rf"(?P<wh>{_EN_WH}\b.*(?<!is)(?<!are)(?<!was)(?<!were)) (?P<pro>there)", _english_there
        ),
        _rule(r"(?P<wh>.+?) (?P<pro>(?:in )?(?:that|the same) year)(?P<after>.*)", _english_then),
    ],
    "fr": [
        _rule(
            rf"(?P<wh>{_FR_WH}) (?!{_FR_NOBODY})(?P<verb>(?:(?:ne|se|en|y) |[sln]['’])?[\w'’]+"
            r"-(?:t-)?(?P<pro>ils?|elles?))\b(?P<after>[^,]*)",
            _french_subject,
        ),
        _rule(r"(?P<wh>que |qu['’])\w+-(?:t-)?(?P<pro>ils?|elles?)\b[^,]*", _french_what),
        _rule(
            r"(?P<wh>qui|quel(?:le)? (?!est |était |fut )\w+) (?P<pro>la |le |les |l['’])"
            r"(?P<verb>(?-i:(?:a |ont |avait |avaient )?[a-zà-ÿ]+))"
            rf"(?P<after>{_FR_TAIL})",
            _french_object,
        ),
        _rule(
            r"(?P<wh>(?:qui|où|quel(?:le)?s?) "
            r"(?:est|sont|était|étaient|fut|se trouve|se trouvait)) (?P<pro>son|sa|ses|leurs?) "
            rf"(?P<noun>[\w-]+(?: (?!en |au )[\w-]+)?)(?P<after>{_FR_TAIL})",
            _french_owner,
        ),
        _rule(
            r"(?P<wh>combien|qui|lesquel(?:le)?s) (?P<pro>d['’]entre (?:eux|elles))"
            r"(?P<after>(?: .*)?)",
            _french_part,
        ),
        _rule(
            rf"(?P<wh>[^,;:]*?)(?P<pro>\b(?:cette|cet|ce|la même|le même) {_FR_THINGS}(?:-là)?)"
            r"\b.*",
            _in_place("fr"),
        ),
        _rule(
            r"(?P<wh>qui|combien(?: d(?:e |['’])\w+)?) (?P<pro>y) "
            r"(?!a\b|avait\b)(?P<after>\w+(?: \w+)?)",
            _french_there,
        ),
    ],
    "ar": [
        _rule(
            r"(?P<wh>(?:منذ |حتى |إلى )?(?:متى|أين|اين|لماذا|كيف)|(?:بأي|في أي) \w+) "
            rf"(?P<verb>(?P<pro>){_AR_VERBS})(?P<after>{_AR_TAIL})",
            _arabic_verb,
        ),
        _rule(r"(?P<wh>كم) (?P<prep>من)(?P<pro>ها|هم)(?P<after>(?: \w+){0,4})", _arabic_part),
        _rule(
            r"(?P<wh>(?:كم|من|ماذا)(?: \w+){0,2}?) (?P<prep>في|ب|ل|علي|إلي)"
            rf"(?P<pro>ها|هم|ه)(?P<after>{_AR_TAIL})",
            _arabic_within,
        ),
        _rule(
            r"(?P<wh>(?:من|ما|ماذا|متى|أين|اين|كم|كيف|لماذا)"
            r"(?: (?:هو|هي|هم|يقع|تقع|يوجد|كان|كانت|بلغ|عدد))?) "
            rf"{_AR_WHOLE}(?P<word>(?!ال)\w{{3,}}?){_AR_HIS}(?P<after>{_AR_TAIL})",
            _arabic_suffix,
        ),
        _rule(
            rf"(?P<wh>[^,،؛:]*?)(?P<pro>(?<!\w)(?:هذه|هذا|تلك|ذلك) ال{_AR_THINGS})(?!\w).*",
            _in_place("ar"),
        ),
    ],
}
