"""Cleaning: the furniture of a page goes, every sentence of the article stays."""

from __future__ import annotations

import re
import tarfile
from pathlib import Path

import pytest

from pkqa.ingest.clean import Cleaned, clean
from pkqa.model import Dropped, RawDocument
from pkqa.text.canonical import canonical

PROSE = (
    "Le ministre a reçu vendredi à Rabat le responsable onusien pour un entretien sur la paix.\n"
    "Une courte légende\n"
    "Il a rappelé que le Royaume déploie 1 724 Casques bleus dans trois pays du continent."
)
ARTICLE = (
    "The minister told the conference that the mission had met its goals for the year.\n\n"
    "A photo caption (file photo)\n\n"
    "By John Smith\n\n"
    "A short heading\n\n"
    "- a list item\n- another item\n\n"
    "More than 87,000 peacekeepers serve in 12 missions around the world, he added..."
)
ARABIC = (
    "أكد الوزير في كلمته أن المملكة تواصل دعمها لعمليات حفظ السلام في القارة الإفريقية.\n"
    "عنوان فرعي\n"
    "وأضاف أن أكثر من ألف جندي يشاركون في ثلاث بعثات تابعة للأمم المتحدة اليوم."
)


def cleaned(text: str, media_type: str = "txt") -> Cleaned:
    return clean(RawDocument(text=text, media_type=media_type))


@pytest.mark.parametrize("article", [PROSE, ARTICLE, ARABIC])
@pytest.mark.parametrize(
    ("reason", "head", "foot"),
    [
        ("reading-time", "Temps de lecture : 3 minutes", "5 min read"),
        ("reading-time", "وقت القراءة: ٣ دقائق", "3 minutes de lecture"),
        ("protected", "", "error: Content is protected !!"),
        ("comment-form", "", "Leave A Reply\n\nYour email address will not be published.\nName *"),
        (
            "comment-form",
            "",
            "Laisser un commentaire Annuler la réponse\nNom *\nE-mail *\nSite web",
        ),
        ("comment-form", "", "اترك تعليقاً\nالاسم *\nالبريد الإلكتروني *\nإرسال التعليق"),
        ("reading-time", "Reading time: 2 minutes", "Temps de lecture estimé : 2 min"),
        ("reading-time", "مدة القراءة: دقيقتان", "lecture : 4 min"),
        ("protected", "", "تنبيه: المحتوى محمي!"),
        ("comment-form", "", "Your email is never published. Fields with * are needed"),
        ("comment-form", "", "Votre courriel ne sera pas diffusé. Champs requis *"),
        ("comment-form", "", "لن يظهر بريدك الإلكتروني للعموم. الحقول الإلزامية مشار إليها"),
        ("consent", "", "This site uses cookies. Accept"),
        ("consent", "", "Ce site dépose des cookies. J’accepte / Je refuse"),
        ("consent", "", "هذا الموقع يستعمل الكوكيز. قبول"),
        (
            "share",
            "شارك المقال: فيسبوك | واتساب | تيليغرام",
            "Partager sur Facebook, X ou WhatsApp",
        ),
        ("newsletter", "", "Get our morning briefing. Enter your email. Sign up"),
        ("copyright", "", "© Meridian Desk 2023. No copying without permission."),
        ("menu", "Accueil\nFrancophonie\nDéfense\nLivres\nQui sommes-nous ?", ""),
        ("menu", "الرئيسية\nإفريقيا\nخرائط\nحوارات", "Imprimer | Envoyer à un ami"),
        ("consent", "We use cookies to improve your visit.\nAccept all\nReject", ""),
        ("consent", "Ce site utilise des cookies pour mesurer l’audience.\nTout accepter", ""),
        ("consent", "نستخدم ملفات تعريف الارتباط لتحسين تجربتك.\nقبول الكل\nرفض", ""),
        ("share", "Partager sur Facebook", "Share this article"),
        ("newsletter", "", "Abonnez-vous à notre newsletter pour ne rien manquer"),
        ("copyright", "", "© 2024 Le Journal. Tous droits réservés."),
        ("copyright", "", "جميع الحقوق محفوظة © 2024"),
        ("furniture", "Skip to content", "Retour en haut"),
        ("menu", "Accueil\nPolitique\nMonde\nÉconomie\nContact", ""),
        ("menu", "Home | News | World | Sports | Contact us", ""),
        ("menu", "الرئيسية\nسياسة\nاقتصاد\nرياضة\nثقافة", ""),
        ("teaser", "", "Related articles\nKing receives envoy\nNew dam opens in the south"),
        ("teaser", "", "مقالات ذات صلة\nالملك يستقبل المبعوث\nافتتاح سد جديد"),
        (
            "teaser",
            "",
            "Le roi reçoit l’envoyé à RabatLe roi a reçu jeudi l’envoyé spécial de l’O… |",
        ),
    ],
)
def test_furniture_goes_and_the_article_stays(
    article: str, reason: str, head: str, foot: str
) -> None:
    result = cleaned(f"{head}\n\n{article}\n\n{foot}\n")
    assert result.text == article
    assert {d.reason for d in result.dropped} == {reason}
    gone = {line for d in result.dropped for line in d.text.split("\n") if line}
    assert gone == {line for line in f"{head}\n{foot}".split("\n") if line}


def test_a_pointer_inside_the_article_takes_one_title_with_it() -> None:
    more = "Le responsable a salué l’engagement constant du Royaume, selon un communiqué officiel."
    result = cleaned(
        f"{PROSE}\nLire aussi : Le roi reçoit l’envoyé\n{more}\nUn intertitre\n{more} Fin."
    )
    assert result.text == f"{PROSE}\n{more}\nUn intertitre\n{more} Fin."
    result = cleaned(f"{PROSE}\nÀ lire aussi\nLe roi reçoit l’envoyé\nUn intertitre\n{more}")
    assert result.text == f"{PROSE}\nUn intertitre\n{more}"


def test_what_looks_like_furniture_in_prose_stays() -> None:
    text = (
        "We use cookies, said the baker of the camp, because the troops like them and because "
        "they keep for weeks in the heat; the mission has bought them from him since it came to "
        "the town in 2014, and the price has not changed since then, which he says is his way of "
        "thanking the peacekeepers. The mission confirmed it. He had left a reply to the letter "
        "of the commander, who had asked him whether his email address would be published, and "
        "then he had asked for the content of the letter to be protected. All rights reserved for "
        "the baker, joked the commander in front of the whole battalion on the day of departure.\n"
        "Le temps de lecture du rapport est long.\n"
        "Home\n"
        "iPhone sales rose in McDonaldLand…\n"
        "And so it went on…"
    )
    assert cleaned(text).text == text


def test_cut_off_stories_at_the_foot_go_without_a_bar_too() -> None:
    foot = (
        "Le roi reçoit l’envoyé spécial à RabatLe roi a reçu jeudi l’envoyé de l’ONU pour…\n"
        "Un barrage s’ouvre dans le sudLe ministre a inauguré mardi un barrage dont la capaci…"
    )
    assert cleaned(f"{PROSE}\n{foot}").text == PROSE
    essay = (
        "Il disait que le silence du camp durait depuis des jours et que nul ne savait…\n"
        "Et puis il ajoutait que la paix viendrait, peut-être, avec le temps et l’hiver…"
    )
    assert cleaned(f"{PROSE}\n{essay}").text == f"{PROSE}\n{essay}"


def test_below_the_first_form_the_foot_of_the_page_goes_whole() -> None:
    story = "Le roi reçoit l’envoyé à RabatLe roi a reçu jeudi l’envoyé spécial de l’O… |"
    foot = f"Nos autres articles\n{story}\n\nUne lettre par semaine\nLeave a reply\nNom d’usage"
    assert cleaned(f"{PROSE}\nPar Jean Dupont\n\n{foot}").text == f"{PROSE}\nPar Jean Dupont"
    # Nothing is known of short lines where the page has no prose, or no form.
    assert cleaned("Leave a reply\nUn mot\nUn autre mot\nUn troisième").text.startswith("Un mot")
    assert cleaned(f"{PROSE}\nUne lettre par semaine").text == f"{PROSE}\nUne lettre par semaine"


def test_a_title_right_under_a_menu_stays() -> None:
    text = f"Home\nHistory\nPeople\nMorocco in Seoul\n{PROSE}"
    assert cleaned(text).text == f"Morocco in Seoul\n{PROSE}"


def test_a_reading_time_in_a_byline_leaves_the_byline() -> None:
    assert cleaned(f"Par A. Ba • 7 décembre 2021 • 3 min de lecture\n{PROSE}").text == (
        f"Par A. Ba • 7 décembre 2021\n{PROSE}"
    )


def test_repeated_lines_go_once_and_lone_clauses_stay() -> None:
    line = "The Council takes note of the report of the Secretary-General on the mission"
    other = "It asks him to report again within the year on what has been done by then"
    assert cleaned(f"{line}\n{line}\n{other}").text == f"{line}\n{other}"
    twice = f"{line}\n{other}\nend\n{line}\n{other}"
    assert cleaned(twice).text == f"{line}\n{other}\nend"
    lone = f"{line}\n{other}\nend\n{line}"
    assert cleaned(lone).text == lone


def test_a_page_that_would_lose_most_of_its_text_keeps_all_but_the_surest_noise() -> None:
    menu = "Accueil\nPolitique\nMonde\nÉconomie\nSociété\nContact"
    assert cleaned(f"5 min read\n{menu}\nUn mot.").text == f"{menu}\nUn mot."


@pytest.mark.parametrize("media_type", ["md", "pdf", "docx", "jsonl"])
def test_other_formats_lose_the_surest_lines_alone(media_type: str) -> None:
    text = "Home\nNews\nWorld\nSports\n# Related articles\n- one\n- two\nLeave A Reply"
    assert cleaned(text, media_type).text == text.removesuffix("\nLeave A Reply")


def test_page_starts_follow_the_text() -> None:
    first = "  5 min read\n\n\n\nFirst page text.\u200b\r\nMore of it."
    second = "5 min read\nSecond page begins here."
    third = "Third."
    text = f"{first}\n\n\n{second}\n{third}"
    pages = (0, text.index(second), text.index(third))
    result = clean(RawDocument(text=text, media_type="pdf", pages=pages))
    assert [result.text[p:][:6] for p in result.pages] == ["First ", "Second", "Third."]


def test_the_readers_own_leavings_come_first_and_the_title_is_one_line() -> None:
    left = Dropped("menu", "outside the article")
    raw = RawDocument(
        text="5 min read\nText.", media_type="html", title=" A\n title\u200b ", dropped=(left,)
    )
    result = clean(raw)
    assert result.title == "A title"
    assert result.dropped == (left, Dropped("5 min read", "reading-time"))
    assert clean(RawDocument(text="x", media_type="txt", title=" ")).title is None


def visible(text: str) -> str:
    return "".join(text.split())


NOISE = re.compile(
    r"Temps de lecture|Your email address will not be published|Leave A Reply|is protected !!|… \|$"
)


def test_the_real_pages_lose_their_noise_and_nothing_else(shared: Path) -> None:
    pages = sorted((shared / "seeds").glob("*.txt"))
    assert len(pages) == 5
    for page in pages:
        source = canonical(page.read_text(encoding="utf-8"))
        result = cleaned(source)
        article = [line for line in source.split("\n") if not NOISE.search(line)]
        assert visible(result.text) == visible("\n".join(article))
        assert not NOISE.search(result.text)
    french = cleaned(pages[3].read_text(encoding="utf-8"))
    assert sum(d.text.count("… |") for d in french.dropped) == 8


def test_the_declaration_of_human_rights_loses_nothing(shared: Path) -> None:
    for page in sorted((shared / "corpora" / "udhr").glob("*.html")):
        source = page.read_text(encoding="utf-8")
        body = canonical(re.sub(r"<[^>]+>", "\n", source[source.index("<body>") :]))
        lines = "\n".join(line.strip() for line in body.split("\n"))
        for media_type in ("html", "txt", "pdf"):
            result = cleaned(lines, media_type)
            assert result.dropped == ()
            assert visible(result.text) == visible(body)


def test_two_hundred_resolutions_lose_nothing(shared: Path) -> None:
    seen = 0
    with tarfile.open(shared / "corpora" / "unsc-resolutions.tar.gz") as archive:
        for member in archive:
            if not member.isfile():
                continue
            file = archive.extractfile(member)
            assert file is not None
            text = file.read().decode("utf-8", "replace")
            assert visible(cleaned(text).text) == visible(canonical(text)), member.name
            seen += 1
            if seen == 200:
                break
    assert seen == 200
