"""Whether a text speaks of the first, the last or the largest of its kind."""

from __future__ import annotations

import re

from pkqa.text.fold import fold

_UTMOST = {
    "en": re.compile(
        r"\b(?:first|last|latest|most|least|best|worst|only|earliest|oldest|youngest|main"
        r"|(?:larg|bigg|great|small|high|low|long|short|tall|deep|fast|rich|poor|strong|weak|new"
        r"|heavi|wid|near|clos|busi|earli|fine)est)\b"
    ),
    "fr": re.compile(
        r"\b(?:premi(?:er|ere|ers|eres)|derni(?:er|ere|ers|eres)|(?:le|la|les|l'un des|l'une des)"
        r" (?:plus|moins|pire|principaux)|meilleur\w*|principal\w*|seule?)\b"
    ),
    "ar": re.compile(
        r"(?<![^\W_])[وبلف]?(?:ال)?(?:اول|اولي|اخر|اخيره?|اكبر|اصغر|اكثر|اقل|اعلي|ادني|اطول|اقصر|اقدم"
        r"|احدث|افضل|اسوا|اهم|ابرز|اشهر|اسرع|اعمق|اغني|اقوي|اعظم|وحيده?)(?![^\W_])"
    ),
}


def utmost(text: str, language: str) -> bool:
    """Whether ``text`` has a superlative, or a word like first, last, only."""
    pattern = _UTMOST.get(language)
    return bool(pattern and pattern.search(fold(text)))
