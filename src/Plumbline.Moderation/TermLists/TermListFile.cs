using Plumbline.Configuration;
using Plumbline.Moderation.Onnx;

namespace Plumbline.Moderation.TermLists;

/// <summary>
/// A list of terms with the context that makes them suspicious, as a file (docs/term-lists.md). A term alone is never more than a weak hint, so an entry without a rule about its context is refused.
/// </summary>
public sealed record TermListFile : IValidatedOptions
{
    /// <summary>The most entries of a list.</summary>
    public const int MostEntries = 2000;

    /// <summary>The most terms and phrases of a list, contexts and exempt ones counted.</summary>
    public const int MostPhrases = 20_000;

    private const int LongestName = 48;

    /// <summary>What records call the list: lower-case letters, digits, <c>-</c> and <c>_</c>, at most 48 characters.</summary>
    public required string Name { get; init; }

    /// <summary>What it is for, and who looked through it; for readers only.</summary>
    public string? About { get; init; }

    /// <summary>Phrases that several entries name as their context, by a name.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Contexts { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Phrases in which no term counts, such as <c>kill the process</c>.</summary>
    public IReadOnlyList<string> Exempt { get; init; } = [];

    /// <summary>The entries, by what records call each.</summary>
    public required IReadOnlyDictionary<string, TermEntry> Entries { get; init; }

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        if (!LabelOptions.IsName(Name) || Name.Length > LongestName)
        {
            yield return new OptionProblem(nameof(Name), Name, $"1 to {LongestName} lower-case letters, digits, '-' and '_'");
        }

        if (Entries.Count is 0 or > MostEntries)
        {
            yield return new OptionProblem(nameof(Entries), Entries.Count, $"given 1 to {MostEntries} times", "Cut the list into several.");
        }

        if (Phrases() > MostPhrases)
        {
            yield return new OptionProblem(nameof(Entries), Phrases(), $"at most {MostPhrases} phrases", "Cut the list into several.");
        }

        foreach (var name in Entries.Keys.Where(name => !LabelOptions.IsName(name)))
        {
            yield return new OptionProblem(
                $"{nameof(Entries)}.{name}",
                name,
                "called by 1 to 64 lower-case letters, digits, '-' and '_'",
                "Rename it."
            );
        }

        foreach (var problem in ContextProblems().Concat(PhraseProblem.Of(nameof(Exempt), Exempt, PhraseProblem.LeastOfContext)))
        {
            yield return problem;
        }
    }

    private int Phrases() =>
        Exempt.Count
        + Contexts.Values.Sum(phrases => phrases.Count)
        + Entries.Values.Sum(entry => entry.Terms.Count + (entry.Near?.Phrases.Count ?? 0) + (entry.Unless?.Phrases.Count ?? 0));

    private IEnumerable<OptionProblem> ContextProblems()
    {
        foreach (var (name, phrases) in Contexts)
        {
            var option = $"{nameof(Contexts)}.{name}";
            if (phrases.Count == 0)
            {
                yield return new OptionProblem(option, 0, "given at least one phrase");
            }

            foreach (var problem in PhraseProblem.Of(option, phrases, PhraseProblem.LeastOfContext))
            {
                yield return problem;
            }
        }

        foreach (var (name, entry) in Entries)
        {
            (string Rule, IReadOnlyList<string> Contexts)[] rules =
            [
                (nameof(TermEntry.Near), entry.Near?.Contexts ?? []),
                (nameof(TermEntry.Unless), entry.Unless?.Contexts ?? []),
            ];
            foreach (var (rule, contexts) in rules)
            {
                foreach (var unknown in contexts.Where(context => !Contexts.ContainsKey(context)))
                {
                    var nearest = OptionText.Nearest(unknown, Contexts.Keys);
                    yield return new OptionProblem(
                        $"{nameof(Entries)}.{name}.{OptionText.SnakeCase(rule)}.contexts",
                        unknown,
                        $"names that stand under contexts ({string.Join(", ", Contexts.Keys.Take(20))})",
                        nearest is null ? "Add it under contexts." : $"Did you mean '{nearest}'?"
                    );
                }
            }
        }
    }
}
