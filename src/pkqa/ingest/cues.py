"""Furniture known by what a short line says, whatever its exact words.

Patterns are written folded, as ``boilerplate.line_key`` gives the line. Each asks for two things at
once (an e-mail address *and* that it stays private; cookies *and* a button), so that an article
that speaks of one of them is left alone.
"""

from __future__ import annotations

import re

_MINUTES = (
    r"(?:min|mins|mn|minutes?|secondes?|seconds?|دقيقه|دقايق|دقيقتان|دقيقتين|د|ثانيه|ثوان|ثواني)"
)
_AMOUNT = (
    rf"(?:about |environ |less than |moins d[e'] ?|حوالي |اقل من )?(?:\d+|an?|une?|one)?"
    rf" ?{_MINUTES}(?: \d+ ?{_MINUTES})?(?: واحده| read)?"
)
_READING_TIME = re.compile(
    r"(?:(?:estimated |average )?(?:reading|read) time|time to read|"
    r"(?:duree|temps)(?: moyen| estime)? de lecture|(?:وقت|مده|زمن) القراءه)"
    r"(?: estimee?| المتوقعه?| المقدره?| التقريبي)?"
    rf"(?: ?[:\-]?(?: {_AMOUNT})?)?"
    rf"|lecture ?:? {_AMOUNT}"
    rf"|\d+ ?-?{_MINUTES}[ \-]?(?:read|reading|de lecture|of reading|قراءه|للقراءه|من القراءه)"
    rf"|قراءه (?:في )?\d+ {_MINUTES}|(?:lu en|read in) {_AMOUNT}"
    r"|دقيقه واحده للقراءه|دقيقتان للقراءه"
)
_PROTECTED = re.compile(
    r"(?:[^\W\d_]{3,12} ?: ?)?(?:(?:this|the|our|le|ce|notre|هذا) )?(?:content is protected|"
    r"contenu (?:est )?protege|(?:ال)?محتوي (?:هذا الموقع )?محمي)(?: .{0,30})?"
    r"|you can(?:not|'t) copy (?:the )?content of this page"
    r"|vous ne pouvez pas copier le contenu de cette page|لا يمكنك نسخ محتوي هذه الصفحه"
)
# The reader's own address, and that it will not be shown.
_ADDRESS = re.compile(
    r"(?:\byour e-?mail|\bvotre (?:adresse (?:e-?mail|de messagerie|de courriel|electronique)"
    r"|e-?mail|courriel)|بريدك).*"
)
_PRIVATE = re.compile(
    r"\b(?:not|never) (?:be )?(?:published|shared|shown|displayed|disclosed|made public|visible)\b"
    r"|\b(?:kept|stays?|remains?) private\b|\brester?a? (?:confidentiel|prive|secret)"
    r"|\bne ser(?:a|ont) (?:pas|jamais) (?:publie|affiche|diffuse|rendue? publi|visible|communique|"
    r"partage|divulgue)|(?:^|\s)لن (?:يتم )?(?:نشر|ينشر|ننشر|يظهر|يعرض|نعرض|يكشف|نكشف)"
)
_REQUIRED = re.compile(
    r"(?:les? )?(?:required fields|champs? (?:obligatoires?|requis)|fields with|"
    r"(?:الحقول|الخانات) (?:ال(?:الزاميه|مطلوبه|ضروريه)))\b.{0,60}"
)

_COOKIES = re.compile(r"\bcookies?\b|ملفات تعريف الارتباط|ملفات الارتباط|الكوكيز")
_BUTTON = re.compile(
    r"\b(?:accept(?:er)?(?: all)?|tout accepter|j'accepte|(?:je |tout )?refuser?|reject(?: all)?|"
    r"decline|agree|ok|parametrer|personnaliser|settings|preferences|choices|continuer sans)\b"
    r"|(?:^|\W)(?:اوافق|موافق|قبول|ارفض|رفض|اقبل)(?:$|\W)"
    r"|^(?:we|this (?:web)?site|our (?:web)?site|nous|ce site|notre site|هذا الموقع|موقعنا) "
)
_SIGN_UP = re.compile(
    r"\b(?:sign up|subscribe|enter your e-?mail|inscrivez-vous|abonnez-vous|recevez)\b"
    r"|(?:^|\s)(?:اشترك|اشتركوا|سجل بريدك|توصل|احصل علي)\s"
)
_LETTER = re.compile(
    r"\b(?:newsletter|briefing|inbox|e-?mail|lettre (?:d'information|du|de la|hebdo|quotidienne)"
    r"|infolettre|boite mail)\b|النشره|نشرتنا|بريدك"
)
_RIGHTS = re.compile(
    r"(?:©|\(c\) |copyright ).{0,110}|.{0,60}(?:all rights reserved|tous droits reserves|"
    r"(?:جميع|كل|كافه) الحقوق محفوظه).{0,60}|.{0,40}©.{0,20}\d{4}"
)
_YEAR_OR_RIGHTS = re.compile(
    r"(?:19|20)\d\d|rights reserved|droits reserves|الحقوق محفوظه|no copying|reproduction"
)

_NETWORKS = (
    r"facebook|twitter|x|whatsapp|telegram|linkedin|instagram|messenger|pinterest|reddit|tiktok|"
    r"youtube|viber|e-?mail|print|imprimer|copy link|copier le lien|فيسبوك|تويتر|اكس|واتساب|"
    r"واتس اب|تلغرام|تيليغرام|تليغرام|تيليجرام|انستغرام|لينكد ?ان|ماسنجر|يوتيوب|بريد|طباعه|"
    r"نسخ الرابط"
)
_SHARING = re.compile(
    rf"(?:(?:share|tweet|partager?|partagez|suivez-nous|follow us|شارك|شاركها|شاركوا|مشاركه|تابعنا|"
    r"تابعونا)(?: (?:this|the|on|via|sur|cet|cette|l'|le|la|article|story|page|post|المقال|الخبر|"
    rf"علي|عبر|هذا))*\W*)?(?:(?:{_NETWORKS})(?:\W+|\W+(?:or|ou|et|and|او|و)\W+|$)){{2,}}"
)


def sure_cue(key: str) -> str:
    """Return why the line with this key is furniture in a text of any format, or ""."""
    if _READING_TIME.fullmatch(key):
        return "reading-time"
    if len(key) <= 80 and _PROTECTED.fullmatch(key):
        return "protected"
    address = _ADDRESS.search(key) if len(key) <= 200 else None
    if (address and _PRIVATE.search(key)) or _REQUIRED.fullmatch(key):
        return "comment-form"
    return ""


def cue(key: str) -> str:
    """Return why the line with this key is furniture on a web page, or ""."""
    if len(key) > 250:
        return ""
    if _COOKIES.search(key) and _BUTTON.search(key):
        return "consent"
    if len(key) <= 160 and _SIGN_UP.search(key) and _LETTER.search(key):
        return "newsletter"
    if len(key) <= 120 and _RIGHTS.fullmatch(key) and _YEAR_OR_RIGHTS.search(key):
        return "copyright"
    return "share" if _SHARING.fullmatch(key) else ""
