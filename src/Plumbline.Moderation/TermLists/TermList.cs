using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Plumbline.Moderation.TermLists;

/// <summary>What an entry asks of its terms' surroundings.</summary>
/// <param name="Groups">The groups of phrases, any of which.</param>
/// <param name="Reach">How far they may stand away, in quarters of a word.</param>
internal sealed record CompiledRule(int[] Groups, int Reach);

/// <summary>An entry as it is looked for.</summary>
internal sealed record CompiledEntry(string Name, string Hazard, IReadOnlyList<string> Languages, double Score)
{
    public CompiledRule? Near { get; init; }

    public CompiledRule? Unless { get; init; }

    public bool UnlessQuoted { get; init; }
}

/// <summary>A list of terms, ready to be looked for. Never changed, so thread-safe.</summary>
internal sealed class TermList
{
    // Another way of matching or scoring gives other findings for the same file.
    private const string Matching = "1";

    private TermList(TermListFile file, IReadOnlyList<CompiledEntry> entries, PhraseAutomaton automaton, IReadOnlyList<PhraseUses> uses)
    {
        (Name, Entries, Automaton, Uses) = (file.Name, entries, automaton, uses);
        IsTerm = [.. uses.Select(use => use.Entries.Length > 0)];
        HasExempt = uses.Any(use => use.IsExempt);
        Hash = HashOf(file);
    }

    /// <summary>What the file calls it.</summary>
    public string Name { get; }

    /// <summary>The SHA-256 of what it means, in hexadecimal digits: comments, order and spelling that is folded away do not change it.</summary>
    public string Hash { get; }

    /// <summary>The entries, in the order of their names.</summary>
    public IReadOnlyList<CompiledEntry> Entries { get; }

    /// <summary>Finds the phrases.</summary>
    public PhraseAutomaton Automaton { get; }

    /// <summary>What the phrases stand for, by their numbers.</summary>
    public IReadOnlyList<PhraseUses> Uses { get; }

    /// <summary>Whether a phrase is a term, by its number.</summary>
    public bool[] IsTerm { get; }

    /// <summary>Whether there are phrases in which no term counts.</summary>
    public bool HasExempt { get; }

    /// <summary>Makes a list of its file, which has no problems.</summary>
    public static TermList Of(TermListFile file)
    {
        var phrases = new PhraseNumbers();
        var named = file.Contexts.ToDictionary(context => context.Key, context => phrases.Group(context.Value), StringComparer.Ordinal);
        var entries = new List<CompiledEntry>();
        foreach (var (name, entry) in file.Entries.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            phrases.AddTerms(entry.Terms, entries.Count);
            entries.Add(
                new CompiledEntry(name, entry.Hazard, entry.Languages, entry.Score)
                {
                    Near = entry.Near is { } near ? Rule(near.Contexts, near.Phrases, near.Within) : null,
                    Unless = entry.Unless is { } unless ? Rule(unless.Contexts, unless.Phrases, unless.Within) : null,
                    UnlessQuoted = entry.Unless?.Quoted ?? false,
                }
            );
        }

        phrases.AddExempt(file.Exempt);
        return new TermList(file, entries, new PhraseAutomaton(phrases.All), phrases.Uses);

        CompiledRule Rule(IReadOnlyList<string> contexts, IReadOnlyList<string> written, int within)
        {
            int[] own = written.Count == 0 ? [] : [phrases.Group(written)];
            return new CompiledRule([.. contexts.Select(context => named[context]).Distinct(), .. own], within * Words.Word);
        }
    }

    private static string HashOf(TermListFile file)
    {
        var text = new StringBuilder(Matching).Append('\n').Append(file.Name).Append('\n');
        Append("exempt", file.Exempt);
        foreach (var (name, entry) in file.Entries.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"{name} {entry.Hazard} {entry.Score:R} {entry.Unless?.Quoted ?? false}\n");
            text.AppendJoin(' ', entry.Languages.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)).Append('\n');
            Append("terms", entry.Terms);
            AppendRule("near", entry.Near?.Contexts, entry.Near?.Phrases, entry.Near?.Within);
            AppendRule("unless", entry.Unless?.Contexts, entry.Unless?.Phrases, entry.Unless?.Within);
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));

        // Folded phrases hold no line feeds, so lines cannot be taken for each other.
        void Append(string what, IEnumerable<string> phrases)
        {
            var folded = phrases.Select(phrase => Phrase.Of(phrase).ToString()).Distinct(StringComparer.Ordinal).ToList();
            folded.Sort(StringComparer.Ordinal);
            text.Append(CultureInfo.InvariantCulture, $"{what} {folded.Count}\n").AppendJoin('\n', folded).Append('\n');
        }

        void AppendRule(string what, IReadOnlyList<string>? contexts, IReadOnlyList<string>? phrases, int? within)
        {
            if (contexts is not null && phrases is not null)
            {
                text.Append(CultureInfo.InvariantCulture, $"{within} ");
                Append(what, contexts.SelectMany(context => file.Contexts[context]).Concat(phrases));
            }
        }
    }
}
