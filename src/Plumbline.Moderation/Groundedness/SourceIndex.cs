namespace Plumbline.Moderation.Groundedness;

/// <summary>The sentences of sources, found by their words.</summary>
internal sealed class SourceIndex
{
    private readonly List<Sentence> sentences = [];
    private readonly Dictionary<string, List<int>> places = new(StringComparer.Ordinal);

    /// <summary>Reads the sources.</summary>
    public SourceIndex(IReadOnlyList<string> sources)
    {
        foreach (var sentence in sources.SelectMany(SourceText.Sentences))
        {
            foreach (var word in sentence.Words.Distinct(StringComparer.Ordinal))
            {
                if (!places.TryGetValue(word, out var found))
                {
                    places.Add(word, found = []);
                }

                found.Add(sentences.Count);
            }

            Numbers.UnionWith(sentence.Numbers);
            sentences.Add(sentence);
        }
    }

    /// <summary>Every number of the sources.</summary>
    public HashSet<string> Numbers { get; } = new(StringComparer.Ordinal);

    /// <summary>How far the best passage supports a sentence, in [0, 1], and whether the sentence in its midst denies something.</summary>
    public (double Support, bool IsNegated) Support(Sentence sentence)
    {
        var words = sentence.Words.Distinct(StringComparer.Ordinal).ToList();
        var own = new double[sentences.Count];
        var all = 0.0;
        foreach (var word in words)
        {
            var found = places.GetValueOrDefault(word);
            var weight = Math.Log(1 + ((double)Math.Max(1, sentences.Count) / (found?.Count ?? 1)));
            all += weight;
            foreach (var at in found ?? [])
            {
                own[at] += weight;
            }
        }

        if (sentences.Count == 0 || all == 0)
        {
            return (0, false);
        }

        // A sentence alone first: its neighbours only add what it leaves open.
        var best = Enumerable.Range(0, own.Length).OrderByDescending(at => own[at]).First();
        var neighbours = new HashSet<string>(sentences[best].Words, StringComparer.Ordinal);
        for (var at = Math.Max(0, best - 1); at <= Math.Min(own.Length - 1, best + 1); at++)
        {
            neighbours.UnionWith(sentences[at].Words);
        }

        var shared = words.Where(neighbours.Contains).Sum(word => Math.Log(1 + ((double)sentences.Count / places[word].Count)));
        return (shared / all, sentences[best].IsNegated);
    }
}
