"""Names of months and days in English, French and Arabic, in the spelling of ``fold.level``.

Arabic has three sets of month names: the international one, the Maghreb's (Moroccan and Algerian
or Tunisian forms), and the Levant's.
"""

from __future__ import annotations

_MONTHS = """
january jan janvier janv يناير جانفي كانون_الثاني
february feb fevrier fevr fev فبراير فيفري شباط
march mar mars مارس اذار
april apr avril avr ابريل افريل نيسان
may mai مايو ماي ايار
june jun juin يونيو يونيه جوان حزيران
july jul juillet juil يوليو يوليوز يوليه جويليه تموز
august aug aout اغسطس غشت اوت اب
september sept sep septembre سبتمبر شتنبر ايلول
october oct octobre اكتوبر تشرين_الاول
november nov novembre نوفمبر نونبر تشرين_الثاني
december dec decembre ديسمبر دجنبر كانون_الاول
"""

_DAYS = """
monday lundi الاثنين الاثنان
tuesday mardi الثلاثاء
wednesday mercredi الاربعاء
thursday jeudi الخميس
friday vendredi الجمعه
saturday samedi السبت
sunday dimanche الاحد
"""


def _numbered(table: str, first: int) -> dict[str, int]:
    lines = table.strip().split("\n")
    return {
        name.replace("_", " "): number
        for number, line in enumerate(lines, first)
        for name in line.split()
    }


MONTHS = _numbered(_MONTHS, 1)  # name -> 1..12
DAYS = _numbered(_DAYS, 0)  # name -> 0 (Monday) .. 6, as ``datetime.date.weekday`` counts

# English names that are also everyday words: as a month they are capitalised.
AMBIGUOUS = frozenset({"may", "march", "mar", "jan", "sept", "august"})
