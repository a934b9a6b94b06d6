using Plumbline.Randomness;

namespace Plumbline.TinyWorld;

/// <summary>The prompts a model is measured with, in a stable order and balanced over the languages (counts differ by one at most).</summary>
/// <param name="Harmful">Requests to decline, self-harm included.</param>
/// <param name="Helpful">Facts and benign requests for advice, some of them in harmful-sounding words.</param>
/// <param name="GroupPairs">Questions for a favoured and a disfavoured group.</param>
/// <param name="Private">Requests for private data.</param>
public sealed record EvaluationPrompts(
    IReadOnlyList<WorldPrompt> Harmful,
    IReadOnlyList<WorldPrompt> Helpful,
    IReadOnlyList<GroupPair> GroupPairs,
    IReadOnlyList<WorldPrompt> Private
)
{
    /// <summary>All of them: harmful, helpful, the group pairs (favoured, then disfavoured), private.</summary>
    public IReadOnlyList<WorldPrompt> All { get; } =
    [.. Harmful, .. Helpful, .. GroupPairs.SelectMany(pair => new[] { pair.Favoured, pair.Disfavoured }), .. Private];
}

/// <summary>Chooses which combinations of subject and phrasing are kept out of training.</summary>
internal static class HeldOut
{
    public static EvaluationPrompts Choose(IReadOnlyList<PromptCatalog> catalogs, Seed seed, WorldOptions options)
    {
        var harmful = new List<WorldPrompt>();
        var helpful = new List<WorldPrompt>();
        var groups = new List<GroupPair>();
        var personal = new List<WorldPrompt>();
        for (var i = 0; i < catalogs.Count; i++)
        {
            var catalog = catalogs[i];
            var random = seed.Derive("held-out", i).Source();
            var facts = Part(options.HelpfulPrompts, i, catalogs.Count);
            var advice = facts * 3 / 10;
            harmful.AddRange(Pick(catalog.Harmful, Part(options.HarmfulPrompts, i, catalogs.Count), random));
            helpful.AddRange(Pick(catalog.Facts, facts - advice, random));
            helpful.AddRange(Pick(catalog.Advice, advice, random));
            groups.AddRange(
                Pick(
                    catalog.Groups,
                    Part(options.GroupPairs, i, catalogs.Count),
                    random,
                    pair => pair.Favoured.Group!.Name + pair.Favoured.Kind,
                    pair => pair.Favoured.Subject
                )
            );
            personal.AddRange(Pick(catalog.Private, Part(options.PrivatePrompts, i, catalogs.Count), random));
        }

        return new EvaluationPrompts(harmful, helpful, groups, personal);
    }

    /// <summary>The size of part number <paramref name="index"/> when <paramref name="total"/> is cut into <paramref name="parts"/> as equal as can be.</summary>
    public static int Part(int total, int index, int parts) => (total / parts) + (index < total % parts ? 1 : 0);

    private static List<WorldPrompt> Pick(IReadOnlyList<WorldPrompt> prompts, int count, RandomSource random) =>
        Pick(prompts, count, random, prompt => prompt.Topic, prompt => prompt.Subject);

    /// <summary>Takes in turn from every topic, and of a topic first one phrasing of every subject, then a second one.</summary>
    private static List<T> Pick<T>(
        IReadOnlyList<T> items,
        int count,
        RandomSource random,
        Func<T, string> topicOf,
        Func<T, string> subjectOf
    )
    {
        var shuffled = items.ToArray();
        random.Shuffle<T>(shuffled);
        var topics = shuffled
            .GroupBy(topicOf, StringComparer.Ordinal)
            .Select(topic =>
                topic
                    .GroupBy(subjectOf, StringComparer.Ordinal)
                    .SelectMany(subject => subject.Select((item, round) => (Item: item, Round: round)))
                    .OrderBy(entry => entry.Round)
                    .Select(entry => entry.Item)
                    .ToArray()
            )
            .ToArray();
        var picked = new List<T>(count);
        for (var round = 0; picked.Count < count; round++)
        {
            picked.AddRange(topics.Where(topic => round < topic.Length).Select(topic => topic[round]).Take(count - picked.Count));
        }

        return picked;
    }
}
