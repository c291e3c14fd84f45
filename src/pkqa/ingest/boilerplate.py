"""What the furniture of a web page says, in English, French and Arabic.

Phrases are in ordinary spelling and are matched folded, against a whole line: ``#`` stands for a
number, ``%`` for up to 160 characters of anything. A phrase belongs here only if no article would
have it as a line of its own.
"""

from __future__ import annotations

import re

from pkqa.text.fold import fold

_READING_TIME = """
Reading time #
Reading time # min
Reading time # mins
Reading time # minutes
Reading time # minute
Reading time: % # min%
Estimated reading time # minutes
Estimated reading time: # min%
Read time # min
Read time: # min%
# min read
# mins read
# minute read
# minutes read
# minutes of reading
Time to read: # min%
Temps de lecture # min
Temps de lecture # mn
Temps de lecture # minutes
Temps de lecture # minute
Temps de lecture : # min%
Temps de lecture : moins d'une minute
Temps de lecture estimé : # min%
Durée de lecture : # min%
Lecture : # min
Lecture # min
# min de lecture
# minutes de lecture
# minute de lecture
# mn de lecture
Lu en # min%
وقت القراءة
وقت القراءة # دقائق
وقت القراءة # دقيقة
وقت القراءة : # %
وقت القراءة المتوقع : # %
وقت القراءة: دقيقتان
وقت القراءة : % دقيقة
وقت القراءة : % دقائق
مدة القراءة : %
زمن القراءة : %
مدة القراءة # دقائق
زمن القراءة # دقائق
# دقائق قراءة
# دقائق للقراءة
# دقيقة قراءة
# دقيقة للقراءة
قراءة # دقائق
قراءة # دقيقة
دقيقة واحدة للقراءة
دقيقتان للقراءة
"""

_PROTECTED = """
error: Content is protected
Content is protected
error: Le contenu est protégé
Le contenu est protégé
Ce contenu est protégé
Contenu protégé
error: المحتوى محمي
المحتوى محمي
خطأ: المحتوى محمي
هذا المحتوى محمي
You cannot copy content of this page
You cannot copy the content of this page
Vous ne pouvez pas copier le contenu de cette page
لا يمكنك نسخ محتوى هذه الصفحة
"""

_COMMENT_FORM = """
Leave a Reply
Leave a Reply Cancel reply
Leave a Reply to %
Leave a Comment
Leave a Comment Cancel reply
Post a Comment
Add a comment
Cancel reply
Your email address will not be published
Your email address will not be published. Required fields are marked
Your e-mail address will not be published
Your e-mail address will not be published. Required fields are marked
Required fields are marked
Save my name, email, and website in this browser for the next time I comment
Save my name, email and website in this browser for the next time I comment
Post Comment
Submit Comment
Notify me of follow-up comments by email
Notify me of new posts by email
You must be logged in to post a comment
Be the first to comment
Comments are closed
Laisser un commentaire
Laisser un commentaire Annuler la réponse
Laissez un commentaire
Laissez votre commentaire
Laisser une réponse
Laissez une réponse
Ajouter un commentaire
Écrire un commentaire
Annuler la réponse
Votre adresse e-mail ne sera pas publiée
Votre adresse e-mail ne sera pas publiée. Les champs obligatoires sont %
Votre adresse email ne sera pas publiée
Votre adresse email ne sera pas publiée. Les champs obligatoires sont %
Votre adresse de messagerie ne sera pas publiée%
Les champs obligatoires sont indiqués avec
Les champs obligatoires sont marqués %
Enregistrer mon nom, mon e-mail et mon site %
Enregistrer mon nom, mon email et mon site %
Publier le commentaire
Poster un commentaire
Poster le commentaire
Laisser le commentaire
Envoyer le commentaire
Prévenez-moi de tous les nouveaux commentaires par e-mail
Prévenez-moi de tous les nouveaux articles par e-mail
Vous devez être connecté pour publier un commentaire
Soyez le premier à commenter
Les commentaires sont fermés
اترك تعليقا
اترك تعليقا إلغاء الرد
اترك تعليقك
اترك ردا
اترك ردا إلغاء الرد
أضف تعليقا
أضف تعليقك
أضف تعليق
أضف تعليق جديد
شارك بتعليقك
إلغاء الرد
لن يتم نشر عنوان بريدك الإلكتروني
لن يتم نشر عنوان بريدك الإلكتروني. الحقول الإلزامية مشار إليها ب
لن يتم نشر عنوان بريدك الإلكتروني. الحقول %
لن ينشر عنوان بريدك الإلكتروني%
عنوان بريدك الإلكتروني لن يتم نشره%
لن يتم نشر بريدك الإلكتروني%
الحقول الإلزامية مشار إليها ب
احفظ اسمي، بريدي الإلكتروني%
احفظ اسمي والبريد الإلكتروني%
حفظ اسمي والبريد الإلكتروني%
إرسال التعليق
نشر التعليق
يجب أن تكون مسجل الدخول لنشر تعليق
يجب أنت تكون مسجل الدخول لتضيف تعليقا
كن أول من يعلق
التعليقات مغلقة
"""

# Labels of the form's fields: taken out next to a line above, and nowhere else.
_COMMENT_FIELD = """
Comment
Name
Email
E-mail
Website
Submit
Reply
Commentaire
Votre commentaire
Nom
Votre nom
Votre e-mail
Site web
Site internet
Envoyer
Répondre
التعليق
تعليق
تعليقك
الاسم
الإسم
البريد الإلكتروني
البريد الالكتروني
الموقع الإلكتروني
الموقع
إرسال
رد
"""

_CONSENT = """
We use cookies %
This site uses cookies%
This website uses cookies%
Our site uses cookies%
We and our partners use cookies%
We and our partners store %
We value your privacy
By continuing to browse %
By continuing to use this site%
By clicking "Accept%
By clicking Accept%
Accept all
Accept all cookies
Accept cookies
Reject all
Reject all cookies
Manage preferences
Manage cookies
Manage consent
Cookie settings
Cookie preferences
Necessary cookies only
Nous utilisons des cookies%
Nous et nos partenaires utilisons des cookies%
Nous et nos partenaires stockons %
Ce site utilise des cookies%
Ce site web utilise des cookies%
Notre site utilise des cookies%
En poursuivant votre navigation%
En continuant à naviguer%
En cliquant sur « Tout accepter%
En cliquant sur « Accepter%
Nous respectons votre vie privée
Votre vie privée nous importe
Le respect de votre vie privée est notre priorité
Tout accepter
Accepter tout
Tout refuser
Refuser tout
Accepter les cookies
Refuser les cookies
Continuer sans accepter
Gérer les cookies
Gérer mes choix
Gérer le consentement
Gérer les préférences
Paramétrer les cookies
Paramètres des cookies
نستخدم ملفات تعريف الارتباط%
نحن نستخدم ملفات تعريف الارتباط%
نحن وشركاؤنا نستخدم ملفات%
يستخدم هذا الموقع ملفات تعريف الارتباط%
هذا الموقع يستخدم ملفات تعريف الارتباط%
يستخدم موقعنا ملفات تعريف الارتباط%
يستعمل هذا الموقع ملفات تعريف الارتباط%
نستعمل ملفات تعريف الارتباط%
باستمرارك في تصفح %
بمتابعة التصفح%
بالاستمرار في تصفح %
نحن نقدر خصوصيتك
خصوصيتك تهمنا
قبول الكل
رفض الكل
قبول الجميع
رفض الجميع
قبول ملفات تعريف الارتباط
إدارة التفضيلات
إدارة الموافقة
إعدادات ملفات تعريف الارتباط
سياسة ملفات تعريف الارتباط
"""

# One-word buttons of a consent banner: taken out next to a line above, and nowhere else.
_CONSENT_BUTTON = """
Accept
Reject
Decline
Settings
Preferences
OK
I agree
Agree
Learn more
Read more
Accepter
Refuser
Paramètres
Paramétrer
Personnaliser
J'accepte
Je refuse
En savoir plus
موافق
أوافق
قبول
رفض
الإعدادات
إعدادات
اعرف المزيد
معرفة المزيد
المزيد
"""

_SHARE = """
Share this
Share this article
Share this story
Share this post
Share on %
Share via %
Share with your friends
Tweet this
Print this page
Print this article
Email this article
Copy link
Link copied
Click to share on %
Follow us on %
Partager l'article
Partager cet article
Partagez cet article
Partager sur %
Partagez sur %
Partager via %
Imprimer cet article
Imprimer l'article
Envoyer par e-mail
Copier le lien
Lien copié
Suivez-nous sur %
Retrouvez-nous sur %
Cliquez pour partager sur %
شارك المقال
شارك هذا المقال
شارك الخبر
شارك على %
شاركها
مشاركة المقال
نسخ الرابط
تم نسخ الرابط
تابعنا على %
تابعونا على %
"""

_NEWSLETTER = """
Subscribe to our newsletter%
Subscribe to our mailing list%
Subscribe to the newsletter%
Subscribe now
Sign up for our newsletter%
Sign up to our newsletter%
Sign up for our daily %
Sign up for the newsletter%
Get our newsletter%
Join our newsletter%
Join our WhatsApp channel%
Join our Telegram channel%
Enter your email%
Abonnez-vous à notre %
Abonnez-vous à la newsletter%
Inscrivez-vous à notre newsletter%
Inscrivez-vous à la newsletter%
Inscrivez-vous à notre lettre %
Inscrivez-vous à notre infolettre%
Recevez notre newsletter%
Rejoignez notre chaîne %
اشترك في نشرتنا%
اشترك في النشرة %
اشتركوا في النشرة %
اشترك الآن
اشترك في القناة%
اشتركوا في قناتنا%
اشترك ليصلك %
النشرة البريدية
النشرة الإخبارية
انضم إلى قناتنا%
انضموا إلى قناتنا%
أدخل بريدك الإلكتروني%
"""

_FURNITURE = """
Skip to content
Skip to main content
Skip to navigation
Back to top
Back to home
Return to top
Toggle navigation
Toggle menu
Open menu
Close menu
Main menu
Advertisement
Advertising
Story continues below advertisement
Sponsored content
Page not found
Load more
Show more
View all
See all
Aller au contenu
Aller au contenu principal
Passer au contenu
Retour en haut
Haut de page
Retour à l'accueil
Menu principal
Ouvrir le menu
Fermer le menu
Publicité
La suite après la publicité
La suite de l'article après la publicité
Contenu sponsorisé
Charger plus
Voir plus
Voir tout
Afficher plus
انتقل إلى المحتوى
تخطي إلى المحتوى
تخط إلى المحتوى
التجاوز إلى المحتوى
تجاوز إلى المحتوى الرئيسي
العودة إلى الأعلى
العودة للأعلى
العودة إلى أعلى
القائمة الرئيسية
فتح القائمة
إغلاق القائمة
مساحة إعلانية
محتوى برعاية
تحميل المزيد
عرض المزيد
عرض الكل
"""

_COPYRIGHT = """
All rights reserved
All rights reserved%
Tous droits réservés
Tous droits réservés%
جميع الحقوق محفوظة
جميع الحقوق محفوظة%
كل الحقوق محفوظة
كل الحقوق محفوظة%
© #%
© % #%reserved%
© % All rights reserved%
© % Tous droits réservés%
© % جميع الحقوق محفوظة%
Copyright © %
Copyright # %
Copyright % # %rights reserved%
(c) # %
حقوق النشر %# %
حقوق النشر محفوظة%
"""

# Headings above lists of other stories.
_RELATED = """
Related articles
Related posts
Related stories
Related news
You may also like
You might also like
You may also be interested in
Recommended for you
More stories
More news
More from %
Most read
Most popular
Most viewed
Popular posts
Trending now
Latest news
Latest stories
Latest articles
Recent posts
Recent articles
Other news
In other news
Read next
Read also
Also read
See also our other stories
Articles similaires
Articles liés
Articles connexes
Articles récents
Articles recommandés
Autres articles
Derniers articles
Dernières nouvelles
Dernières actualités
Dernières infos
À lire aussi
À lire également
Lire aussi
Lire également
Lisez aussi
Sur le même sujet
Sur le même thème
Dans la même rubrique
Dans la même catégorie
Vous aimerez aussi
Vous pourriez aussi aimer
Vous aimerez peut-être
Ces articles peuvent vous intéresser
Cela pourrait vous intéresser
Les plus lus
Les plus populaires
Articles les plus lus
Plus d'articles
مقالات ذات صلة
مواضيع ذات صلة
مواضيع متعلقة
أخبار ذات صلة
أخبار متعلقة
أخبار أخرى
مقالات أخرى
مقالات مشابهة
مواضيع مشابهة
اقرأ أيضا
إقرأ أيضا
اقرأ المزيد
إقرأ المزيد
شاهد أيضا
قد يعجبك أيضا
قد يهمك أيضا
ربما يعجبك
الأكثر قراءة
الأكثر مشاهدة
الأكثر تداولا
آخر الأخبار
أحدث الأخبار
أحدث المقالات
آخر المقالات
المزيد من الأخبار
في نفس الموضوع
"""

# A pointer to another story in a line of its own, title included.
_POINTER = """
Read also: %
Also read: %
Read more: %
See also: %
Related: %
Read next: %
Lire aussi : %
À lire aussi : %
Lire également : %
À lire également : %
Lisez aussi : %
Voir aussi : %
Sur le même sujet : %
Read more
Read more...
Continue reading
Read the full story
Lire la suite
Lire plus
Lire l'article
Lire la suite...
اقرأ أيضا : %
إقرأ أيضا : %
شاهد أيضا : %
طالع أيضا : %
اقرأ المزيد : %
أكمل القراءة
تابع القراءة
تابع القراءة...
قراءة المزيد
"""

# Entries of a site's menu or of its row of social networks. One alone proves nothing.
_NAVIGATION = """
Home
News
World
World news
Politics
Economy
Business
Society
Culture
Sport
Sports
Opinion
Opinions
Health
Science
Technology
Tech
Lifestyle
Education
Environment
Travel
Entertainment
Africa
Asia
Europe
Middle East
Americas
International
National
Regions
Morocco
Video
Videos
Photos
Multimedia
Podcasts
Live
TV
Radio
About
About us
Contact
Contact us
Search
Menu
Login
Log in
Sign in
Sign up
Register
Subscribe
My account
Terms of use
Terms of service
Terms and conditions
Privacy
Careers
Advertise
Advertise with us
RSS
Archive
Archives
Sitemap
Français
English
العربية
Español
Facebook
Twitter
Instagram
YouTube
LinkedIn
WhatsApp
Telegram
Pinterest
TikTok
Messenger
Reddit
Tumblr
Tweet
Follow us
Email
E-mail
Share
Print
Newsletter
Accueil
Actualité
Actualités
Actu
À la une
Monde
Maroc
Politique
Économie
Société
Sport
Sports
Santé
Sciences
Science
Technologie
Technologies
High-tech
Éducation
Environnement
Afrique
Régions
International
Médias
Vidéo
Vidéos
Photos
Direct
En direct
Opinions
Tribune
Tribunes
Débats
Faits divers
À propos
Qui sommes-nous
Qui sommes-nous ?
Nous contacter
Contactez-nous
Rechercher
Recherche
Connexion
Se connecter
S'inscrire
S'abonner
Mon compte
Mentions légales
Conditions d'utilisation
CGU
Plan du site
Publicité
Abonnement
Imprimer
Partager
Tweeter
Abonnez-vous
Suivez-nous
Privacy policy
Cookie policy
Politique de confidentialité
Politique de cookies
الرئيسية
الصفحة الرئيسية
أخبار
الأخبار
سياسة
اقتصاد
مجتمع
ثقافة
ثقافة وفن
فن وثقافة
فن
رياضة
الرياضة
السياسة
الاقتصاد
المجتمع
الثقافة
دولي
دولية
خارج الحدود
العالم
عالم
المغرب
أخبار المغرب
وطنية
الوطن
جهات
حوادث
صحة
الصحة
علوم
علوم وتكنولوجيا
تكنولوجيا
تعليم
بيئة
منوعات
رأي
آراء
كتاب وآراء
مقالات
حوارات
فيديو
صوت وصورة
بالفيديو
صور
مرئيات
من نحن
اتصل بنا
اتصلوا بنا
للإشهار
أعلن معنا
بحث
البحث
ابحث
القائمة
تسجيل الدخول
التسجيل
اشترك
حسابي
شروط الاستخدام
اتفاقية الاستخدام
سياسة النشر
خريطة الموقع
فيسبوك
تويتر
إنستغرام
يوتيوب
واتساب
تلغرام
شارك
مشاركة
طباعة
تابعنا
تابعونا
سياسة الخصوصية
"""

_EDGE = " \t\u00a0\u202f-–—*•·|:>»›→←<«‹!.،*#()[]\"'"


def key(line: str) -> str:
    """Return a line as the phrases below are compared: folded, without marks at its two ends."""
    return " ".join(fold(line.strip(_EDGE)).replace(" :", ":").split()).strip(_EDGE)


def _pattern(phrases: str) -> re.Pattern[str]:
    parts = []
    for phrase in filter(None, (line.strip() for line in phrases.split("\n"))):
        pieces = re.split("([#%])", phrase)
        joined = "".join(
            r"\d{1,4}" if piece == "#" else ".{0,160}" if piece == "%" else _literal(piece)
            for piece in pieces
        )
        # "Reading time: 3 minutes" is also written without the colon.
        parts.append(joined.replace(":", ":?") if "#" in phrase else joined)
    return re.compile("(?:" + "|".join(parts) + r")\Z")


def _literal(piece: str) -> str:
    return re.escape(fold(piece).replace(" :", ":"))


READING_TIME = _pattern(_READING_TIME)
PROTECTED = _pattern(_PROTECTED)
COMMENT_FORM = _pattern(_COMMENT_FORM)
COMMENT_FIELD = _pattern(_COMMENT_FIELD)
CONSENT = _pattern(_CONSENT)
CONSENT_BUTTON = _pattern(_CONSENT_BUTTON)
SHARE = _pattern(_SHARE)
NEWSLETTER = _pattern(_NEWSLETTER)
FURNITURE = _pattern(_FURNITURE)
COPYRIGHT = _pattern(_COPYRIGHT)
RELATED = _pattern(_RELATED)
POINTER = _pattern(_POINTER)
NAVIGATION = _pattern(_NAVIGATION)
