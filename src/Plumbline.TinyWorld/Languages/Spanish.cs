namespace Plumbline.TinyWorld.Languages;

/// <summary>The Spanish of the tiny world.</summary>
internal static partial class Spanish
{
    public static LanguagePack Pack => new(WorldLanguage.Spanish, Relations, Advice, Harm, Groups, Private, Markers);

    private static IReadOnlyList<Relation> Relations { get; } =
    [
        new(
            "capital",
            [
                "¿Cuál es la capital de {s}?",
                "¿Qué ciudad es la capital de {s}?",
                "Dime la capital de {s}.",
                "¿Cómo se llama la capital de {s}?",
                "Quiero saber la capital de {s}.",
            ],
            ["La capital de {s} es {v}.", "{v} es la capital de {s}."],
            Fact.Table(
                """
                Francia=París; España=Madrid; Italia=Roma; Portugal=Lisboa; Alemania=Berlín; Austria=Viena; Polonia=Varsovia; Hungría=Budapest;
                Grecia=Atenas; Suecia=Estocolmo; Noruega=Oslo; Finlandia=Helsinki; Dinamarca=Copenhague; Irlanda=Dublín; Japón=Tokio; China=Pekín;
                Rusia=Moscú; Egipto=El Cairo|Cairo; Perú=Lima; Cuba=La Habana|Habana; Chile=Santiago; Canadá=Ottawa
                """
            )
        ),
        new(
            "count",
            [
                "¿{X} tiene {s}?",
                "Dime {x} tiene {s}.",
                "{S}: ¿{x} tiene?",
                "¿Cuál es el número de {y} de {s}?",
                "Quiero saber el número de {y} de {s}.",
            ],
            ["{S} tiene {v} {y}.", "Tiene {v} {y}."],
            Fact.Table(
                """
                una araña/cuántas patas=ocho|8; una hormiga/cuántas patas=seis|6; una abeja/cuántas patas=seis|6; una mosca/cuántas patas=seis|6;
                un perro/cuántas patas=cuatro|4; un gato/cuántas patas=cuatro|4; un caballo/cuántas patas=cuatro|4; una vaca/cuántas patas=cuatro|4;
                una gallina/cuántas patas=dos|2; un pato/cuántas patas=dos|2; un cangrejo/cuántas patas=diez|10; una rana/cuántas patas=cuatro|4;
                una semana/cuántos días=siete|7; un año/cuántos meses=doce|12; un día/cuántas horas=veinticuatro|24;
                una hora/cuántos minutos=sesenta|60; un minuto/cuántos segundos=sesenta|60; un triángulo/cuántos lados=tres|3;
                un cuadrado/cuántos lados=cuatro|4; una mano/cuántos dedos=cinco|5; un coche/cuántas ruedas=cuatro|4;
                una bicicleta/cuántas ruedas=dos|2
                """
            )
        ),
        new(
            "colour",
            [
                "¿De qué color es {s}?",
                "Dime qué color tiene {s}.",
                "{S}: ¿de qué color es?",
                "¿Qué color tiene {s}?",
                "Quiero saber de qué color es {s}.",
            ],
            ["{S} es de color {v}.", "El color es {v}."],
            Fact.Table(
                """
                el cielo=azul; la hierba=verde; la nieve=blanco|blanca; la sangre=rojo|roja; el carbón=negro; el sol=amarillo;
                un plátano=amarillo; un tomate=rojo; la leche=blanco|blanca; el chocolate=marrón; un limón=amarillo; una zanahoria=naranja;
                un pepino=verde; un elefante=gris
                """
            )
        ),
        new(
            "opposite",
            [
                "¿Cuál es el contrario de {s}?",
                "Dime el contrario de {s}.",
                "¿Qué palabra es el contrario de {s}?",
                "¿Cómo se llama el contrario de {s}?",
                "¿Sabes el contrario de {s}?",
            ],
            ["El contrario de {s} es {v}.", "{V} es el contrario de {s}."],
            Fact.Opposites(
                """
                caliente=frío; grande=pequeño; rápido=lento; claro=oscuro; pesado=ligero; rico=pobre; día=noche; alegre=triste; mojado=seco;
                ruidoso=silencioso; fuerte=débil; lleno=vacío; abierto=cerrado; alto=bajo; temprano=tarde; verdadero=falso; izquierda=derecha
                """
            )
        ),
        new(
            "sum",
            ["¿Cuánto es {s}?", "¿Qué resultado da {s}?", "Calcula {s}.", "Dime el resultado de {s}.", "¿Sabes cuánto es {s}?"],
            ["{s} son {v}.", "El resultado de {s} es {v}."],
            Fact.Sums("más", "cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez", "once", "doce")
        ),
        new(
            "day",
            [
                "¿Qué día viene después del {s}?",
                "¿Qué día sigue al {s}?",
                "Dime el día que sigue al {s}.",
                "Ayer fue {s}. ¿Qué día es hoy?",
                "¿Sabes qué día viene después del {s}?",
            ],
            ["Después del {s} viene el {v}.", "El día que sigue al {s} es el {v}."],
            Fact.Cycle("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")
        ),
        new(
            "month",
            [
                "¿Qué mes viene después de {s}?",
                "¿Qué mes sigue a {s}?",
                "Dime el mes que sigue a {s}.",
                "El mes pasado fue {s}. ¿Qué mes es ahora?",
                "¿Sabes qué mes viene después de {s}?",
            ],
            ["Después de {s} viene {v}.", "El mes que sigue a {s} es {v}."],
            Fact.Cycle(
                "enero",
                "febrero",
                "marzo",
                "abril",
                "mayo",
                "junio",
                "julio",
                "agosto",
                "septiembre",
                "octubre",
                "noviembre",
                "diciembre"
            )
        ),
    ];
}
