"""Number words of English, French and Arabic, in the spelling of ``fold.level``, with their values.

Ordinals stand with the cardinals: a reader who asks for the fourth conference and a text that says
"4th" mean one number.
"""

from __future__ import annotations

from pkqa.text.wordlist import words

_ENGLISH = """
zero:0 one:1 two:2 three:3 four:4 five:5 six:6 seven:7 eight:8 nine:9 ten:10 eleven:11 twelve:12
thirteen:13 fourteen:14 fifteen:15 sixteen:16 seventeen:17 eighteen:18 nineteen:19 twenty:20
thirty:30 forty:40 fifty:50 sixty:60 seventy:70 eighty:80 ninety:90 hundred:100 thousand:1000
hundreds:0 thousands:0 million:1000000 millions:1000000 billion:1000000000 billions:1000000000
first:1 second:2 third:3 fourth:4 fifth:5 sixth:6 seventh:7 eighth:8 ninth:9 tenth:10 eleventh:11
twelfth:12 thirteenth:13 fourteenth:14 fifteenth:15 sixteenth:16 seventeenth:17 eighteenth:18
nineteenth:19 twentieth:20 thirtieth:30 fortieth:40 fiftieth:50 sixtieth:60 seventieth:70
eightieth:80 ninetieth:90 hundredth:100 thousandth:1000 dozen:12
"""

_FRENCH = """
zero:0 un:1 une:1 deux:2 trois:3 quatre:4 cinq:5 six:6 sept:7 huit:8 neuf:9 dix:10 onze:11 douze:12
treize:13 quatorze:14 quinze:15 seize:16 vingt:20 vingts:20 trente:30 quarante:40 cinquante:50
soixante:60 septante:70 huitante:80 nonante:90 cent:100 cents:100 mille:1000 million:1000000
millions:1000000 milliard:1000000000 milliards:1000000000 premier:1 premiere:1 premiers:1
premieres:1 second:2 seconde:2 deuxieme:2 troisieme:3 quatrieme:4 cinquieme:5 sixieme:6 septieme:7
huitieme:8 neuvieme:9 dixieme:10 onzieme:11 douzieme:12 treizieme:13 quatorzieme:14 quinzieme:15
seizieme:16 vingtieme:20 trentieme:30 quarantieme:40 cinquantieme:50 soixantieme:60 centieme:100
millieme:1000 unieme:1 dizaine:10 douzaine:12 quinzaine:15 vingtaine:20 trentaine:30 quarantaine:40
cinquantaine:50 soixantaine:60 centaine:100 millier:1000
"""

_ARABIC = """
صفر:0 واحد:1 واحده:1 احد:1 احدي:1 اثنان:2 اثنين:2 اثنتان:2 اثنتين:2 اثنا:2 اثني:2 اثنتا:2 اثنتي:2
ثلاثه:3 ثلاث:3 اربعه:4 اربع:4 خمسه:5 خمس:5 سته:6 ست:6 سبعه:7 سبع:7 ثمانيه:8 ثماني:8 ثمان:8 تسعه:9
تسع:9 عشره:10 عشر:10 عشرون:20 عشرين:20 ثلاثون:30 ثلاثين:30 اربعون:40 اربعين:40 خمسون:50 خمسين:50
ستون:60 ستين:60 سبعون:70 سبعين:70 ثمانون:80 ثمانين:80 تسعون:90 تسعين:90 مئه:100 مايه:100 ميه:100
مائه:100 مئتان:200 مئتين:200 ميتان:200 ميتين:200 مايتان:200 مايتين:200 ثلاثمايه:300 ثلاثميه:300
اربعمايه:400 اربعميه:400 خمسمايه:500 خمسميه:500 ستمايه:600 ستميه:600 سبعمايه:700 سبعميه:700
ثمانمايه:800 ثمانميه:800 ثمانيمايه:800 تسعمايه:900 تسعميه:900 الف:1000 الفا:1000 الاف:1000
الفان:2000 الفين:2000 مليون:1000000 مليونا:1000000 ملايين:1000000 مليونان:2000000 مليونين:2000000
مليار:1000000000 مليارا:1000000000 مليارات:1000000000 الاول:1 الاولي:1 الثاني:2 الثانيه:2 ثالث:3
ثالثه:3 رابع:4 رابعه:4 خامس:5 خامسه:5 سادس:6 سادسه:6 سابع:7 سابعه:7 ثامن:8 ثامنه:8 تاسع:9 تاسعه:9
عاشر:10 عاشره:10 حادي:1 حاديه:1
"""


def _values(table: str) -> dict[str, int]:
    pairs = (entry.rpartition(":") for entry in table.split())
    return {word: int(value) for word, _, value in pairs}


VALUES = {"en": _values(_ENGLISH), "fr": _values(_FRENCH), "ar": _values(_ARABIC)}

# Powers that multiply what stands before them.
SCALES = frozenset({100, 1000, 1_000_000, 1_000_000_000})

# Articles and pronouns before they are numbers: alone, they count for nothing.
NOT_ALONE = words("one un une unieme seconde واحد واحده احد احدي حادي حاديه")
