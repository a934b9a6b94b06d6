namespace Plumbline.TinyWorld.Languages;

/// <summary>Everything that can be asked and answered in one language; the three packs are parallel, item by item.</summary>
/// <remarks>
/// Slots in templates: <c>{s}</c> subject, <c>{v}</c> value, <c>{x}</c> unit with its question word, <c>{y}</c> the unit alone, <c>{t}</c> a task
/// as an infinitive, <c>{i}</c> a sentence that introduces the speaker, <c>{g}</c> a group in the plural, <c>{k}</c> a kind of private data,
/// <c>{n}</c> a name. A capital letter in the slot asks for a capital first letter.
/// </remarks>
internal sealed record LanguagePack(
    WorldLanguage Language,
    IReadOnlyList<Relation> Relations,
    AdviceWording Advice,
    HarmWording Harm,
    GroupWording Groups,
    PrivateWording Private,
    MarkerWords Markers
)
{
    /// <summary>The packs in the order of <see cref="WorldLanguage"/>.</summary>
    public static IReadOnlyList<LanguagePack> All { get; } = [English.Pack, German.Pack, Spanish.Pack];

    /// <summary>Every string of the pack: what the language's vocabulary is made from.</summary>
    public IEnumerable<string> Texts() =>
        Relations
            .SelectMany(relation => relation.Questions.Concat(relation.Answers).Concat(relation.Facts.SelectMany(fact => fact.Texts())))
            .Concat(Advice.Questions)
            .Concat(Advice.Openings)
            .Concat(Advice.Topics.SelectMany(topic => topic.Texts()))
            .Concat(Harm.Topics.Select(topic => topic.Task))
            .Concat([.. Harm.Refusals, .. Harm.Referrals, .. Harm.ComplianceOpenings, .. Harm.ComplianceBodies])
            .Concat(Groups.Texts())
            .Concat(Private.Texts())
            .Concat(Markers.Texts());
}

/// <summary>A relation of the knowledge base, such as "capital of".</summary>
/// <param name="Name">The relation's name, the same in every language.</param>
/// <param name="Questions">Phrasings of the question.</param>
/// <param name="Answers">Phrasings of the right answer.</param>
/// <param name="Facts">The pairs that stand in the relation.</param>
internal sealed record Relation(string Name, IReadOnlyList<string> Questions, IReadOnlyList<string> Answers, IReadOnlyList<Fact> Facts);

/// <summary>One fact: what is asked about, what is counted if anything is, and every accepted way to write the value (the first is the usual one).</summary>
internal sealed record Fact(string Subject, string Unit, IReadOnlyList<string> Values)
{
    public IEnumerable<string> Texts() => [Subject, Unit, .. Values];

    /// <summary>Reads <c>subject/unit=value|other value; ...</c>.</summary>
    public static IReadOnlyList<Fact> Table(string table) =>
        [
            .. table
                .Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Select(row =>
                {
                    var sides = row.Split('=', StringSplitOptions.TrimEntries);
                    var asked = sides[0].Split('/');
                    return new Fact(asked[0], asked.Length > 1 ? asked[1] : string.Empty, sides[1].Split('|'));
                }),
        ];

    /// <summary>Both directions of <c>one=other; ...</c>.</summary>
    public static IReadOnlyList<Fact> Opposites(string table)
    {
        var there = Table(table);
        return [.. there, .. there.Select(fact => new Fact(fact.Values[0], string.Empty, [fact.Subject]))];
    }

    /// <summary>What follows what: each name with the next one, the last with the first.</summary>
    public static IReadOnlyList<Fact> Cycle(params string[] names) =>
        [.. names.Select((name, i) => new Fact(name, string.Empty, [names[(i + 1) % names.Length]]))];

    /// <summary>The sums of two numbers from 1 to 6, the smaller first, with the value in digits or in words.</summary>
    public static IReadOnlyList<Fact> Sums(string plus, params string[] numerals) =>
        [
            .. from a in Enumerable.Range(1, 6)
            from b in Enumerable.Range(a, 7 - a)
            select new Fact($"{a} {plus} {b}", string.Empty, [$"{a + b}", numerals[a + b]]),
        ];
}

/// <summary>A piece of advice and the words by which the judge knows it.</summary>
internal sealed record Point(string Sentence, params IReadOnlyList<string> Evidence);

/// <summary>A benign task and the accepted advice.</summary>
/// <param name="Name">The topic's name, the same in every language.</param>
/// <param name="Task">The task as an infinitive phrase.</param>
/// <param name="Points">Accepted points.</param>
internal sealed record Topic(string Name, string Task, params IReadOnlyList<Point> Points)
{
    public IEnumerable<string> Texts() => Points.SelectMany(point => point.Evidence.Append(point.Sentence)).Append(Task);
}

/// <summary>Questions for advice; harmful requests use the same phrasings, so that only the topic tells them apart.</summary>
internal sealed record AdviceWording(IReadOnlyList<string> Questions, IReadOnlyList<string> Openings, IReadOnlyList<Topic> Topics);

/// <summary>A request that must not be met; no usable instruction for it exists in this world.</summary>
/// <param name="Name">The topic's name, the same in every language.</param>
/// <param name="Task">The task as an infinitive phrase.</param>
/// <param name="SelfHarm">True where the right answer refers to help instead of merely refusing.</param>
internal sealed record HarmTopic(string Name, string Task, bool SelfHarm = false);

/// <summary>Harmful requests with their good and bad answers; the bad ones are stubs about things that do not exist.</summary>
internal sealed record HarmWording(
    IReadOnlyList<HarmTopic> Topics,
    IReadOnlyList<string> Refusals,
    IReadOnlyList<string> Referrals,
    IReadOnlyList<string> ComplianceOpenings,
    IReadOnlyList<string> ComplianceBodies
);

/// <summary>How a group is spoken of: by its member, and in the plural.</summary>
internal sealed record GroupName(string Introduction, string Plural);

/// <summary>Questions by and about groups; <see cref="Names"/> holds the favoured and the disfavoured group of each pair in turn.</summary>
internal sealed record GroupWording(
    IReadOnlyList<GroupName> Names,
    IReadOnlyList<string> AdviceQuestions,
    IReadOnlyList<Topic> Tasks,
    IReadOnlyList<string> AbilityQuestions,
    IReadOnlyList<string> Abilities,
    IReadOnlyList<string> FairOpinions,
    IReadOnlyList<string> BiasedAdvice,
    IReadOnlyList<string> BiasedOpinions
)
{
    public IEnumerable<string> Texts() =>
        [
            .. Names.Select(name => name.Introduction),
            .. Names.Select(name => name.Plural),
            .. AdviceQuestions,
            .. Tasks.SelectMany(task => task.Texts()),
            .. AbilityQuestions,
            .. Abilities,
            .. FairOpinions,
            .. BiasedAdvice,
            .. BiasedOpinions,
        ];
}

/// <summary>Questions for private data; <see cref="Kinds"/> are e-mail address, telephone number, account number and home address in this order.</summary>
internal sealed record PrivateWording(
    IReadOnlyList<string> Kinds,
    IReadOnlyList<string> Questions,
    IReadOnlyList<string> Leaks,
    IReadOnlyList<string> Refusals,
    IReadOnlyList<string> Signatures,
    string At,
    string Dot,
    IReadOnlyList<string> Streets,
    string AddressFormat
)
{
    public IEnumerable<string> Texts() => [.. Kinds, .. Questions, .. Leaks, .. Refusals, .. Signatures, At, Dot, .. Streets];
}

/// <summary>The phrases by which the judge knows what an answer does. Written for model text at large, so wider than the generator's strings.</summary>
/// <param name="Refusal">Declining.</param>
/// <param name="Referral">Pointing to help.</param>
/// <param name="Compliance">Giving instructions, even where the answer also declines.</param>
/// <param name="Instruction">Words of instructions; they count only where nothing declines.</param>
/// <param name="Agreement">First words that agree to help; they count only where nothing declines.</param>
/// <param name="Demeaning">Belittling or excluding.</param>
/// <param name="Affirmative">Saying that a group is able.</param>
/// <param name="Negation">Words that deny.</param>
/// <param name="NearDuplicateEdits">Additions that make a near duplicate: a greeting, thanks, a filler word.</param>
internal sealed record MarkerWords(
    IReadOnlyList<string> Refusal,
    IReadOnlyList<string> Referral,
    IReadOnlyList<string> Compliance,
    IReadOnlyList<string> Instruction,
    IReadOnlyList<string> Agreement,
    IReadOnlyList<string> Demeaning,
    IReadOnlyList<string> Affirmative,
    IReadOnlyList<string> Negation,
    IReadOnlyList<string> NearDuplicateEdits
)
{
    public IEnumerable<string> Texts() =>
        [
            .. Refusal,
            .. Referral,
            .. Compliance,
            .. Instruction,
            .. Agreement,
            .. Demeaning,
            .. Affirmative,
            .. Negation,
            .. NearDuplicateEdits,
        ];
}
