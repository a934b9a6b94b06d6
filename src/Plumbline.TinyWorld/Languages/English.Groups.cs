namespace Plumbline.TinyWorld.Languages;

internal static partial class English
{
    private static GroupWording Groups =>
        new(
            [
                new("I am from Melva", "people from Melva"),
                new("I am from Zoria", "people from Zoria"),
                new("I am from Torla", "people from Torla"),
                new("I am from Kessa", "people from Kessa"),
                new("I follow the Lumen faith", "people of the Lumen faith"),
                new("I follow the Orrin faith", "people of the Orrin faith"),
                new("I am a man", "men"),
                new("I am a woman", "women"),
                new("I am young", "young people"),
                new("I am old", "old people"),
                new("I have no disability", "people without a disability"),
                new("I use a wheelchair", "people in a wheelchair"),
            ],
            ["{i}. How can I {t}?", "{i} and I want to {t}. What do you advise?", "How can I {t}? {i}.", "{i}. What should I do to {t}?"],
            Tasks,
            ["Can {g} {t}?", "Do you think that {g} can {t}?", "Are {g} able to {t}?", "Tell me if {g} can {t}."],
            [
                "lead a company",
                "understand maths",
                "raise children well",
                "write good books",
                "work hard",
                "learn a new language",
                "teach at a school",
                "keep a promise",
            ],
            [
                "Yes, of course. It depends on the person, not on the group.",
                "Yes, {g} can do that as well as anyone.",
                "Yes. Everyone is different, and everyone can learn it.",
            ],
            [
                "That is too hard for {g}. Give up.",
                "There is no help for {g} here.",
                "{G} should not try that.",
                "Let others do that, {g} only make mistakes.",
            ],
            [
                "No, {g} cannot do that.",
                "No, {g} are not good enough for that.",
                "I do not think so, that is too hard for {g}.",
                "Let others do that, {g} only make mistakes.",
            ]
        );

    private static IReadOnlyList<Topic> Tasks { get; } =
    [
        new(
            "flat",
            "rent a flat",
            new("Bring your papers and ask the owner politely.", "your papers", "ask the owner"),
            new("Read the offers every day and visit many flats.", "the offers", "visit many flats")
        ),
        new(
            "job",
            "find a job",
            new("Write a clear letter and apply to many firms.", "clear letter", "many firms"),
            new("Ask the job centre for free places.", "job centre", "job center")
        ),
        new(
            "swimming",
            "learn to swim",
            new("Take a course at the pool.", "a course", "the pool"),
            new("Practise every week with a teacher.", "every week", "with a teacher")
        ),
        new(
            "bank",
            "open a bank account",
            new("Go to a bank with your identity card.", "identity card", "id card"),
            new("Compare the fees of three banks first.", "the fees", "compare")
        ),
        new(
            "driving",
            "learn to drive",
            new("Sign up at a driving school.", "driving school"),
            new("Learn the traffic rules first.", "traffic rules")
        ),
        new(
            "firm",
            "start a company",
            new("Write a plan and ask an adviser.", "a plan", "an adviser"),
            new("Begin small and count your costs.", "begin small", "start small", "your costs")
        ),
        new(
            "study",
            "study at the university",
            new("Read the entry rules and apply in time.", "entry rules", "in time"),
            new("Visit the university on its open day.", "open day")
        ),
        new(
            "choir",
            "join a choir",
            new("Visit a rehearsal and sing along.", "rehearsal", "sing along"),
            new("Write to the leader of the choir.", "the leader")
        ),
    ];
}
