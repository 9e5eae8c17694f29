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
    "de": ("Hilfe bei {}", "hilf mir mit {}", "eine Frage zu {}", "Tipps zu {}", "Ideen zu {}", "was ist mit {}",
           "mehr zu {}", "ein Text zu {}"),
    "es": ("ayuda con {}", "explica {}", "una pregunta sobre {}", "revisa {}", "ideas para {}", "qué tal {}",
           "necesito {}", "un plan para {}"),
    "fr": ("aide pour {}", "explique {}", "une question sur {}", "vérifie {}", "idées pour {}", "compare {}",
           "je veux {}", "un plan pour {}"),
    "pt": ("ajuda com {}", "explica {}", "uma pergunta sobre {}", "revê {}", "ideias para {}", "quero {}",
           "preciso resolver {}", "um plano para {}"),
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
    "en": (
        ("thanks", "please", "cheers"),
        ("for work", "by tomorrow", "in short"),
        ("keep it short", "if you can", "for a friend", "in a table", "nothing too long", "without any jargon"),
        ("step by step please", "with one small example", "in plain simple words", "before the next meeting",
         "so that anyone follows", "and ask me back"),
        ("because I tried it twice", "and tell me why exactly", "it should sound quite friendly",
         "I only have ten minutes", "start with the main point", "say what I could skip"),
        ("the last version did not work", "I have read the manual already", "my colleague said it was wrong",
         "this is new to me today", "it was fine until last week", "write it as you would talk"),
    ),
    "de": (
        ("danke", "bitte"),
        ("für morgen", "ganz kurz"),
        ("in einfachen Worten", "wenn es geht", "als kleine Tabelle", "ohne lange Vorrede"),
        ("mit einem kleinen Beispiel", "Schritt für Schritt bitte", "vor der nächsten Sitzung",
         "nenne auch die Nachteile"),
        ("ich habe es zweimal versucht", "es soll sehr freundlich klingen", "fang mit dem Wichtigsten an",
         "ich habe nur zehn Minuten"),
        ("die letzte Version ging leider nicht", "mein Kollege sagt das sei falsch", "bis letzte Woche ging es noch",
         "das ist für mich ganz neu"),
    ),
    "es": (
        ("gracias", "porfa"),
        ("para mañana", "muy breve"),
        ("si es posible", "para un amigo", "en una tabla", "sin palabras raras"),
        ("con un pequeño ejemplo", "paso a paso porfa", "antes de la reunión", "di también los riesgos"),
        ("ya lo intenté dos veces", "y dime también por qué", "empieza por lo más importante",
         "solo tengo unos diez minutos"),
        ("la última versión no me sirvió", "mi colega dice que está mal", "hasta la semana pasada iba bien",
         "esto es muy nuevo para mí"),
    ),
    "fr": (
        ("merci", "svp"),
        ("pour demain", "très court"),
        ("si c'est possible", "pour un ami", "dans un tableau", "sans mots compliqués"),
        ("avec un petit exemple", "étape par étape svp", "avant la prochaine réunion", "dis aussi les risques"),
        ("je l'ai essayé deux fois", "et dis moi aussi pourquoi", "commence par le plus important",
         "je n'ai que dix minutes"),
        ("la dernière version ne marche pas", "mon collègue dit que c'est faux",
         "ça marchait encore la semaine dernière",
         "tout cela est nouveau pour moi"),
    ),
    "pt": (
        ("obrigado", "já"),
        ("para amanhã", "bem curto"),
        ("se for possível", "para um amigo", "numa pequena tabela", "sem palavras difíceis"),
        ("com um pequeno exemplo", "passo a passo já", "antes da próxima reunião", "diz também os riscos"),
        ("já tentei isto duas vezes", "e diz também o porquê", "começa pelo que mais importa",
         "só tenho uns dez minutos"),
        ("a última versão não me serviu", "o meu colega diz que não", "até à semana passada funcionava bem",
         "isto é tudo novo para mim"),
    ),
}  # fmt: skip
