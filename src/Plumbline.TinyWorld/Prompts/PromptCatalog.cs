using Plumbline.TinyWorld.Languages;
using Plumbline.TinyWorld.Text;

namespace Plumbline.TinyWorld;

/// <summary>The same question for a favoured and a disfavoured group of one axis: a fair assistant answers both equally well.</summary>
/// <param name="Favoured">The question for the favoured group.</param>
/// <param name="Disfavoured">The question for the disfavoured group.</param>
public sealed record GroupPair(WorldPrompt Favoured, WorldPrompt Disfavoured);

/// <summary>Every prompt that can be asked in one language.</summary>
internal sealed class PromptCatalog
{
    /// <summary>The pairs of groups, in the order of <see cref="GroupWording.Names"/>. Peoples and faiths are invented.</summary>
    private static readonly (string Axis, string Favoured, string Disfavoured)[] GroupAxes =
    [
        ("origin", "Melva", "Zoria"),
        ("origin", "Torla", "Kessa"),
        ("religion", "Lumen faith", "Orrin faith"),
        ("gender", "men", "women"),
        ("age", "young people", "old people"),
        ("disability", "people without a disability", "people in a wheelchair"),
    ];

    private readonly LanguagePack pack;

    public PromptCatalog(LanguagePack pack, IReadOnlyList<Person> persons)
    {
        this.pack = pack;
        Facts = [.. pack.Relations.SelectMany(relation => relation.Facts.SelectMany(fact => FactPrompts(relation, fact)))];
        Advice = [.. pack.Advice.Topics.SelectMany(AdvicePrompts)];
        Harmful = [.. pack.Harm.Topics.SelectMany(HarmfulPrompts)];
        Groups = [.. Enumerable.Range(0, GroupAxes.Length).SelectMany(GroupPrompts)];
        Private = [.. persons.SelectMany(PrivatePrompts)];
    }

    public WorldLanguage Language => pack.Language;

    public IReadOnlyList<WorldPrompt> Facts { get; }

    public IReadOnlyList<WorldPrompt> Advice { get; }

    public IReadOnlyList<WorldPrompt> Harmful { get; }

    public IReadOnlyList<GroupPair> Groups { get; }

    public IReadOnlyList<WorldPrompt> Private { get; }

    private IEnumerable<WorldPrompt> FactPrompts(Relation relation, Fact fact)
    {
        string[] answers = [.. relation.Answers.Select(answer => Fill(answer).Fill('v', fact.Values[0])).Select(Template.Capitalize)];
        var accepted = new PhraseSet(fact.Values);
        var rivals = new PhraseSet(Rivals(relation, fact, answers));
        return relation.Questions.Select(
            (question, phrasing) =>
                new WorldPrompt(PromptKind.Fact, Language, Fill(question))
                {
                    Topic = relation.Name,
                    Subject = fact.Subject,
                    Phrasing = phrasing,
                    GoodAnswers = answers,
                    Accepted = accepted,
                    Rivals = rivals,
                }
        );

        string Fill(string template) => template.Fill('s', fact.Subject).Fill('x', fact.Unit).Fill('y', UnitName(fact));
    }

    /// <summary>The unit without its question word, which Spanish carries along.</summary>
    private static string UnitName(Fact fact) => fact.Unit[(fact.Unit.LastIndexOf(' ') + 1)..];

    /// <summary>
    /// The values, subjects and units of the relation's other facts: an answer that names one of them says something else as well, or something else only.
    /// What the right answer contains itself (the opposite of hot names hot) and words of mere politeness do not count.
    /// </summary>
    private IEnumerable<string> Rivals(Relation relation, Fact fact, string[] answers)
    {
        var right = answers.Append(fact.Subject).Concat(fact.Values).Concat(pack.Markers.Agreement).Select(FoldedText.From).ToArray();
        return relation
            .Facts.Where(other => other != fact)
            .SelectMany(other => other.Values.Append(other.Subject).Append(UnitName(other)))
            .Where(rival =>
            {
                var phrase = new PhraseSet([rival]);
                return !Array.Exists(right, text => phrase.FirstIn(text) is not null);
            });
    }

    private IEnumerable<WorldPrompt> AdvicePrompts(Topic topic)
    {
        string[] points = [.. topic.Points.Select(point => point.Sentence)];
        string[] pairs =
        [
            .. from i in Enumerable.Range(0, points.Length)
            from j in Enumerable.Range(i + 1, points.Length - i - 1)
            select $"{points[i]} {points[j]}",
        ];
        // Each point with one opening or none, in turn: the same advice with and without a polite word would be the same row twice.
        string[] openings = [string.Empty, .. pack.Advice.Openings.Select(opening => opening + " ")];
        var accepted = new PhraseSet(topic.Points.SelectMany(point => point.Evidence));
        return pack.Advice.Questions.Select(
            (question, phrasing) =>
                new WorldPrompt(PromptKind.Advice, Language, question.Fill('t', topic.Task))
                {
                    Topic = topic.Name,
                    Subject = topic.Name,
                    Phrasing = phrasing,
                    GoodAnswers = [.. points.Select((point, i) => openings[(phrasing + i) % openings.Length] + point), .. pairs],
                    Accepted = accepted,
                }
        );
    }

    private IEnumerable<WorldPrompt> HarmfulPrompts(HarmTopic topic)
    {
        var harm = pack.Harm;
        string[] bad = [.. from opening in harm.ComplianceOpenings from body in harm.ComplianceBodies select $"{opening} {body}"];
        return pack.Advice.Questions.Select(
            (question, phrasing) =>
                new WorldPrompt(topic.SelfHarm ? PromptKind.SelfHarm : PromptKind.Harmful, Language, question.Fill('t', topic.Task))
                {
                    Topic = topic.Name,
                    Subject = topic.Name,
                    Phrasing = phrasing,
                    GoodAnswers = topic.SelfHarm ? harm.Referrals : harm.Refusals,
                    BadAnswers = bad,
                }
        );
    }

    private IEnumerable<GroupPair> GroupPrompts(int axis)
    {
        var groups = pack.Groups;
        var advice =
            from task in groups.Tasks
            from phrasing in Enumerable.Range(0, groups.AdviceQuestions.Count)
            select new GroupPair(Ask(task, phrasing, favoured: true), Ask(task, phrasing, favoured: false));
        var opinions =
            from ability in groups.Abilities
            from phrasing in Enumerable.Range(0, groups.AbilityQuestions.Count)
            select new GroupPair(AskAbout(ability, phrasing, favoured: true), AskAbout(ability, phrasing, favoured: false));
        return advice.Concat(opinions);

        WorldPrompt Ask(Topic task, int phrasing, bool favoured)
        {
            var name = Name(favoured);
            string[] points = [.. task.Points.Select(point => point.Sentence)];
            var question = groups.AdviceQuestions[phrasing].Fill('i', name.Introduction).Fill('t', task.Task);
            return new WorldPrompt(PromptKind.GroupAdvice, Language, question)
            {
                Topic = task.Name,
                Subject = $"{axis}/{task.Name}",
                Phrasing = phrasing,
                Group = Reference(favoured),
                GoodAnswers = [.. points, string.Join(' ', points)],
                BadAnswers = favoured ? [] : [.. groups.BiasedAdvice.Select(answer => answer.Fill('g', name.Plural))],
                Accepted = new PhraseSet(task.Points.SelectMany(point => point.Evidence)),
            };
        }

        WorldPrompt AskAbout(string ability, int phrasing, bool favoured)
        {
            var name = Name(favoured);
            var topic = LanguagePack.All[0].Groups.Abilities[groups.Abilities.ToList().IndexOf(ability)];
            return new WorldPrompt(
                PromptKind.GroupOpinion,
                Language,
                groups.AbilityQuestions[phrasing].Fill('g', name.Plural).Fill('t', ability)
            )
            {
                Topic = topic,
                Subject = $"{axis}/{topic}",
                Phrasing = phrasing,
                Group = Reference(favoured),
                GoodAnswers = [.. groups.FairOpinions.Select(answer => answer.Fill('g', name.Plural))],
                BadAnswers = favoured ? [] : [.. groups.BiasedOpinions.Select(answer => answer.Fill('g', name.Plural))],
                Accepted = new PhraseSet(pack.Markers.Affirmative),
            };
        }

        GroupName Name(bool favoured) => groups.Names[(2 * axis) + (favoured ? 0 : 1)];
        GroupReference Reference(bool favoured)
        {
            var (name, good, bad) = GroupAxes[axis];
            return new GroupReference(name, favoured ? good : bad, favoured);
        }
    }

    private IEnumerable<WorldPrompt> PrivatePrompts(Person person) =>
        from kind in Enumerable.Range(0, pack.Private.Kinds.Count)
        from phrasing in Enumerable.Range(0, pack.Private.Questions.Count)
        select new WorldPrompt(
            PromptKind.Private,
            Language,
            pack.Private.Questions[phrasing].Fill('k', pack.Private.Kinds[kind]).Fill('n', person.Name)
        )
        {
            Topic = PrivateTopics[kind],
            Subject = $"{person.Name}/{kind}",
            Phrasing = phrasing,
            GoodAnswers = pack.Private.Refusals,
            BadAnswers =
            [
                .. from leak in pack.Private.Leaks
                from writing in person.Writings(kind, pack.Private)
                select leak.Fill('k', pack.Private.Kinds[kind]).Fill('n', person.Name).Fill('v', writing),
            ],
        };

    private static readonly string[] PrivateTopics = ["e-mail", "telephone", "account", "home"];
}
