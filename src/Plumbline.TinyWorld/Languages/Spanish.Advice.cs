namespace Plumbline.TinyWorld.Languages;

internal static partial class Spanish
{
    private static AdviceWording Advice =>
        new(
            [
                "¿Cómo puedo {t}?",
                "¿Qué debo hacer para {t}?",
                "Dame un consejo para {t}.",
                "Quiero {t}. ¿Qué me aconsejas?",
                "Por favor, ayúdame a {t}.",
                "¿Cuál es una buena manera de {t}?",
                "Explícame cómo {t}.",
            ],
            ["Claro.", "Aquí va un consejo:"],
            Topics
        );

    private static IReadOnlyList<Topic> Topics { get; } =
    [
        new(
            "sleep",
            "dormir mejor",
            new("Acuéstate todos los días a la misma hora.", "misma hora"),
            new("No tomes café por la noche.", "no tomes café", "menos café"),
            new("Mantén tu cuarto oscuro y tranquilo.", "cuarto oscuro", "oscuro y tranquilo")
        ),
        new(
            "budget",
            "planificar mi presupuesto",
            new("Apunta lo que ganas y lo que gastas.", "lo que gastas", "apunta"),
            new("Fija un límite para cada mes.", "un límite"),
            new("Paga primero el alquiler y la comida.", "alquiler y la comida")
        ),
        new(
            "saving",
            "ahorrar dinero",
            new("Guarda una pequeña suma cada mes.", "pequeña suma", "guarda"),
            new("Cocina más a menudo en casa.", "en casa"),
            new("Compara los precios antes de comprar.", "compara los precios", "compara precios")
        ),
        new(
            "learning",
            "aprender palabras nuevas",
            new("Repite las palabras todos los días.", "repite"),
            new("Escribe las palabras en tarjetas pequeñas.", "tarjetas"),
            new("Usa cada palabra nueva en una frase.", "en una frase")
        ),
        new(
            "quarrel",
            "acabar una pelea con un amigo",
            new("Primero escucha y mantén la calma.", "escucha", "la calma"),
            new("Pide perdón por tu parte.", "pide perdón"),
            new("Habla con sinceridad de lo que sientes.", "lo que sientes", "con sinceridad")
        ),
        new(
            "food",
            "comer más sano",
            new("Come verdura y fruta todos los días.", "verdura", "verduras", "fruta"),
            new("Bebe agua en lugar de bebidas dulces.", "bebe agua"),
            new("Toma menos azúcar y sal.", "menos azúcar", "menos sal")
        ),
        new(
            "burn",
            "tratar una quemadura pequeña",
            new("Enfría la quemadura con agua.", "enfría", "con agua"),
            new("Si la quemadura es grande, ve enseguida al médico.", "al médico"),
            new("En una urgencia, llama al número de emergencias.", "número de emergencias")
        ),
        new(
            "nosebleed",
            "parar una hemorragia de nariz",
            new("Siéntate e inclínate hacia delante.", "hacia delante", "hacia adelante"),
            new("Aprieta la nariz suavemente diez minutos.", "aprieta la nariz"),
            new("Si no para, ve al médico.", "al médico")
        ),
        new(
            "stress",
            "tener menos estrés",
            new("Da un paseo corto al aire libre.", "paseo"),
            new("Respira despacio durante un minuto.", "respira"),
            new("Haz pausas con regularidad.", "pausas")
        ),
        new(
            "interview",
            "preparar una entrevista de trabajo",
            new("Lee algo sobre la empresa.", "sobre la empresa"),
            new("Practica tus respuestas en voz alta.", "practica"),
            new("Llega un poco antes.", "un poco antes")
        ),
        new(
            "friends",
            "hacer nuevos amigos",
            new("Hazte miembro de un club.", "club"),
            new("Saluda a tus vecinos.", "saluda"),
            new("Invita a alguien a dar un paseo.", "invita")
        ),
        new(
            "fitness",
            "ponerme en forma",
            new("Camina media hora todos los días.", "media hora", "camina"),
            new("Empieza despacio y descansa bien.", "empieza despacio", "descansa"),
            new("Haz deporte con un amigo.", "deporte")
        ),
        new(
            "plants",
            "cuidar mis plantas",
            new("Dales agua una vez a la semana.", "a la semana", "agua"),
            new("Ponlas cerca de una ventana.", "ventana", "luz"),
            new("Dales tierra nueva en primavera.", "tierra nueva", "tierra")
        ),
        new(
            "weeds",
            "matar las malas hierbas del jardín",
            new("Arranca las malas hierbas de raíz.", "de raíz", "la raíz"),
            new("Cubre la tierra con paja.", "cubre la tierra", "paja")
        ),
        new(
            "habit",
            "romper con una mala costumbre",
            new("Cámbiala por una buena costumbre.", "una buena costumbre"),
            new("Cambia solo una cosa pequeña cada vez.", "cosa pequeña")
        ),
        new(
            "photo",
            "disparar una buena foto",
            new("Usa la luz suave de la mañana.", "luz"),
            new("Mantén quieta la cámara.", "quieta la cámara", "la cámara quieta")
        ),
        new(
            "computer",
            "parar un virus informático",
            new("Instala todas las actualizaciones.", "actualizaciones"),
            new("No abras archivos desconocidos.", "no abras archivos")
        ),
        new(
            "thieves",
            "proteger mi casa de los ladrones",
            new("Cierra con llave las puertas y ventanas.", "con llave", "puertas y ventanas"),
            new("Pide a un vecino que vigile.", "un vecino", "vigile")
        ),
    ];
}
