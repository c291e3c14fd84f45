"""Words that carry no subject matter, per language: function words, and the words of a question.

Written in ordinary spelling; ``stop_words`` gives them folded, as the analyser meets them. A word
that is merely frequent in one corpus ("peace", "minister") is none of this.
"""

from __future__ import annotations

from functools import cache

from pkqa.text.fold import fold

_ENGLISH = """
a about above after again against all also am among an and any are as at be because been before
being below between both but by can cannot could did do does doing done down during each either
else ever every few for from further had has have having he her here hers herself him himself his
how however i if in into is it its itself just many may me might mine more most much must my myself
neither no nor not of off on once one's only onto or other others otherwise ought our ours ourselves
out over own per please quite rather same shall she should since so some such than that the their
theirs them themselves then there therefore these they this those though through thus to too toward
towards under until up upon us very was we were what whatever when whenever where whereas wherever
whether which while who whoever whom whose why will with within without would yet you your yours
yourself yourselves tell say says said give show explain know s t d ll re ve don doesn didn isn
aren wasn weren hasn haven hadn won wouldn shouldn couldn according
"""

_FRENCH = """
a à afin ai aie ainsi ait alors après as au aucun aucune auquel aura aurait aussi autour autre
autres aux auxquelles auxquels avaient avais avait avant avec avez avoir avons ayant beaucoup
bien c car ce ceci cela celle celles celui cependant certain certaine certaines
certains ces cet cette ceux chacun
chacune chaque chez ci combien comme comment contre d dans de déjà depuis des desquelles desquels
dès doit donc dont du duquel durant elle elles en encore entre envers es est et étaient étais était
étant été êtes être eu eux fait faut font furent fut hors ici il ils j je jusqu jusque l la là
laquelle le lequel les lesquelles lesquels leur leurs lors lorsque lui m ma mais malgré me même
mêmes mes mien moi moins mon n ne ni nos notre nôtre nous on ont ou où outre par parce parmi pas
pendant peu peut peuvent plus plusieurs plutôt pour pourquoi pourtant pouvait près presque puis
puisque qu quand que quel quelle quelles quelqu quelque quelques quels qui quoi quoique s sa sans
sauf se selon sera serait seront ses si sien soi soient soit sommes son sont sous suis sur t ta
tandis tant te tel telle telles tels tes toi ton toujours tous tout toute toutefois toutes très trop
tu un une vers voici voilà vos votre vôtre vous y dis dites dit donne donnez explique expliquez
"""

_ARABIC = """
في من إلى على عن مع حتى منذ خلال بعد قبل بين عند لدى لدن نحو ضد حول دون سوى غير عبر فوق تحت أمام
وراء خلف أثناء ضمن عقب إثر رغم بسبب لأجل أجل إطار بشأن هذا هذه ذلك تلك هؤلاء أولئك هذان هاتان ذاك
هنا هناك هنالك الذي التي الذين اللذان اللتان اللواتي اللاتي ما ماذا من متى أين كيف كم لماذا لم لمن
بم عم أي أية أيهما هل أ لا لن لم لما ليس ليست ليسوا لست إن أن إنه أنه إنها أنها إنهم أنهم أنني إنني
كأن لكن لكنه لكنها لعل ليت كان كانت كانوا يكون تكون يكونون كن كنت أصبح أصبحت صار ظل بات مازال زال
قد لقد سوف و ف ب ك ل ال ثم أو أم بل إذا إذ إذن لو لولا كما مثل حيث حين حينما عندما بينما كلما لكي كي
هو هي هم هن هما أنا نحن أنت أنتم له لها لهم لنا لك لي به بها بهم بنا فيه فيها فيهم منه منها منهم عنه
عنها عنهم عليه عليها عليهم إليه إليها إليهم معه معها معهم كل بعض جميع كافة كلا كلتا نفس ذات أيضا
فقط جدا ألا أما إما إلا إنما ربما هكذا كذلك كذا لذلك بذلك وذلك مما ممن فيما عما بما لاسيما سيما يا
أيها أيتها تم يتم يتمثل يمكن يجب قال قالت يقول تقول اذكر اشرح أخبرني ماهي ماهو مالذي وكيف
"""

_WORDS = {"en": _ENGLISH, "fr": _FRENCH, "ar": _ARABIC}


@cache
def stop_words(language: str) -> frozenset[str]:
    """Return the stop words of a language (ISO 639-1), folded; empty for a language not listed."""
    return frozenset(fold(word) for word in _WORDS.get(language, "").split())
