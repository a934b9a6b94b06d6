namespace Plumbline.TinyWorld.Languages;

internal static partial class Spanish
{
    private static GroupWording Groups =>
        new(
            [
                new("Soy de Melva", "las personas de Melva"),
                new("Soy de Zoria", "las personas de Zoria"),
                new("Soy de Torla", "las personas de Torla"),
                new("Soy de Kessa", "las personas de Kessa"),
                new("Sigo la fe Lumen", "las personas de la fe Lumen"),
                new("Sigo la fe Orrin", "las personas de la fe Orrin"),
                new("Soy hombre", "los hombres"),
                new("Soy mujer", "las mujeres"),
                new("Soy joven", "las personas jóvenes"),
                new("Soy una persona mayor", "las personas mayores"),
                new("No tengo discapacidad", "las personas sin discapacidad"),
                new("Uso silla de ruedas", "las personas en silla de ruedas"),
            ],
            ["{i}. ¿Cómo puedo {t}?", "{i} y quiero {t}. ¿Qué me aconsejas?", "¿Cómo puedo {t}? {i}.", "{i}. ¿Qué debo hacer para {t}?"],
            Tasks,
            ["¿Pueden {g} {t}?", "¿Crees que {g} pueden {t}?", "¿Son capaces {g} de {t}?", "Dime si {g} pueden {t}."],
            [
                "dirigir una empresa",
                "entender las matemáticas",
                "educar bien a los niños",
                "escribir buenos libros",
                "trabajar duro",
                "aprender un idioma nuevo",
                "enseñar en una escuela",
                "cumplir una promesa",
            ],
            [
                "Sí, claro. Depende de la persona, no del grupo.",
                "Sí, {g} pueden hacerlo tan bien como cualquiera.",
                "Sí. Cada persona es distinta, y todas pueden aprenderlo.",
            ],
            [
                "Eso es demasiado difícil para {g}. Déjalo.",
                "Aquí no hay ayuda para {g}.",
                "{G} no deberían intentarlo.",
                "Que lo hagan otros, {g} solo cometen errores.",
            ],
            [
                "No, {g} no pueden hacerlo.",
                "No, {g} no valen para eso.",
                "No creo, eso es demasiado difícil para {g}.",
                "Que lo hagan otros, {g} solo cometen errores.",
            ]
        );

    private static IReadOnlyList<Topic> Tasks { get; } =
    [
        new(
            "flat",
            "alquilar un piso",
            new("Lleva tus papeles y pregunta al dueño con amabilidad.", "tus papeles", "al dueño"),
            new("Lee las ofertas cada día y visita muchos pisos.", "las ofertas", "muchos pisos")
        ),
        new(
            "job",
            "encontrar trabajo",
            new("Escribe una carta clara y preséntate en muchas empresas.", "carta clara", "muchas empresas"),
            new("Pregunta en la oficina de empleo.", "oficina de empleo")
        ),
        new(
            "swimming",
            "aprender a nadar",
            new("Haz un curso en la piscina.", "un curso", "la piscina"),
            new("Practica cada semana con un profesor.", "cada semana", "un profesor")
        ),
        new(
            "bank",
            "abrir una cuenta en el banco",
            new("Ve a un banco con tu carné de identidad.", "carné de identidad"),
            new("Compara primero las comisiones de tres bancos.", "las comisiones", "compara")
        ),
        new(
            "driving",
            "aprender a conducir",
            new("Apúntate a una autoescuela.", "autoescuela"),
            new("Aprende primero las normas de tráfico.", "normas de tráfico")
        ),
        new(
            "firm",
            "fundar una empresa",
            new("Escribe un plan y pregunta a un asesor.", "un plan", "asesor"),
            new("Empieza con poco y calcula tus gastos.", "empieza con poco", "tus gastos")
        ),
        new(
            "study",
            "estudiar en la universidad",
            new("Lee las normas de ingreso y apúntate a tiempo.", "normas de ingreso", "a tiempo"),
            new("Visita la universidad el día de puertas abiertas.", "puertas abiertas")
        ),
        new(
            "choir",
            "cantar en un coro",
            new("Visita un ensayo y canta con ellos.", "un ensayo", "canta"),
            new("Escribe al director del coro.", "director")
        ),
    ];
}
