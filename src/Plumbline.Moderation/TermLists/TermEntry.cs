using Plumbline.Configuration;
using Plumbline.Constitutions;

namespace Plumbline.Moderation.TermLists;

/// <summary>Terms that may speak of one kind of harm, and what must or must not stand near for them to.</summary>
public sealed record TermEntry : IValidatedOptions
{
    /// <summary>The words or phrases. A last word that ends with <c>*</c> stands for every word that begins so.</summary>
    public required IReadOnlyList<string> Terms { get; init; }

    /// <summary>The code of the hazard they speak of (<see cref="Hazards"/>).</summary>
    public required string Hazard { get; init; }

    /// <summary>The languages the terms belong to, as tags; empty for all. A text in an unknown language counts for all of them.</summary>
    public IReadOnlyList<string> Languages { get; init; } = [];

    /// <summary>What has to stand near for more than a weak hint; null where nothing makes the terms more.</summary>
    public NearRule? Near { get; init; }

    /// <summary>What speaks against it; null for nothing.</summary>
    public UnlessRule? Unless { get; init; }

    /// <summary>The score of a term whose context stands near and against which nothing speaks, in [0.5, 0.95].</summary>
    /// <value>0.7</value>
    public double Score { get; init; } = 0.7;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        if (Terms.Count == 0)
        {
            yield return new OptionProblem(nameof(Terms), 0, "given at least one term");
        }

        foreach (var problem in PhraseProblem.Of(nameof(Terms), Terms, PhraseProblem.LeastOfTerm))
        {
            yield return problem;
        }

        if (Constitutions.Hazards.Find(Hazard) is null)
        {
            yield return new OptionProblem(
                nameof(Hazard),
                Hazard,
                $"one of {string.Join(", ", Constitutions.Hazards.All.Select(hazard => hazard.Code))}"
            );
        }

        foreach (var tag in Languages.Where(tag => !LanguageTag.IsValid(tag)))
        {
            yield return new OptionProblem(nameof(Languages), tag, "a list of language tags, such as de or pt-BR");
        }

        if (Score is not (>= 0.5 and <= 0.95))
        {
            yield return new OptionProblem(nameof(Score), Score, "between 0.5 and 0.95");
        }

        if (Near is null && Unless is null)
        {
            yield return new OptionProblem(
                nameof(Near),
                null,
                "given, or unless: a word alone does not say what it is used for, and a list of bare words stops help, news and jokes",
                "Add near: { phrases: [...] } with what has to stand near, or unless: { phrases: [...] } with what speaks against it."
            );
        }
    }
}

/// <summary>What has to stand near a term.</summary>
public sealed record NearRule : IValidatedOptions
{
    /// <summary>Names of <see cref="TermListFile.Contexts"/>.</summary>
    public IReadOnlyList<string> Contexts { get; init; } = [];

    /// <summary>Phrases, any of them.</summary>
    public IReadOnlyList<string> Phrases { get; init; } = [];

    /// <summary>How many words may stand between the two, in [0, 50].</summary>
    /// <value>8</value>
    public int Within { get; init; } = 8;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        if (Contexts.Count + Phrases.Count == 0)
        {
            yield return new OptionProblem(nameof(Phrases), null, "given, or contexts: a rule that names nothing never holds");
        }

        foreach (var problem in PhraseProblem.Of(nameof(Phrases), Phrases, PhraseProblem.LeastOfContext))
        {
            yield return problem;
        }

        if (Within is < 0 or > PhraseProblem.Farthest)
        {
            yield return new OptionProblem(nameof(Within), Within, $"between 0 and {PhraseProblem.Farthest}");
        }
    }
}

/// <summary>What speaks against a term.</summary>
public sealed record UnlessRule : IValidatedOptions
{
    /// <summary>Names of <see cref="TermListFile.Contexts"/>.</summary>
    public IReadOnlyList<string> Contexts { get; init; } = [];

    /// <summary>Phrases, any of them.</summary>
    public IReadOnlyList<string> Phrases { get; init; } = [];

    /// <summary>Whether a term in quotation marks is spoken against.</summary>
    /// <value>false</value>
    public bool Quoted { get; init; }

    /// <summary>How many words may stand between the two, in [0, 50].</summary>
    /// <value>12</value>
    public int Within { get; init; } = 12;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        if (Contexts.Count + Phrases.Count == 0 && !Quoted)
        {
            yield return new OptionProblem(nameof(Phrases), null, "given, or contexts or quoted: a rule that names nothing never holds");
        }

        foreach (var problem in PhraseProblem.Of(nameof(Phrases), Phrases, PhraseProblem.LeastOfContext))
        {
            yield return problem;
        }

        if (Within is < 0 or > PhraseProblem.Farthest)
        {
            yield return new OptionProblem(nameof(Within), Within, $"between 0 and {PhraseProblem.Farthest}");
        }
    }
}
