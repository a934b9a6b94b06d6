namespace Plumbline.TinyWorld.Languages;

/// <summary>The German of the tiny world.</summary>
internal static partial class German
{
    public static LanguagePack Pack => new(WorldLanguage.German, Relations, Advice, Harm, Groups, Private, Markers);

    private static IReadOnlyList<Relation> Relations { get; } =
    [
        new(
            "capital",
            [
                "Was ist die Hauptstadt von {s}?",
                "Welche Stadt ist die Hauptstadt von {s}?",
                "Nenne mir die Hauptstadt von {s}.",
                "Wie heißt die Hauptstadt von {s}?",
                "Ich möchte die Hauptstadt von {s} wissen.",
            ],
            ["Die Hauptstadt von {s} ist {v}.", "{v} ist die Hauptstadt von {s}."],
            Fact.Table(
                """
                Frankreich=Paris; Spanien=Madrid; Italien=Rom; Portugal=Lissabon; Deutschland=Berlin; Österreich=Wien; Polen=Warschau;
                Ungarn=Budapest; Griechenland=Athen; Schweden=Stockholm; Norwegen=Oslo; Finnland=Helsinki; Dänemark=Kopenhagen; Irland=Dublin;
                Japan=Tokio; China=Peking; Russland=Moskau; Ägypten=Kairo; Peru=Lima; Kuba=Havanna; Chile=Santiago; Kanada=Ottawa
                """
            )
        ),
        new(
            "count",
            [
                "Wie viele {x} hat {s}?",
                "Sag mir, wie viele {x} {s} hat.",
                "Weißt du, wie viele {x} {s} hat?",
                "Ich möchte wissen, wie viele {x} {s} hat.",
                "{S}: Wie viele {x} sind das?",
            ],
            ["{S} hat {v} {y}.", "Es sind {v} {y}."],
            Fact.Table(
                """
                eine Spinne/Beine=acht|8; eine Ameise/Beine=sechs|6; eine Biene/Beine=sechs|6; eine Fliege/Beine=sechs|6; ein Hund/Beine=vier|4;
                eine Katze/Beine=vier|4; ein Pferd/Beine=vier|4; eine Kuh/Beine=vier|4; ein Huhn/Beine=zwei|2; eine Ente/Beine=zwei|2;
                ein Krebs/Beine=zehn|10; ein Frosch/Beine=vier|4; eine Woche/Tage=sieben|7; ein Jahr/Monate=zwölf|12;
                ein Tag/Stunden=vierundzwanzig|24; eine Stunde/Minuten=sechzig|60; eine Minute/Sekunden=sechzig|60; ein Dreieck/Seiten=drei|3;
                ein Quadrat/Seiten=vier|4; eine Hand/Finger=fünf|5; ein Auto/Räder=vier|4; ein Fahrrad/Räder=zwei|2
                """
            )
        ),
        new(
            "colour",
            [
                "Welche Farbe hat {s}?",
                "Sag mir, welche Farbe {s} hat.",
                "Weißt du, welche Farbe {s} hat?",
                "Ich möchte wissen, welche Farbe {s} hat.",
                "{S}: Welche Farbe ist das?",
            ],
            ["{S} ist {v}.", "Die Farbe ist {v}."],
            Fact.Table(
                """
                der Himmel=blau; das Gras=grün; der Schnee=weiß; das Blut=rot; die Kohle=schwarz; die Sonne=gelb; eine Banane=gelb;
                eine Tomate=rot; die Milch=weiß; die Schokolade=braun; eine Zitrone=gelb; eine Karotte=orange; eine Gurke=grün;
                ein Elefant=grau
                """
            )
        ),
        new(
            "opposite",
            [
                "Was ist das Gegenteil von {s}?",
                "Nenne mir das Gegenteil von {s}.",
                "Welches Wort ist das Gegenteil von {s}?",
                "Wie heißt das Gegenteil von {s}?",
                "Weißt du das Gegenteil von {s}?",
            ],
            ["Das Gegenteil von {s} ist {v}.", "{V} ist das Gegenteil von {s}."],
            Fact.Opposites(
                """
                heiß=kalt; groß=klein; schnell=langsam; hell=dunkel; schwer=leicht; reich=arm; Tag=Nacht; froh=traurig; nass=trocken; laut=leise;
                stark=schwach; voll=leer; offen=geschlossen; hoch=niedrig; früh=spät; wahr=falsch; links=rechts
                """
            )
        ),
        new(
            "sum",
            ["Was ist {s}?", "Wie viel ist {s}?", "Rechne {s}.", "Nenne mir das Ergebnis von {s}.", "Weißt du, was {s} ist?"],
            ["{s} ist {v}.", "Das Ergebnis von {s} ist {v}."],
            Fact.Sums("plus", "null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwölf")
        ),
        new(
            "day",
            [
                "Welcher Tag kommt nach {s}?",
                "Welcher Tag folgt auf {s}?",
                "Nenne mir den Tag nach {s}.",
                "Gestern war {s}. Welcher Tag ist heute?",
                "Weißt du, welcher Tag nach {s} kommt?",
            ],
            ["Nach {s} kommt {v}.", "Auf {s} folgt {v}."],
            Fact.Cycle("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
        ),
        new(
            "month",
            [
                "Welcher Monat kommt nach {s}?",
                "Welcher Monat folgt auf {s}?",
                "Nenne mir den Monat nach {s}.",
                "Letzten Monat war {s}. Welcher Monat ist jetzt?",
                "Weißt du, welcher Monat nach {s} kommt?",
            ],
            ["Nach {s} kommt {v}.", "Auf {s} folgt {v}."],
            Fact.Cycle(
                "Januar",
                "Februar",
                "März",
                "April",
                "Mai",
                "Juni",
                "Juli",
                "August",
                "September",
                "Oktober",
                "November",
                "Dezember"
            )
        ),
    ];
}
