"""Countries and cities named in a text: ``Morocco`` = ``marocain`` = ``المغرب``.

Names come from the Unicode CLDR (through Babel) in English, French and Arabic; forms of the news
that CLDR lacks ("Republic of Korea", "RDC") and irregular demonyms are listed here. Regular
demonyms are told by stem and ending ("Senegal" + "ese", "Alger" + "ien", "تونس" + "ي").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from pkqa.text.fold import fold

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_LONGEST = 5  # words in a name

# Cities of the news that CLDR does not list: it has one or two for each time zone.
_CITIES = {
    "en": ("Rabat", "Geneva", "Marrakesh", "Goma", "Beijing", "Mumbai", "The Hague"),
    "fr": ("Rabat", "Genève", "Marrakech", "Goma", "Pékin", "Bombay", "La Haye"),
    "ar": ("الرباط", "جنيف", "مراكش", "غوما", "بكين", "مومباي", "لاهاي"),
}

# CLDR's codes that are no place of their own.
_NOT_PLACES = frozenset({"EU", "EZ", "UN", "QO", "ZZ", "XA", "XB"})

_ALIASES = {
    "en": {
        "KR": ("Republic of Korea", "Korea", "Korean"),
        "KP": ("North Korean", "DPRK"),
        "CD": (
            "Democratic Republic of the Congo",
            "Democratic Republic of Congo",
            "DRC",
            "DR Congo",
        ),
        "CG": ("Republic of the Congo",),
        "CF": ("CAR", "Central African", "Bangui", "Bangassou"),
        "US": ("United States of America", "USA", "American", "Washington"),
        "GB": ("UK", "Britain", "British", "English"),
        "FR": ("French",),
        "NL": ("Dutch", "Holland"),
        "ES": ("Spanish",),
        "CH": ("Swiss",),
        "GR": ("Greek",),
        "DK": ("Danish",),
        "SE": ("Swedish",),
        "FI": ("Finnish",),
        "PL": ("Polish",),
        "TR": ("Turkish", "Turkey"),
        "IE": ("Irish",),
        "PH": ("Filipino", "Philippine"),
        "CI": ("Ivory Coast", "Ivorian", "Cote d'Ivoire"),
        "MA": ("Moroccan",),
        "DE": ("German",),
        "RU": ("Russian Federation",),
        "SY": ("Syrian",),
        "CY": ("Cypriot",),
        "AE": ("UAE", "Emirati"),
        "TZ": ("Tanzanian",),
        "PE": ("Peruvian",),
        "PS": ("Palestine", "Palestinian"),
        "CV": ("Cape Verde",),
        "CZ": ("Czech", "Czech Republic"),
    },
    "fr": {
        "KR": ("République de Corée", "Corée", "Coréen", "Sud-Coréen"),
        "KP": ("Nord-Coréen",),
        "CD": ("République démocratique du Congo", "RDC", "RD Congo"),
        "CG": ("République du Congo",),
        "CF": ("RCA", "Centrafrique", "Centrafricain", "Bangui"),
        "US": ("USA", "Américain", "Etats-Unis d'Amérique", "Washington"),
        "GB": ("Grande-Bretagne", "Britannique", "Anglais"),
        "NL": ("Néerlandais", "Hollande"),
        "ES": ("Espagnol",),
        "GR": ("Grec", "Grecque"),
        "TR": ("Turc", "Turque"),
        "DE": ("Allemand",),
        "SZ": ("Swazi",),
        "CH": ("Helvétique",),
        "PL": ("Polonais",),
        "PT": ("Portugais",),
        "SE": ("Suédois",),
        "CI": ("Ivoirien",),
        "RU": ("Fédération de Russie",),
        "CY": ("Chypriote",),
        "AE": ("Emirati", "Emirats"),
        "PS": ("Palestine", "Palestinien"),
        "TD": ("Tchadien",),
        "IE": ("Irlandais",),
    },
    "ar": {
        "MA": ("المغاربة",),
        "KR": ("جمهورية كوريا", "كوريا", "الكورية", "الكوري"),
        "KP": ("كوريا الشمالية",),
        "CD": ("جمهورية الكونغو الديمقراطية", "الكونغو الديمقراطية"),
        "CF": ("إفريقيا الوسطى", "أفريقيا الوسطى", "بانغي"),
        "US": ("أمريكا", "أميركا", "الأمريكية", "واشنطن"),
        "GB": ("بريطانيا", "البريطانية", "إنجلترا"),
        "ES": ("الإسبانية", "اسبانيا"),
        "PS": ("فلسطين",),
        "SY": ("سورية",),
        "LY": ("ليبية",),
        "CI": ("كوت ديفوار",),
        "TD": ("التشادية",),
    },
}

_SUFFIXES = {
    "en": "n an ian ean ese i ish s ns ans ians eans is er ers nian nians lese ic e".split(),
    "fr": (
        "e s es ain aine ains aines ien ienne iens iennes en enne ens ennes een eenne eens eennes "
        "ais aise aises ois oise oises in ine ins ines an ane ans anes ol ole ols i ie is ies lais "
        "laise nais naise n ne"
    ).split(),
    "ar": "ي يه يين يون يات ين ون ا اني انيه".split(),
}
# Names that are common words too, where the article or an ending would make them ambiguous.
_EXACT_ONLY = frozenset({"مالي", "قطر", "عمان", "كوبا", "توغو", "chad", "jordan", "mali", "inde"})


def places(text: str, language: str) -> frozenset[str]:
    """Codes of the places that ``text`` names: ISO 3166 for countries, zone ids for cities.

    A Latin name counts only when it is capitalised. Other languages than English, French and
    Arabic are read with the English names.
    """
    names, stems, suffixes = _gazetteer(language if language in _ALIASES else "en")
    words = [m[0] for m in _WORD.finditer(text)]
    found: set[str] = set()
    at = 0
    while at < len(words):
        code, length = _longest(words, at, names) if _named(words[at]) else (None, 1)
        code = code or _demonym(words[at], stems, suffixes)
        if code is not None:
            found.add(code)
            at += length
        else:
            at += 1
    return frozenset(found)


def _longest(words: list[str], at: int, names: dict[str, str]) -> tuple[str | None, int]:
    for length in range(min(_LONGEST, len(words) - at), 0, -1):
        rest = " ".join(fold(w) for w in words[at + 1 : at + length])
        for head in _heads(fold(words[at])):
            key = f"{head} {rest}".rstrip()
            if key in names and (key not in _EXACT_ONLY or head == fold(words[at])):
                return names[key], length
    return None, 1


def _demonym(word: str, stems: dict[str, str], suffixes: frozenset[str]) -> str | None:
    # French writes its demonyms small ("soldats algériens"): those must be longer to count.
    stem, ending = (3, 0) if _named(word) else (4, 2)
    for head in _heads(fold(word)):
        for cut in range(len(head) - ending, stem - 1, -1):
            if head[cut:] in suffixes and head[:cut] in stems:
                return stems[head[:cut]]
    return None


def _heads(word: str) -> Iterator[str]:
    """The word, then the word without French elision or Arabic proclitics and article."""
    yield word
    if "'" in word:
        yield from (part for part in word.split("'", 1) if len(part) > 2)
    if not "؀" <= word[:1] <= "ۿ":
        return
    bare = {word, word[1:]} if word[0] in "وفبلك" and len(word) > 3 else {word}
    bare |= {w[1:] for w in bare if w[0] in "بلك" and len(w) > 3}
    for form in sorted(bare, key=len, reverse=True):
        yield form
        if form.startswith("ال") and len(form) > 4:
            yield form[2:]
        elif form.startswith("لل") and len(form) > 4:
            yield form[2:]
        elif form.startswith("ل") and len(form) > 4:
            yield form[1:]


def _named(word: str) -> bool:
    # "Morocco's", "d'Égypte": the longer part is the name.
    return not max(re.split("['’]", word), key=len)[:1].islower()


@lru_cache(maxsize=4)
def _gazetteer(language: str) -> tuple[dict[str, str], dict[str, str], frozenset[str]]:
    from babel import Locale  # loads its tables; only a question or an answer needs them

    locale = Locale(language)
    names: dict[str, str] = {}
    stems: dict[str, str] = {}
    for code, name in locale.territories.items():
        if len(code) == 2 and code not in _NOT_PLACES:
            _enter(names, stems, str(name), code)
    english = Locale("en")
    for zone in set(Locale("ar").time_zones) | set(english.time_zones):
        city = locale.time_zones.get(zone, {}).get("city") or zone.rsplit("/", 1)[-1].replace(
            "_", " "
        )
        key = _key(str(city))
        names.setdefault(key, zone)
        if language == "ar" and key.startswith("ال"):
            names.setdefault(key[2:], zone)
    for name, city in zip(_CITIES[language], _CITIES["en"], strict=True):
        names.setdefault(_key(name), f"city/{city}")
        names.setdefault(_key(name).removeprefix("ال"), f"city/{city}")
    if language == "ar":
        names.setdefault("سيول", "Asia/Seoul")  # as often spelt as CLDR's سول
    for code, aliases in _ALIASES[language].items():
        for alias in aliases:
            _enter(names, stems, alias, code)
    return names, stems, frozenset(_SUFFIXES[language])


def _enter(names: dict[str, str], stems: dict[str, str], name: str, code: str) -> None:
    key = _key(name)
    names[key] = code
    if key.startswith("ال"):
        key = key[2:]
        names.setdefault(key, code)
    if " " in key or key in _EXACT_ONLY:
        return
    stems.setdefault(key, code)
    shorter = key[:-1]
    if key[-1] in "aeoyiاه" and len(shorter) >= 3:
        stems.setdefault(shorter, code)
    if key.endswith(("ia", "ie", "ya", "يا")) and len(key) > 5:
        stems.setdefault(key[:-2], code)


def _key(name: str) -> str:
    return " ".join(fold(m[0]) for m in _WORD.finditer(name.replace("-", " ")))
