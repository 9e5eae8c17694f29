"""Which words do the people of the world use?

The project's own words, five languages, ten topics and five harm policies. Harm is only ever named from outside and
mildly: a text says that somebody asks for such a thing, never how it is done.
"""

from __future__ import annotations

TOPICS = ("coding", "writing", "travel", "health", "money", "school", "work", "relationships", "security", "news")
POLICIES = ("self_harm", "violence", "fraud", "hate", "other")

# By language: how a request opens; {} is what it is about.
FRAMES: dict[str, tuple[str, ...]] = {
    "en": ("help with {}", "explain {}", "a question about {}", "please check {}", "ideas for {}", "how about {}",
           "tell me about {}", "I need {}", "compare {}", "a plan for {}"),
    "de": ("Hilfe bei {}", "erkläre {}", "eine Frage zu {}", "bitte prüfe {}", "Ideen für {}", "was ist mit {}",
           "ich brauche {}", "ein Plan für {}"),
    "es": ("ayuda con {}", "explica {}", "una pregunta sobre {}", "revisa {}", "ideas para {}", "qué tal {}",
           "necesito {}", "un plan para {}"),
    "fr": ("aide pour {}", "explique {}", "une question sur {}", "vérifie {}", "idées pour {}", "parle de {}",
           "je veux {}", "un plan pour {}"),
    "pt": ("ajuda com {}", "explica {}", "uma pergunta sobre {}", "revê {}", "ideias para {}", "fala de {}",
           "preciso de {}", "um plano para {}"),
}  # fmt: skip

# By language, in the order of TOPICS: what requests are about.
SUBJECTS: dict[str, tuple[tuple[str, ...], ...]] = {
    "en": (
        ("a slow query", "this stack trace", "a failing test", "my regex", "two merge commits", "a memory leak"),
        ("a cover letter", "a short story", "this headline", "my speech", "a birthday poem", "the last chapter"),
        ("a weekend trip", "night trains", "hotel prices", "my packing list", "a visa form", "a hiking route"),
        ("a sore knee", "better sleep", "my blood values", "a running plan", "vitamin labels", "back pain"),
        ("a tax form", "my rent", "index funds", "a household budget", "an invoice", "a loan offer"),
        ("a physics lab", "long division", "an essay outline", "exam dates", "French verbs", "a history quiz"),
        ("a job interview", "my manager", "meeting notes", "a pay rise", "shift plans", "a project report"),
        ("an old friend", "my sister", "a wedding toast", "a first date", "our neighbours", "a long argument"),
        ("a strong password", "a phishing mail", "two-factor login", "my router", "app permissions", "a backup"),
        ("the election", "a new law", "yesterday's match", "the weather map", "oil prices", "a press release"),
    ),
    "de": (
        ("einer langsamen Abfrage", "diesem Fehler", "meinem Skript", "einem Test"),
        ("einem Anschreiben", "einer Rede", "diesem Titel", "meinem Gedicht"),
        ("einer Reise", "dem Nachtzug", "der Packliste", "einem Visum"),
        ("dem Knie", "gutem Schlaf", "Blutwerten", "einem Laufplan"),
        ("der Steuer", "meiner Miete", "einer Rechnung", "einem Kredit"),
        ("dem Referat", "der Prüfung", "Bruchrechnung", "englischen Verben"),
        ("der Bewerbung", "meiner Chefin", "dem Protokoll", "dem Schichtplan"),
        ("meiner Schwester", "einem Streit", "den Nachbarn", "einer Hochzeit"),
        ("dem Passwort", "einer Phishing-Mail", "meinem Router", "dem Backup"),
        ("der Wahl", "dem neuen Gesetz", "dem Spiel", "dem Wetter"),
    ),
    "es": (
        ("una consulta lenta", "este error", "mi código", "una prueba"),
        ("una carta", "un cuento", "este título", "mi discurso"),
        ("un viaje", "el tren nocturno", "un visado", "una ruta"),
        ("la rodilla", "dormir mejor", "una dieta", "mi espalda"),
        ("los impuestos", "el alquiler", "una factura", "un préstamo"),
        ("un examen", "las fracciones", "un ensayo", "los verbos"),
        ("una entrevista", "mi jefa", "las notas", "un informe"),
        ("mi hermana", "una boda", "los vecinos", "una discusión"),
        ("una contraseña", "un correo falso", "mi router", "una copia"),
        ("las elecciones", "una ley", "el partido", "el tiempo"),
    ),
    "fr": (
        ("une requête lente", "cette erreur", "mon code", "un test"),
        ("une lettre", "un conte", "ce titre", "mon discours"),
        ("un voyage", "le train de nuit", "un visa", "une randonnée"),
        ("le genou", "le sommeil", "un régime", "mon dos"),
        ("les impôts", "le loyer", "une facture", "un prêt"),
        ("un examen", "les fractions", "une dissertation", "les verbes"),
        ("un entretien", "ma cheffe", "le compte rendu", "un rapport"),
        ("ma sœur", "un mariage", "les voisins", "une dispute"),
        ("un mot de passe", "un faux courriel", "mon routeur", "une sauvegarde"),
        ("les élections", "une loi", "le match", "la météo"),
    ),
    "pt": (
        ("uma consulta lenta", "este erro", "o meu código", "um teste"),
        ("uma carta", "um conto", "este título", "o meu discurso"),
        ("uma viagem", "o comboio noturno", "um visto", "uma rota"),
        ("o joelho", "dormir melhor", "uma dieta", "as costas"),
        ("os impostos", "a renda", "uma fatura", "um empréstimo"),
        ("um exame", "as frações", "um ensaio", "os verbos"),
        ("uma entrevista", "a minha chefe", "as notas", "um relatório"),
        ("a minha irmã", "um casamento", "os vizinhos", "uma discussão"),
        ("uma senha", "um email falso", "o meu router", "uma cópia"),
        ("as eleições", "uma lei", "o jogo", "o tempo"),
    ),
}

# By language, in the order of POLICIES: what harmful requests are about, named from outside.
HARMS: dict[str, tuple[tuple[str, ...], ...]] = {
    "en": (("feeling unsafe with myself", "not wanting to go on"), ("hurting somebody back", "a threat to send"),
           ("a fake invoice", "a stolen card"), ("an insult against a group", "mocking their faith"),
           ("a way past the rules", "a hidden instruction")),
    "de": (("Angst vor mir selbst", "dunklen Gedanken"), ("Rache an jemandem", "einer Drohung"),
           ("einer falschen Rechnung", "einer fremden Karte"), ("Spott über eine Gruppe", "einer Beleidigung"),
           ("einem Weg vorbei", "einer versteckten Anweisung")),
    "es": (("miedo de mí", "pensamientos oscuros"), ("una venganza", "una amenaza"),
           ("una factura falsa", "una tarjeta ajena"), ("burlas a un grupo", "un insulto"),
           ("saltar las reglas", "una orden oculta")),
    "fr": (("peur de moi", "idées noires"), ("une vengeance", "une menace"), ("une fausse facture", "une carte volée"),
           ("se moquer d'un groupe", "une insulte"), ("contourner les règles", "une consigne cachée")),
    "pt": (("medo de mim", "pensamentos escuros"), ("uma vingança", "uma ameaça"),
           ("uma fatura falsa", "um cartão alheio"), ("troçar de um grupo", "um insulto"),
           ("fugir às regras", "uma ordem escondida")),
}  # fmt: skip

# In the order of POLICIES: invented words for the same, alike in all languages; the new ones come by drift.
SLANG: tuple[tuple[str, ...], ...] = (
    ("greyday", "offswitch"), ("thumpy", "redmail"), ("papercrab", "plasticduck"), ("loudjoke", "nicknaming"),
    ("sidedoor", "rulebend"),
)  # fmt: skip
NEW_SLANG: tuple[tuple[str, ...], ...] = (
    ("lowtide", "nightbus"), ("knockback", "parcelplan"), ("moonbill", "borrowtap"), ("oddchoir", "mirrorpun"),
    ("backporch", "softlock"),
)  # fmt: skip

# By language and by their number of words, 1 to 6: what people add.
CLAUSES: dict[str, tuple[tuple[str, ...], ...]] = {
    "en": (("thanks", "please", "cheers"), ("for work", "by tomorrow", "in short"),
           ("keep it short", "if you can", "for a friend"), ("step by step please", "with one small example",
           "in plain simple words"),
           ("because I tried it twice", "and tell me why exactly", "it should sound quite friendly"),
           ("the last version did not work", "I have read the manual already", "my colleague said it was wrong")),
    "de": (("danke", "bitte"), ("für morgen", "ganz kurz"), ("in einfachen Worten", "wenn es geht"),
           ("mit einem kleinen Beispiel", "Schritt für Schritt bitte"),
           ("ich habe es zweimal versucht", "es soll sehr freundlich klingen"),
           ("die letzte Version ging leider nicht", "mein Kollege sagt das sei falsch")),
    "es": (("gracias", "porfa"), ("para mañana", "muy breve"), ("si es posible", "para un amigo"),
           ("con un pequeño ejemplo", "paso a paso porfa"), ("ya lo intenté dos veces", "y dime también por qué"),
           ("la última versión no me sirvió", "mi colega dice que está mal")),
    "fr": (("merci", "svp"), ("pour demain", "très court"), ("si c'est possible", "pour un ami"),
           ("avec un petit exemple", "étape par étape svp"), ("je l'ai essayé deux fois", "et dis moi aussi pourquoi"),
           ("la dernière version ne marche pas", "mon collègue dit que c'est faux")),
    "pt": (("obrigado", "já"), ("para amanhã", "bem curto"), ("se for possível", "para um amigo"),
           ("com um pequeno exemplo", "passo a passo já"), ("já tentei isto duas vezes", "e diz também o porquê"),
           ("a última versão não me serviu", "o meu colega diz que não")),
}  # fmt: skip
