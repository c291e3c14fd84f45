"""Every sentence of the interface, in the three languages the page speaks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal, get_args

Language = Literal["en", "fr", "ar"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)


@dataclass(frozen=True, slots=True)
class Strings:
    """The interface in one language; ``{name}`` stands for what the page fills in."""

    own_name: str  # of the language, in itself
    direction: Literal["ltr", "rtl"]
    tagline: str
    choose_language: str
    new_conversation: str
    welcome: str
    promise: str
    try_one: str
    conversation: str
    question: str
    placeholder: str
    ask: str
    searching: str
    checking: str
    answer: str
    asked_as: str  # {question}
    partial: str
    missing: str
    not_found: str
    nearest: str
    superseded: str
    contradiction: str
    withheld: str  # {count}
    why_withheld: str
    verbatim: str
    written: str  # {model}
    translated: str  # {model}
    seconds: str  # {seconds}
    sources: str
    sources_hint: str
    cited_passage: str  # {marker}
    show_passage: str  # {marker} {title}
    show_document: str  # {title}
    whole_document: str
    also_in: str
    back: str
    to_answer: str
    open_source: str  # {host}
    new_tab: str
    page: str  # {page}
    undated: str
    not_among: str
    changed: str
    long_question: str  # {limit}
    no_collection: str
    model_silent: str
    not_set_up: str
    gone: str
    failed: str
    months: str  # twelve names, January first
    first_day: str  # how the first of a month is written
    date: str  # {day} {month} {year}
    languages: tuple[tuple[str, str], ...]  # ISO 639-1 code, name


_ENGLISH = Strings(
    own_name="English",
    direction="ltr",
    tagline="Answers you can check",
    choose_language="Language of the page",
    new_conversation="New conversation",
    welcome="Ask the documents",
    promise="Ask in English, French or Arabic. Every sentence of an answer carries a number: "
    "open it to read the passage it comes from, in its place in the document.",
    try_one="For example",
    conversation="Conversation",
    question="Your question",
    placeholder="Ask the documents",
    ask="Ask",
    searching="Reading the documents",
    checking="Checking the next sentence",
    answer="Answer",
    asked_as="Asked as: {question}",
    partial="The documents answer only part of this.",
    missing="Not answered:",
    not_found="The documents do not answer this question.",
    nearest="Nearest documents",
    superseded="The figure changed over time",
    contradiction="The documents contradict each other",
    withheld="Withheld: {count}",
    why_withheld="The model also wrote this. It is not part of the answer, because the check "
    "against the passages did not confirm it.",
    verbatim="Sentences quoted word for word",
    written="Written by {model}, each sentence checked against its passage",
    translated="Translated by {model}; the words quoted are those above",
    seconds="{seconds} s",
    sources="Sources",
    sources_hint="The passages behind an answer appear here, with the words it rests on "
    "highlighted.",
    cited_passage="Passage {marker}",
    show_passage="Show passage {marker}: {title}",
    show_document="Show the document: {title}",
    whole_document="Whole document",
    also_in="Also told in",
    back="Back to the passages",
    to_answer="Back to the answer",
    open_source="Open at {host}",
    new_tab="opens in a new tab",
    page="p. {page}",
    undated="no date",
    not_among="This document is no longer in the collection; its quotation is kept as it was.",
    changed="The document has changed since it was quoted; the quotation is kept as it was.",
    long_question="Please keep the question under {limit} characters.",
    no_collection="The collection cannot be read at the moment. Please tell whoever runs this "
    "page, then try again.",
    model_silent="The language model did not reply. Please try again in a moment.",
    not_set_up="This page cannot answer for now: its settings or its language model need "
    "attention. Please tell whoever runs it.",
    gone="That passage is no longer on hand. Please ask the question again.",
    failed="Something went wrong and the question was not answered. Please try again.",
    months="January February March April May June July August September October November December",
    first_day="1",
    date="{day} {month} {year}",
    languages=(
        ("en", "English"),
        ("fr", "French"),
        ("ar", "Arabic"),
        ("es", "Spanish"),
        ("zh", "Chinese"),
        ("ru", "Russian"),
    ),
)

_FRENCH = Strings(
    own_name="Français",
    direction="ltr",
    tagline="Des réponses vérifiables",
    choose_language="Langue de la page",
    new_conversation="Nouvelle conversation",
    welcome="Interrogez les documents",
    promise="En français, en anglais ou en arabe. Chaque phrase d’une réponse porte un numéro : "
    "ouvrez-le pour lire le passage dont elle vient, à sa place dans le document.",
    try_one="Par exemple",
    conversation="Conversation",
    question="Votre question",
    placeholder="Posez votre question",
    ask="Demander",
    searching="Lecture des documents",
    checking="Vérification de la phrase suivante",
    answer="Réponse",
    asked_as="Compris comme : {question}",
    partial="Les documents ne répondent qu’en partie.",
    missing="Sans réponse :",
    not_found="Les documents ne répondent pas à cette question.",
    nearest="Documents les plus proches",
    superseded="Le chiffre a changé au fil du temps",
    contradiction="Les documents se contredisent",
    withheld="Phrases écartées : {count}",
    why_withheld="Le modèle a aussi écrit ceci. Cela ne fait pas partie de la réponse : la "
    "vérification auprès des passages ne l’a pas confirmé.",
    verbatim="Phrases citées mot pour mot",
    written="Rédigé par {model}, chaque phrase confrontée à son passage",
    translated="Traduit par {model} ; les mots cités sont ceux d’au-dessus",
    seconds="{seconds} s",
    sources="Sources",
    sources_hint="Les passages sur lesquels repose une réponse s’affichent ici, les mots "
    "cités surlignés.",
    cited_passage="Passage {marker}",
    show_passage="Voir le passage {marker} : {title}",
    show_document="Voir le document : {title}",
    whole_document="Document entier",
    also_in="Aussi rapporté dans",
    back="Retour aux passages",
    to_answer="Retour à la réponse",
    open_source="Ouvrir sur {host}",
    new_tab="s’ouvre dans un nouvel onglet",
    page="p. {page}",
    undated="sans date",
    not_among="Ce document ne fait plus partie de la collection ; la citation reste telle quelle.",
    changed="Le document a changé depuis qu’il a été cité ; la citation reste telle quelle.",
    long_question="La question ne doit pas dépasser {limit} caractères.",
    no_collection="La collection est illisible pour le moment. Prévenez la personne qui gère "
    "cette page, puis réessayez.",
    model_silent="Le modèle de langue n’a pas répondu. Réessayez dans un instant.",
    not_set_up="Cette page ne peut pas répondre pour le moment : ses réglages ou son modèle de "
    "langue sont à revoir. Prévenez la personne qui la gère.",
    gone="Ce passage n’est plus disponible. Posez à nouveau la question.",
    failed="Un problème est survenu et la question est restée sans réponse. Réessayez.",
    months="janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    first_day="1er",
    date="{day} {month} {year}",
    languages=(
        ("en", "anglais"),
        ("fr", "français"),
        ("ar", "arabe"),
        ("es", "espagnol"),
        ("zh", "chinois"),
        ("ru", "russe"),
    ),
)

_ARABIC = Strings(
    own_name="العربية",
    direction="rtl",
    tagline="إجابات يمكن التحقق منها",
    choose_language="لغة الصفحة",
    new_conversation="محادثة جديدة",
    welcome="اسأل الوثائق",
    promise="بالعربية أو الفرنسية أو الإنجليزية. كل جملة في الإجابة تحمل رقمًا: "
    "افتحه لتقرأ المقطع الذي جاءت منه في موضعه من الوثيقة.",
    try_one="على سبيل المثال",
    conversation="المحادثة",
    question="سؤالك",
    placeholder="اكتب سؤالك",
    ask="اسأل",
    searching="جارٍ قراءة الوثائق",
    checking="جارٍ التحقق من الجملة التالية",
    answer="الإجابة",
    asked_as="فُهم السؤال هكذا: {question}",
    partial="تجيب الوثائق عن جزء من السؤال فقط.",
    missing="بقي بلا جواب:",
    not_found="لا تجيب الوثائق عن هذا السؤال.",
    nearest="أقرب الوثائق",
    superseded="تغيّر الرقم مع مرور الوقت",
    contradiction="تتناقض الوثائق فيما بينها",
    withheld="جمل محجوبة: {count}",
    why_withheld="كتب النموذج هذا أيضًا، لكنه ليس جزءًا من الإجابة، إذ لم يؤكده التحقق من المقاطع.",
    verbatim="جمل منقولة حرفيًا",
    written="صاغها {model}، وقوبلت كل جملة بمقطعها",
    translated="ترجمة {model}، أما النص المنقول فهو الوارد أعلاه",
    seconds="{seconds} ث",
    sources="المصادر",
    sources_hint="تظهر هنا المقاطع التي تستند إليها الإجابة، مع تظليل العبارات المنقولة.",
    cited_passage="المقطع {marker}",
    show_passage="عرض المقطع {marker}: {title}",
    show_document="عرض الوثيقة: {title}",
    whole_document="الوثيقة كاملة",
    also_in="ورد أيضًا في",
    back="العودة إلى المقاطع",
    to_answer="العودة إلى الإجابة",
    open_source="فتح على {host}",
    new_tab="يفتح في علامة تبويب جديدة",
    page="ص {page}",
    undated="دون تاريخ",
    not_among="لم تعد هذه الوثيقة ضمن المجموعة، والنص المنقول باقٍ كما كان.",
    changed="تغيّرت الوثيقة منذ النقل عنها، والنص المنقول باقٍ كما كان.",
    long_question="يُرجى ألا يتجاوز السؤال {limit} حرفًا.",
    no_collection="تتعذر قراءة المجموعة الآن. يُرجى إبلاغ المسؤول عن الصفحة ثم المحاولة من جديد.",
    model_silent="لم يردّ النموذج اللغوي. يُرجى المحاولة بعد قليل.",
    not_set_up="لا يمكن لهذه الصفحة أن تجيب الآن: إعداداتها أو نموذجها اللغوي بحاجة إلى مراجعة. "
    "يُرجى إبلاغ المسؤول عنها.",
    gone="لم يعد هذا المقطع متاحًا. يُرجى طرح السؤال من جديد.",
    failed="حدث خطأ ولم يُجب عن السؤال. يُرجى المحاولة من جديد.",
    months="يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
    first_day="1",
    date="{day} {month} {year}",
    languages=(
        ("en", "الإنجليزية"),
        ("fr", "الفرنسية"),
        ("ar", "العربية"),
        ("es", "الإسبانية"),
        ("zh", "الصينية"),
        ("ru", "الروسية"),
    ),
)

STRINGS: Final[dict[Language, Strings]] = {"en": _ENGLISH, "fr": _FRENCH, "ar": _ARABIC}


def choose(asked: str | None, accepted: str | None = None, default: Language = "en") -> Language:
    """The interface language: the one asked for by name, else the browser's first that we speak.

    ``accepted`` is an ``Accept-Language`` header. Its entries are taken in the order in which
    they stand, which is how browsers write them; weights are not read.
    """
    wishes = [asked or "", *(accepted or "").split(",")]
    for wish in wishes:
        code = wish.split(";")[0].strip().lower().split("-")[0]
        if code in LANGUAGES:
            return code
    return default


_DATE = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?)?", re.ASCII)


def written_date(date: str | None, strings: Strings) -> str:
    """An ISO day, month or year as the language writes it ("30 November 2023", "November 2023",
    "2023"); a missing one says so, and anything else is shown as it stands."""
    if date is None:
        return strings.undated
    found = _DATE.fullmatch(date)
    if found is None:
        return date
    year, month, day = found.groups()
    if not month:
        return year
    name = strings.months.split()[int(month) - 1]
    if not day:
        return f"{name} {year}"
    written = strings.first_day if day == "01" else int(day)
    return strings.date.format(day=written, month=name, year=year)


def language_name(code: str, strings: Strings) -> str:
    """The name of a document's language, or its code where the page has no name for it."""
    return dict(strings.languages).get(code, code)
