"""Words that end in a full stop without ending the sentence, in English, French and Arabic.

They are kept for all languages together: pages mix them, and "Dr. Diop" means the same everywhere.
All are written in lower case and without their final stop.
"""

from __future__ import annotations

from pkqa.text.wordlist import words

# Stand before a name, or in the middle of a thought: the stop after them never ends a sentence.
NEVER_LAST = words(
    """
    mr mrs ms mx messrs dr drs prof gen lt col maj capt cpt cpl sgt adm brig cmdr cdr sen rep gov
    pres rev hon st ste sts m mm mme mmes mlle mlles mgr pr me vve supt insp amb min dep sec
    e.g i.e eg ie cf viz vs v approx ca c.-à-d càd p.ex ex
    lt.-gen maj.-gen brig.-gen h.e s.e s.m h.m s.g
    د أ أ.د ا.د م.د المهندس ص.ب
    """
)

# Stand before a number, a letter or a numeral ("No. 12", "art. 3", "fig. B"); before anything else
# the stop is a full stop ("He said no. The ...").
BEFORE_A_NUMBER = words(
    """
    no nos n nr num art arts p pp pg vol vols fig figs para paras par § sect chap ch ed éd al
    alin tab tabl app annexe doc docs res rés eq ref réf tel tél ext bd av apr env
    jan feb mar apr jun jul aug sep sept oct nov dec janv févr fév avr juil août déc
    mon tue tues wed thu thur thurs fri sat sun
    ص ج ط ت ف
    """
)

# May end a sentence or not: the next word decides.
SOMETIMES_LAST = words(
    """
    etc et.al al inc ltd co corp llc sa jr sr dept univ assn bros a.m p.m am pm ph.d m.d b.a m.a
    d.c j.-c ap.j.-c av.j.-c op.cit op cit ibid ca
    إلخ الخ ق.م ب.م هـ
    """
)

# Capitalised words that open a sentence far more often than they continue a name. After an
# abbreviation, an initial or an acronym with stops, one of these says that the sentence did end.
OPENERS = words(
    """
    the a an this that these those it its he she they we you i his her their our my there here
    in on at by for from with of to as after before during since while when where who what why how
    if although though but and or so yet however moreover meanwhile also then thus both all some
    many most more each every no not only once under over between among according
    le la les l un une des du de ce cet cette ces il elle ils elles on nous vous je tu son sa ses
    leur leurs notre nos mon ma mes y en dans sur sous avec sans pour par chez depuis pendant
    après avant lors lorsque quand comme si mais et ou or donc car ainsi cependant toutefois
    aussi enfin puis selon tout tous toute toutes plusieurs certains quelques chaque aucun aucune
    celui celle ceux celles c qu qui que où quel quelle c'est d' au aux à afin outre parmi malgré
    """
)
