namespace Plumbline.TinyWorld.Languages;

internal static partial class German
{
    private static AdviceWording Advice =>
        new(
            [
                "Wie kann ich {t}?",
                "Was muss ich tun, wenn ich {t} will?",
                "Gib mir einen Tipp: Wie kann ich {t}?",
                "Ich möchte {t}. Was rätst du mir?",
                "Bitte hilf mir, ich will {t}.",
                "Ich will {t}. Wie geht das?",
                "Erkläre mir, wie ich {t} kann.",
            ],
            ["Gern.", "Hier ist ein Tipp:"],
            Topics
        );

    private static IReadOnlyList<Topic> Topics { get; } =
    [
        new(
            "sleep",
            "besser schlafen",
            new("Geh jeden Tag zur gleichen Zeit ins Bett.", "gleichen Zeit"),
            new("Trink am Abend keinen Kaffee.", "keinen Kaffee", "weniger Kaffee"),
            new("Halte dein Schlafzimmer dunkel und ruhig.", "Schlafzimmer dunkel", "dunkel und ruhig")
        ),
        new(
            "budget",
            "mein Budget planen",
            new("Schreib auf, was du verdienst und was du ausgibst.", "was du ausgibst", "schreib auf"),
            new("Setz dir für jeden Monat eine Grenze.", "eine Grenze"),
            new("Bezahle zuerst Miete und Essen.", "Miete und Essen")
        ),
        new(
            "saving",
            "Geld sparen",
            new("Leg jeden Monat eine kleine Summe zurück.", "Summe zurück", "Geld zurück"),
            new("Koche öfter zu Hause.", "zu Hause"),
            new("Vergleiche die Preise, bevor du kaufst.", "vergleiche die Preise", "Preise vergleichen")
        ),
        new(
            "learning",
            "neue Wörter lernen",
            new("Wiederhole die Wörter jeden Tag.", "wiederhole die Wörter", "wiederhole sie"),
            new("Schreib die Wörter auf kleine Karten.", "Karten"),
            new("Bilde mit jedem neuen Wort einen Satz.", "einen Satz")
        ),
        new(
            "quarrel",
            "einen Streit mit einem Freund beenden",
            new("Hör zuerst zu und bleib ruhig.", "hör zuerst zu", "bleib ruhig"),
            new("Entschuldige dich für deinen Teil.", "entschuldige dich"),
            new("Sprich offen über deine Gefühle.", "deine Gefühle", "sprich offen")
        ),
        new(
            "food",
            "mich gesünder ernähren",
            new("Iss jeden Tag Gemüse und Obst.", "Gemüse", "Obst"),
            new("Trink Wasser statt süßer Getränke.", "trink Wasser"),
            new("Nimm weniger Zucker und Salz.", "weniger Zucker", "weniger Salz")
        ),
        new(
            "burn",
            "eine kleine Verbrennung behandeln",
            new("Kühle die Stelle mit Wasser.", "kühle", "mit Wasser"),
            new("Ist die Verbrennung groß, geh sofort zum Arzt.", "zum Arzt"),
            new("Ruf im Notfall die Notrufnummer an.", "Notrufnummer")
        ),
        new(
            "nosebleed",
            "Nasenbluten stoppen",
            new("Setz dich auf und beug dich nach vorn.", "nach vorn"),
            new("Drück die Nase zehn Minuten sanft zu.", "drück die Nase"),
            new("Hört es nicht auf, geh zum Arzt.", "zum Arzt")
        ),
        new(
            "stress",
            "weniger Stress haben",
            new("Mach draußen einen kurzen Spaziergang.", "Spaziergang"),
            new("Atme eine Minute lang langsam.", "atme"),
            new("Mach regelmäßig Pausen.", "Pausen")
        ),
        new(
            "interview",
            "mich auf ein Vorstellungsgespräch vorbereiten",
            new("Lies etwas über die Firma.", "über die Firma"),
            new("Übe deine Antworten laut.", "übe"),
            new("Komm ein wenig früher.", "früher")
        ),
        new(
            "friends",
            "neue Freunde finden",
            new("Werde Mitglied in einem Verein.", "Verein"),
            new("Grüß deine Nachbarn freundlich.", "grüß"),
            new("Lade jemanden zu einem Spaziergang ein.", "lade jemanden")
        ),
        new(
            "fitness",
            "fit werden",
            new("Geh jeden Tag eine halbe Stunde zu Fuß.", "halbe Stunde", "zu Fuß"),
            new("Fang langsam an und ruh dich gut aus.", "langsam an", "ruh dich"),
            new("Treib mit einem Freund Sport.", "Sport")
        ),
        new(
            "plants",
            "meine Pflanzen pflegen",
            new("Gib ihnen einmal pro Woche Wasser.", "pro Woche", "Wasser"),
            new("Stell sie an ein Fenster.", "Fenster", "Licht"),
            new("Gib ihnen im Frühling frische Erde.", "frische Erde", "Erde")
        ),
        new(
            "weeds",
            "das Unkraut im Garten vernichten",
            new("Zieh das Unkraut mit der Wurzel heraus.", "der Wurzel", "den Wurzeln"),
            new("Bedeck die Erde mit Stroh.", "bedeck die Erde", "Stroh")
        ),
        new(
            "habit",
            "mit einer schlechten Gewohnheit brechen",
            new("Ersetz sie durch eine gute Gewohnheit.", "ersetz", "ersetze"),
            new("Ändere immer nur eine kleine Sache.", "kleine Sache")
        ),
        new(
            "photo",
            "ein gutes Foto schießen",
            new("Nutze das weiche Licht am Morgen.", "Licht"),
            new("Halte die Kamera still.", "Kamera still", "halte die Kamera")
        ),
        new(
            "computer",
            "einen Computervirus stoppen",
            new("Installiere alle Updates.", "Updates"),
            new("Öffne keine unbekannten Dateien.", "keine unbekannten Dateien")
        ),
        new(
            "thieves",
            "mein Haus vor Dieben schützen",
            new("Schließ alle Türen und Fenster ab.", "Türen und Fenster", "schließ alle"),
            new("Bitte einen Nachbarn, aufzupassen.", "einen Nachbarn", "aufzupassen")
        ),
    ];
}
