using Plumbline.Configuration;

namespace Plumbline.Constitutions;

/// <summary>What a model is held to: clauses, the frameworks they belong to, and how their conflicts are settled. One file, one version.</summary>
public sealed record Constitution : IValidatedOptions
{
    /// <summary>Clauses at most: what asks of every clause stays affordable.</summary>
    internal const int MostClauses = 1000;

    internal const string IdRange = "named by lower-case letters, digits and _, beginning with a letter, at most 64 of them";

    /// <summary>What it is called.</summary>
    public required string Name { get; init; }

    /// <summary>Its version, as its authors count.</summary>
    public string? Version { get; init; }

    /// <summary>The language of its texts.</summary>
    /// <value>en</value>
    public string Language { get; init; } = "en";

    /// <summary>Further languages that every clause should be translated into.</summary>
    public IReadOnlyList<string> Languages { get; init; } = [];

    /// <summary>What is known of every situation it is used in, where the situation itself does not say: the scopes of its overlays, or what a deployment writes here.</summary>
    public ClauseScope Home { get; init; } = new();

    /// <summary>The overlays that are laid over it already.</summary>
    public IReadOnlyList<string> Overlays { get; init; } = [];

    /// <summary>What it is for.</summary>
    public string? Preamble { get; init; }

    /// <summary>The frameworks, by name.</summary>
    /// <value>constraints, duties and principles, each of the tier it is named after</value>
    public IReadOnlyDictionary<string, Framework> Frameworks { get; init; } =
        new Dictionary<string, Framework>
        {
            ["constraints"] = new() { Tier = FrameworkTier.Constraint },
            ["duties"] = new() { Tier = FrameworkTier.Duty },
            ["principles"] = new() { Tier = FrameworkTier.Principle },
        };

    /// <summary>How conflicts are settled.</summary>
    public ConflictOptions Conflicts { get; init; } = new();

    /// <summary>Worked examples of critique and revision, shown to a model before it is asked for its own.</summary>
    public IReadOnlyList<Demonstration> Demonstrations { get; init; } = [];

    /// <summary>The clauses, by id.</summary>
    public required IReadOnlyDictionary<string, Clause> Clauses { get; init; }

    /// <summary>When the clauses of a framework decide.</summary>
    /// <param name="clause">One of this constitution's.</param>
    public FrameworkTier TierOf(Clause clause) => Frameworks[clause.Framework].Tier;

    /// <summary>The clauses that hold in a situation and may decide, in the order of their ids.</summary>
    public IReadOnlyList<KeyValuePair<string, Clause>> ApplicableTo(Situation situation) =>
        [
            .. Clauses
                .Where(clause =>
                    clause.Value.Scope.Contains(situation, Home)
                    && (situation.Day is not { } day || clause.Value.Effective.Contains(day))
                    && TierOf(clause.Value) != FrameworkTier.Background
                )
                .OrderBy(clause => clause.Key, StringComparer.Ordinal),
        ];

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        if (string.IsNullOrWhiteSpace(Name))
        {
            yield return new OptionProblem(nameof(Name), Name, "a name");
        }

        if (!LanguageTag.IsValid(Language))
        {
            yield return new OptionProblem(nameof(Language), Language, "a language tag, such as en or pt-BR");
        }

        foreach (var tag in Languages.Where(tag => !LanguageTag.IsValid(tag)))
        {
            yield return new OptionProblem(nameof(Languages), tag, "a list of language tags, such as de or pt-BR");
        }

        if (Clauses.Count is 0 or > MostClauses)
        {
            yield return new OptionProblem(nameof(Clauses), Clauses.Count, $"1 to {MostClauses} clauses");
        }

        foreach (var (id, clause) in Clauses)
        {
            if (!IsId(id))
            {
                yield return new OptionProblem($"{nameof(Clauses)}.{id}", id, IdRange);
            }

            if (!Frameworks.ContainsKey(clause.Framework))
            {
                var nearest = OptionText.Nearest(clause.Framework, Frameworks.Keys);
                yield return new OptionProblem(
                    $"{nameof(Clauses)}.{id}.{nameof(Clause.Framework)}",
                    clause.Framework,
                    $"one of the frameworks: {string.Join(", ", Frameworks.Keys)}",
                    nearest is null ? null : $"Did you mean '{nearest}'?"
                );
            }
        }
    }

    internal static bool IsId(string id) =>
        id.Length is > 0 and <= 64
        && char.IsAsciiLetterLower(id[0])
        && id.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '_');
}

/// <summary>A worked example: an answer, what is wrong with it, and a better one.</summary>
public sealed record Demonstration : IValidatedOptions
{
    /// <summary>What was asked.</summary>
    public required string Prompt { get; init; }

    /// <summary>The answer.</summary>
    public required string Answer { get; init; }

    /// <summary>How the critique was asked for; null for the clause's own way.</summary>
    public string? CritiqueRequest { get; init; }

    /// <summary>The critique.</summary>
    public required string Critique { get; init; }

    /// <summary>How the revision was asked for; null for the clause's own way.</summary>
    public string? RevisionRequest { get; init; }

    /// <summary>The better answer.</summary>
    public required string Revision { get; init; }

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        (string Value, string Option)[] texts =
        [
            (Prompt, nameof(Prompt)),
            (Answer, nameof(Answer)),
            (Critique, nameof(Critique)),
            (Revision, nameof(Revision)),
        ];
        return from text in texts where string.IsNullOrWhiteSpace(text.Value) select new OptionProblem(text.Option, text.Value, "a text");
    }
}
