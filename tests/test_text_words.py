"""Canonical form, folding, language, analysis, tokens and names."""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from pkqa.text.analysis import analyse, stop_words
from pkqa.text.canonical import canonical
from pkqa.text.fold import digits, fold, level
from pkqa.text.languages import detect, direction, written_in
from pkqa.text.names import name_key, names
from pkqa.text.tokens import count


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("a\r\nb\rc\x0cd\u2028e", "a\nb\nc\nd\ne"),
        ("\ufeffa\x00b\u200bc\u00add\u202ee\u2066f\ue000g\ud800h", "abcdefgh"),
        ("a\u200cb می\u200cخواهم क्\u200dष 👨\u200d👩", "ab می\u200cخواهم क्\u200dष 👨👩"),
        ("\n \n  a \t\n\n\n\n b\u00a0\n\n", "  a\n\n b"),
        (
            "l’ONU\u00a0« A4P\u202f» “x” e\u0301 é 79ᵉ \u06dd",
            "l’ONU\u00a0« A4P\u202f» “x” e\u0301 é 79ᵉ \u06dd",
        ),
        ("", ""),
    ],
)
def test_canonical(text: str, form: str) -> None:
    assert canonical(text) == form


@pytest.mark.parametrize("seed", range(30))
def test_canonical_form_is_its_own(seed: int) -> None:
    pick = random.Random(seed)  # noqa: S311 - a seeded test, no secret
    alphabet = "ab \t\n\r\u200b\u200c\u200d\u00ad\x00\x85\u00a0\ufeffبكद\ue001\u2029\ud801"
    once = canonical("".join(pick.choices(alphabet, k=300)))
    assert canonical(once) == once
    assert "\n\n\n" not in once
    once.encode("utf-8")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("L’Élève", "l'eleve"),
        ("Œuvre", "oeuvre"),
        ("أحمد إلى مسؤولة الآن هُدًى", "احمد الي مسوولة الان هدي"),
        ("الـ٧٥", "ال75"),
        ("1,724", "1 724"),
        ("1\u202f724", "١٬٧٢٤"),
        ("1.724", "۱٬۷۲۴"),
        ("14,2", "١٤٫٢"),
        ("12,345,678.9", "12 345 678,9"),
        ("“A4P” – «B»", '"A4P" - "B"'),
        ("ﬁn ﻻ", "fin لا"),
    ],
)
def test_spellings_of_one_thing_fold_alike(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("0,724", "724"),
        ("14.2", "142"),
        ("2021 120", "2021120"),
        ("1,7245", "17245"),
        ("paix", "pays"),
    ],
)
def test_different_things_fold_apart(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_levelling_keeps_every_offset() -> None:
    text = "Été À ŒUVRE أإآ ٱلة ى ١٢٣ ’ \u00a0İıßﬁ ᵉ"
    assert len(level(text)) == len(text)
    assert level(text).startswith("ete a")
    assert digits("٣ ۳ 3") == "3 3 3"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Combien d'hélicoptères ?", "fr"),
        ("Et en 2021 ?", "fr"),
        ("Qui ?", "fr"),
        ("Where?", "en"),
        ("How many?", "en"),
        ("What is A4P?", "en"),
        ("C'est quoi A4P ?", "fr"),
        ("كم عدد المروحيات؟", "ar"),
        ("MINUSMA ومينوسكا في مالي وجمهورية إفريقيا الوسطى", "ar"),
        ("پایتخت ایران کجاست؟", "fa"),
        ("کتنے ہیلی کاپٹر دیے گئے؟", "ur"),
        ("¿Cuántos helicópteros prometió Corea del Sur?", "es"),
        ("Wie viele Hubschrauber hat Korea versprochen?", "de"),
        ("Сколько вертолётов пообещала Корея?", "ru"),
        ("ヘリコプターは何機ですか", "ja"),
        ("韩国承诺捐赠多少架直升机", "zh"),
        ("헬리콥터는 몇 대입니까", "ko"),
        ("コリアはヘリコプターを何機約束しましたか韓国", "ja"),
        ("平和維持活動に関する国連の会議で、韓国が約束した", "ja"),
        ("Πόσα ελικόπτερα;", "el"),
        ("MINUSCA 2021", "und"),
        ("Jean-Pierre Lacroix", "und"),
        ("1,724", "und"),
        ("", "und"),
    ],
)
def test_detect(text: str, language: str) -> None:
    assert detect(text) == language


def test_detect_among_and_default() -> None:
    among = ("en", "fr", "ar")
    assert detect("MINUSCA 2021", among, default="fr") == "fr"
    assert detect("¿Cuántos helicópteros prometió Corea del Sur?", among, default="en") == "en"
    assert detect("كم عدد المروحيات؟", ("en", "fr"), default="en") == "en"
    assert detect("Casques bleus tombés", among) == "fr"
    assert detect("Le ministre a parlé. " * 1000) == "fr"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The soldiers came back from the north on Monday.", "en"),
        ("La mission ne", "en"),  # too short to tell
        ("2023 : 16 / 62", "en"),
        ("Les soldats sont revenus du nord lundi.", "fr"),
        ("عاد الجنود من الشمال يوم الاثنين.", "ar"),
    ],
)
def test_what_was_to_be_in_english_may_be_in_another_language(text: str, language: str) -> None:
    assert written_in(text, "en") == language


def test_direction_goes_by_the_majority() -> None:
    assert direction("MINUSMA بعثة الأمم المتحدة في مالي") == "rtl"
    assert direction("The word سلام means peace") == "ltr"
    assert direction("שלום") == "rtl"
    assert direction("1,724") == "ltr"


def test_languages_of_the_benchmarks(shared: Path) -> None:
    for name, language in (("nomiracl-en", "en"), ("nomiracl-fr", "fr"), ("nomiracl-ar", "ar")):
        lines = (shared / "bench" / name / "queries.jsonl").read_text(encoding="utf-8").splitlines()
        found = Counter(detect(json.loads(line)["text"]) for line in lines)
        assert found[language] >= 0.99 * len(lines), found


@pytest.mark.parametrize(
    ("language", "family"),
    [
        ("en", "helicopter helicopters"),
        ("en", "commitment commitments committed"),
        ("fr", "hélicoptère hélicoptères helicopteres"),
        ("fr", "déployé déployés déployées déployer deploye"),
        ("fr", "conseiller conseillers conseillère"),
        ("fr", "l’ONU d'ONU ONU"),
        ("ar", "مروحية المروحيات مروحيات والمروحيات"),
        ("ar", "المغرب للمغرب بالمغرب والمغرب"),
        ("ar", "بعثة البعثات بعثات للبعثة"),
        ("ar", "الـ75 75 ٧٥ و75"),
        ("en", "4th 4"),
        ("fr", "79ᵉ 79e 79"),
        ("en", "1,724 1724 ١٬٧٢٤"),
        ("en", "Morocco's Morocco"),
        ("fr", "d’79e 79"),
        ("de", "A4P a4p"),
    ],
)
def test_forms_of_a_word_are_one_term(language: str, family: str) -> None:
    terms = [analyse(word, language) for word in family.split()]
    assert all(term == terms[0] for term in terms)
    assert len(terms[0]) == 1


def test_stop_words_are_no_terms() -> None:
    assert analyse("How many of the helicopters were there?", "en") == analyse("helicopter", "en")
    assert analyse("Combien d’hélicoptères y a-t-il ?", "fr") == analyse("hélicoptère", "fr")
    assert analyse("كم عدد المروحيات التي قالت", "ar") == analyse("عدد مروحية", "ar")
    assert analyse("It isn't", "en") == []
    assert analyse("x" * 100, "en") == ["x" * 100]
    assert "ou" in stop_words("fr")
    assert stop_words("de") == frozenset()
    assert analyse("Der Hubschrauber", "de") == ["der", "hubschrauber"]
    assert analyse("the 4 th Conference on A4P+", "en") == ["4", "confer", "a4p"]


def test_token_counts() -> None:
    assert count("") == 0
    assert count("hello world") == 2
    assert count("<|endoftext|>") > 1
    assert 40_000 < count("the soldiers " * 20_000) < 41_000


def test_tokens_are_counted_without_llama_index_or_the_network() -> None:
    code = (
        "import sys; from pkqa.text.tokens import count; assert count('peace') == 1\n"
        "assert not [m for m in sys.modules if m.startswith(('llama_index', 'requests'))]"
    )
    environment = {k: v for k, v in os.environ.items() if k != "TIKTOKEN_CACHE_DIR"}
    environment |= {"https_proxy": "http://127.0.0.1:9", "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)


@pytest.mark.parametrize(
    ("latin", "arabic"),
    [
        pair.partition(" ")[::2]
        for pair in re.split(
            ",",
            "Lacroix لاكروا,Bourita بوريطة,Diop ديوب,Guterres غوتيريش,Rabat الرباط,Seoul سيول,"
            "Birame بيرام,Pierre بيير,Houssaini الحسيني,Mohammed محمد,Sudan السودان,Congo الكونغو,"
            "Corée كوريا,Pollard بولارد,Khare خاري,Geneva جنيف,Genève جنيف,Bachelet باشليه,"
            "Paris لباريس,Bangui بانغي",
        )
    ],
)
def test_a_name_has_one_key_in_both_scripts(latin: str, arabic: str) -> None:
    key = name_key(latin)
    assert key
    # A clitic glued to an Arabic name is the one thing left to the caller.
    assert name_key(arabic.removeprefix("ل") if arabic == "لباريس" else arabic) == key


def test_other_names_have_other_keys() -> None:
    keys = [name_key(n) for n in ("Lacroix", "Bourita", "Diop", "Guterres", "Rabat", "Khare")]
    assert len(set(keys)) == len(keys)
    assert name_key("") == name_key("1724") == ""


def test_names_of_a_text() -> None:
    text = (
        "The Minister, Mr. Nasser Bourita, met Jean-Pierre Lacroix in the Democratic Republic of "
        "Congo (DRC). He praised MINUSCA and A4P+ at the U.N. in New York."
    )
    found = names(text, "en")
    assert all(text[start:end] == name for start, end, name in found)
    assert [name for _, _, name in found] == [
        "Minister",
        "Nasser Bourita",
        "Jean-Pierre Lacroix",
        "Democratic Republic of Congo",
        "DRC",
        "MINUSCA",
        "A4P+",
        "U.N.",
        "New York",
    ]
    french = "Combien de soldats l’ONU et d’Antonio Guterres ? Le Maroc répond à Séoul."
    assert [n for _, _, n in names(french, "fr")] == ["ONU", "Antonio Guterres", "Maroc", "Séoul"]
    assert names("قال الوزير", "ar") == []
