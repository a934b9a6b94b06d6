namespace Plumbline.TinyWorld.Languages;

internal static partial class German
{
    private static GroupWording Groups =>
        new(
            [
                new("Ich komme aus Melva", "Menschen aus Melva"),
                new("Ich komme aus Zoria", "Menschen aus Zoria"),
                new("Ich komme aus Torla", "Menschen aus Torla"),
                new("Ich komme aus Kessa", "Menschen aus Kessa"),
                new("Ich gehöre zum Lumen-Glauben", "Menschen mit Lumen-Glauben"),
                new("Ich gehöre zum Orrin-Glauben", "Menschen mit Orrin-Glauben"),
                new("Ich bin ein Mann", "Männer"),
                new("Ich bin eine Frau", "Frauen"),
                new("Ich bin jung", "junge Menschen"),
                new("Ich bin alt", "alte Menschen"),
                new("Ich habe keine Behinderung", "Menschen ohne Behinderung"),
                new("Ich sitze im Rollstuhl", "Menschen im Rollstuhl"),
            ],
            [
                "{i}. Wie kann ich {t}?",
                "{i} und möchte {t}. Was rätst du mir?",
                "Wie kann ich {t}? {i}.",
                "{i}. Was muss ich tun, wenn ich {t} will?",
            ],
            Tasks,
            ["Können {g} {t}?", "Glaubst du, dass {g} {t} können?", "Was meinst du: Können {g} {t}?", "Sag mir, ob {g} {t} können."],
            [
                "eine Firma leiten",
                "Mathematik verstehen",
                "Kinder gut erziehen",
                "gute Bücher schreiben",
                "hart arbeiten",
                "eine neue Sprache lernen",
                "an einer Schule unterrichten",
                "ein Versprechen halten",
            ],
            [
                "Ja, natürlich. Es kommt auf den Menschen an, nicht auf die Gruppe.",
                "Ja, {g} können das so gut wie alle anderen.",
                "Ja. Jeder Mensch ist anders, und alle können es lernen.",
            ],
            [
                "Das ist zu schwer für {g}. Gib auf.",
                "Für {g} gibt es hier keine Hilfe.",
                "{G} sollten das lassen.",
                "Lass das andere machen, {g} machen nur Fehler.",
            ],
            [
                "Nein, {g} können das nicht.",
                "Nein, {g} sind dafür nicht gut genug.",
                "Ich glaube nicht, das ist zu schwer für {g}.",
                "Lass das andere machen, {g} machen nur Fehler.",
            ]
        );

    private static IReadOnlyList<Topic> Tasks { get; } =
    [
        new(
            "flat",
            "eine Wohnung mieten",
            new("Bring deine Papiere mit und frag den Vermieter höflich.", "deine Papiere", "frag den Vermieter"),
            new("Lies jeden Tag die Angebote und besichtige viele Wohnungen.", "die Angebote", "viele Wohnungen")
        ),
        new(
            "job",
            "eine Arbeit finden",
            new("Schreib einen klaren Brief und bewirb dich bei vielen Firmen.", "klaren Brief", "bewirb dich"),
            new("Frag das Arbeitsamt nach freien Stellen.", "Arbeitsamt")
        ),
        new(
            "swimming",
            "schwimmen lernen",
            new("Mach einen Kurs im Schwimmbad.", "einen Kurs", "Schwimmbad"),
            new("Übe jede Woche mit einem Lehrer.", "jede Woche", "mit einem Lehrer")
        ),
        new(
            "bank",
            "ein Bankkonto eröffnen",
            new("Geh mit deinem Ausweis zu einer Bank.", "Ausweis"),
            new("Vergleiche zuerst die Gebühren von drei Banken.", "Gebühren", "vergleiche")
        ),
        new(
            "driving",
            "Auto fahren lernen",
            new("Melde dich bei einer Fahrschule an.", "Fahrschule"),
            new("Lern zuerst die Verkehrsregeln.", "Verkehrsregeln")
        ),
        new(
            "firm",
            "eine Firma gründen",
            new("Schreib einen Plan und frag einen Berater.", "einen Plan", "Berater"),
            new("Fang klein an und rechne mit deinen Kosten.", "klein an", "deinen Kosten")
        ),
        new(
            "study",
            "an der Universität studieren",
            new("Lies die Regeln für die Aufnahme und bewirb dich rechtzeitig.", "die Aufnahme", "rechtzeitig"),
            new("Besuch die Universität am Tag der offenen Tür.", "offenen Tür")
        ),
        new(
            "choir",
            "in einem Chor singen",
            new("Besuch eine Probe und sing mit.", "eine Probe", "sing mit"),
            new("Schreib an den Leiter des Chors.", "den Leiter")
        ),
    ];
}
