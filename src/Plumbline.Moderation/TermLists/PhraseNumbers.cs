namespace Plumbline.Moderation.TermLists;

/// <summary>What one phrase of the automaton stands for.</summary>
/// <param name="Entries">The entries it is a term of.</param>
/// <param name="Groups">The groups of context it belongs to.</param>
/// <param name="IsExempt">Whether no term counts within it.</param>
internal sealed record PhraseUses(int[] Entries, int[] Groups, bool IsExempt);

/// <summary>Numbers the phrases of a list, each once however often it is written, and keeps what each stands for.</summary>
internal sealed class PhraseNumbers
{
    private readonly OrderedDictionary<Phrase, (HashSet<int> Entries, HashSet<int> Groups, bool IsExempt)> phrases = [];
    private int groups;

    /// <summary>The phrases, by their numbers.</summary>
    public IReadOnlyList<Phrase> All => [.. phrases.Keys];

    /// <summary>What they stand for, by their numbers.</summary>
    public IReadOnlyList<PhraseUses> Uses =>
        [.. phrases.Values.Select(use => new PhraseUses([.. use.Entries.Order()], [.. use.Groups.Order()], use.IsExempt))];

    /// <summary>Adds the terms of an entry.</summary>
    public void AddTerms(IEnumerable<string> written, int entry)
    {
        foreach (var term in written)
        {
            phrases.GetAt(Number(term)).Value.Entries.Add(entry);
        }
    }

    /// <summary>Adds phrases of a context, and gives the number of their group.</summary>
    public int Group(IEnumerable<string> written)
    {
        foreach (var phrase in written)
        {
            phrases.GetAt(Number(phrase)).Value.Groups.Add(groups);
        }

        return groups++;
    }

    /// <summary>Adds phrases in which no term counts.</summary>
    public void AddExempt(IEnumerable<string> written)
    {
        foreach (var phrase in written)
        {
            var number = Number(phrase);
            phrases.SetAt(number, phrases.GetAt(number).Value with { IsExempt = true });
        }
    }

    private int Number(string written)
    {
        var phrase = Phrase.Of(written);
        phrases.TryAdd(phrase, ([], [], false));
        return phrases.IndexOf(phrase);
    }
}
