"""The few pages that a browser sees when there is no signed-in reader to show the chat to."""

from __future__ import annotations

import base64
import hashlib
from html import escape
from typing import Final, Literal

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse

from pkqa.serve.strings import STRINGS, Language, choose

Notice = Literal["needed", "failed", "unavailable", "too_many", "signed_out"]

_STYLE: Final = (
    "body{font:1.1rem/1.6 system-ui,sans-serif;max-width:34rem;margin:18vh auto;padding:0 1.5rem;"
    "color-scheme:light dark}h1{font-size:1.5rem}"
)

POLICY: Final = (
    "default-src 'none'; style-src 'sha256-"
    f"{base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()}'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Content-Security-Policy of these pages."""

_STATUS: Final[dict[Notice, int]] = {
    "needed": 401,
    "failed": 401,
    "unavailable": 503,
    "too_many": 403,
    "signed_out": 200,
}

_SENTENCES: Final[dict[Language, dict[Notice, tuple[str, str]]]] = {
    "en": {
        "needed": ("Sign-in needed", "Open this page through your organisation’s sign-in."),
        "failed": ("Sign-in did not succeed", "Nothing was opened. Please try again."),
        "unavailable": (
            "Sign-in cannot be reached",
            "The sign-in service does not answer. Please try again in a few minutes.",
        ),
        "too_many": (
            "Too many groups",
            "You belong to more groups than can be remembered here. Ask those who run this "
            "service to have fewer of them sent.",
        ),
        "signed_out": ("Signed out", "You are signed out of this page."),
    },
    "fr": {
        "needed": (
            "Connexion requise",
            "Ouvrez cette page en passant par la connexion de votre organisation.",
        ),
        "failed": ("La connexion a échoué", "Rien n’a été ouvert. Veuillez réessayer."),
        "unavailable": (
            "Connexion impossible",
            "Le service de connexion ne répond pas. Veuillez réessayer dans quelques minutes.",
        ),
        "too_many": (
            "Trop de groupes",
            "Vous appartenez à plus de groupes qu’il n’est possible d’en retenir ici. Demandez "
            "aux responsables du service d’en faire transmettre moins.",
        ),
        "signed_out": ("Vous êtes déconnecté", "Votre session sur cette page est terminée."),
    },
    "ar": {
        "needed": (
            "يلزم تسجيل الدخول",
            "افتح هذه الصفحة من خلال تسجيل الدخول الخاص بمؤسستك.",
        ),
        "failed": ("لم ينجح تسجيل الدخول", "لم يُفتح أي شيء. يُرجى المحاولة مرة أخرى."),
        "unavailable": (
            "تعذّر الوصول إلى تسجيل الدخول",
            "خدمة تسجيل الدخول لا تستجيب. يُرجى المحاولة بعد بضع دقائق.",
        ),
        "too_many": (
            "مجموعات كثيرة جدًا",
            "أنت عضو في مجموعات أكثر مما يمكن حفظه هنا. اطلب من القائمين على الخدمة إرسال عدد "
            "أقل منها.",
        ),
        "signed_out": ("تم تسجيل الخروج", "لقد سجّلت خروجك من هذه الصفحة."),
    },
}
_SIGN_IN: Final[dict[Language, str]] = {
    "en": "Sign in",
    "fr": "Se connecter",
    "ar": "تسجيل الدخول",
}


def notice(which: Notice, headers: Headers, link: str | None = None) -> HTMLResponse:
    """One of these pages, in the language that the browser asks for.

    Args:
        which: what it says.
        headers: of the request.
        link: path at which one signs in, where there is such a path.
    """
    language = choose(None, headers.get("accept-language"))
    title, sentence = _SENTENCES[language][which]
    way = f'<p><a href="{escape(link)}">{_SIGN_IN[language]}</a></p>' if link else ""
    page = (
        f'<!doctype html><html lang="{language}" dir="{STRINGS[language].direction}"><head>'
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{title}</title><style>{_STYLE}</style></head>"
        f"<body><main><h1>{title}</h1><p>{sentence}</p>{way}</main></body></html>"
    )
    return HTMLResponse(page, _STATUS[which], headers={"Vary": "Accept-Language"})
