"""The names of countries and cities in one language, as texts are searched for them.

They come from the Unicode CLDR (through Babel) in English, French and Arabic; forms of the news
that CLDR lacks ("Republic of Korea", "RDC") and irregular demonyms are listed here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from pkqa.text.fold import fold

# Marks stand within words: accents written apart, harakat ("عُمان").
_LETTERS = r"(?:[^\W\d_][\u0300-\u036f\u064b-\u065f\u0670]*)+"
WORD = re.compile(rf"{_LETTERS}(?:['’]{_LETTERS})?")

# Cities of the news that CLDR does not list: it has one or two for each time zone.
_CITIES = {
    "en": ("Rabat", "Geneva", "Marrakesh", "Goma", "Beijing", "Mumbai", "Hague"),
    "fr": ("Rabat", "Genève", "Marrakech", "Goma", "Pékin", "Bombay", "La Haye"),
    "ar": ("الرباط", "جنيف", "مراكش", "غوما", "بكين", "مومباي", "لاهاي"),
}

_CITY_COUNTRIES = dict(zip(_CITIES["en"], ("MA", "CH", "MA", "CD", "CN", "IN", "NL"), strict=True))

# CLDR's codes that are no place of their own.
_NOT_PLACES = frozenset({"EU", "EZ", "UN", "QO", "ZZ", "XA", "XB"})

ALIASES = {
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
        "ML": ("Malian",),
        "TD": ("Chadian",),
        "JO": ("Jordanian",),
        "LB": ("Lebanese",),
        "PT": ("Portuguese",),
        "NE": ("Nigerien",),
    },
    # What is written small ("soldats maliens") is a demonym, and counts in lower case too.
    "fr": {
        "KR": ("République de Corée", "Corée", "coréen"),
        "CD": ("République démocratique du Congo", "RDC", "RD Congo"),
        "CG": ("République du Congo",),
        "CF": ("RCA", "Centrafrique", "centrafricain", "Bangui"),
        "US": ("USA", "américain", "Etats-Unis d'Amérique", "Washington"),
        "GB": ("Grande-Bretagne", "britannique", "Anglais"),
        "NL": ("néerlandais", "Hollande"),
        "ES": ("espagnol",),
        "GR": ("Grec", "grecque"),
        "TR": ("Turc", "turque"),
        "DE": ("allemand",),
        "SZ": ("swazi",),
        "CH": ("helvétique",),
        "PL": ("polonais",),
        "PT": ("portugais",),
        "SE": ("suédois",),
        "CI": ("ivoirien",),
        "RU": ("Fédération de Russie",),
        "CY": ("chypriote",),
        "AE": ("Emirati", "Emirats"),
        "PS": ("Palestine", "palestinien"),
        "TD": ("tchadien",),
        "IE": ("irlandais",),
        "ML": ("malien",),
        "IN": ("indien",),
        "NE": ("nigérien",),
        "NG": ("nigérian",),
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
        "e s es nes ain aine ains aines ien ienne iens iennes en enne ens ennes een eenne eens "
        "eennes ais aise aises ois oise oises in ine ins ines an ane ans anes ol ole ols i ie is "
        "ies lais laise nais naise n ne"
    ).split(),
    "ar": "ي يا يه يين يون يات ين ون ا اني انيه".split(),
}
# Names that are common words too, where the article or an ending would make them ambiguous.
EXACT_ONLY = frozenset({"مالي", "قطر", "عمان", "كوبا", "توغو", "chad", "jordan", "mali", "inde"})


# A word is folded in each name that it may be part of.
folded_word = lru_cache(maxsize=50_000)(fold)


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """The places of one language, folded."""

    names: dict[str, str]  # name -> code
    openings: frozenset[str]  # the first words of these
    stems: dict[str, str]  # what demonyms begin with -> code
    suffixes: frozenset[str]  # what they end in
    demonyms: frozenset[str]  # stems that are whole words in lower case


@lru_cache(maxsize=4)
def gazetteer_of(language: str) -> Gazetteer:
    """The places as English, French or Arabic names them."""
    from babel import Locale  # loads its tables: what names no place does without

    locale = Locale(language)
    names: dict[str, str] = {}
    stems: dict[str, str] = {}
    for code, name in locale.territories.items():
        # "La réunion" is a meeting far more often than the island.
        if len(code) == 2 and code not in _NOT_PLACES and _key(str(name)) != "la reunion":
            _enter(names, stems, str(name), code)
    english = Locale("en")
    for zone in set(Locale("ar").time_zones) | set(english.time_zones):
        city = locale.time_zones.get(zone, {}).get("city") or zone.rsplit("/", 1)[-1].replace(
            "_", " "
        )
        key = _key(str(city))
        if key == "la reunion":
            continue
        names.setdefault(key, zone)
        if language == "ar" and key.startswith("ال"):
            names.setdefault(key[2:], zone)
    for name, city in zip(_CITIES[language], _CITIES["en"], strict=True):
        names.setdefault(_key(name), f"city/{city}")
        names.setdefault(_key(name).removeprefix("ال"), f"city/{city}")
    if language == "ar":
        names.setdefault("سيول", "Asia/Seoul")  # as often spelt as CLDR's سول
    for code, aliases in ALIASES[language].items():
        for alias in aliases:
            _enter(names, stems, alias, code)
    small = (a for aliases in ALIASES[language].values() for a in aliases if a[0].islower())
    openings = frozenset(name.partition(" ")[0] for name in names)
    return Gazetteer(
        names, openings, stems, frozenset(_SUFFIXES[language]), frozenset(map(fold, small))
    )


def _enter(names: dict[str, str], stems: dict[str, str], name: str, code: str) -> None:
    key = _key(name)
    names[key] = code
    if key.startswith("ال"):
        key = key[2:]
        names.setdefault(key, code)
    if " " in key or key in EXACT_ONLY:
        return
    stems.setdefault(key, code)
    shorter = key[:-1]
    if key[-1] in "aeoyiاه" and len(shorter) >= 3:
        stems.setdefault(shorter, code)
    if key.endswith(("ia", "ie", "ya", "يا")) and len(key) > 5:
        stems.setdefault(key[:-2], code)


def _key(name: str) -> str:
    return " ".join(folded_word(m[0]) for m in WORD.finditer(name.replace("-", " ")))


def country_of(code: str) -> str | None:
    """The ISO 3166 code of the country that a city of the gazetteer lies in; None for a country.

    Capitals stand for their governments in the news ("Rabat pledges ...").
    """
    if code.startswith("city/"):
        return _CITY_COUNTRIES[code.removeprefix("city/")]
    if "/" not in code:
        return None
    from babel.core import get_global

    zones: Mapping[str, str] = get_global("zone_territories")
    return zones.get(code)
