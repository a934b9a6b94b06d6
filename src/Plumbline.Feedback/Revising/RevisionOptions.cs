using Plumbline.Configuration;

namespace Plumbline.Feedback.Revising;

/// <summary>How answers are revised by clauses.</summary>
public sealed record RevisionOptions : IValidatedOptions
{
    /// <summary>Rounds of critique and revision, each by another clause that holds, drawn by seed and prompt; where fewer hold, they come again.</summary>
    /// <value>2</value>
    public int Rounds { get; init; } = 2;

    /// <summary>Whether a critique is written before each revision, which helps small models (arXiv 2212.08073, 3.5).</summary>
    /// <value>true</value>
    public bool Critique { get; init; } = true;

    /// <summary>
    /// What a critique begins with that finds nothing, such as <c>Nothing</c>: the answer then stays as it is, and no revision of it is asked for. Null asks for one always.
    /// </summary>
    public string? Unbroken { get; init; }

    /// <summary>How many of the constitution's demonstrations are shown first.</summary>
    /// <value>4</value>
    public int Demonstrations { get; init; } = 4;

    /// <summary>What answers, critiques and revisions are sampled at.</summary>
    /// <value>1</value>
    public double Temperature { get; init; } = 1;

    /// <summary>Tokens of each of them at most.</summary>
    /// <value>512</value>
    public int MaxTokens { get; init; } = 512;

    /// <summary>Whether the fine-tuning set gets the revisions of every round, as in arXiv 2212.08073, instead of the last one alone.</summary>
    /// <value>false</value>
    public bool EveryRound { get; init; }

    /// <summary>What a revision must be to be kept.</summary>
    public RevisionGateOptions Gate { get; init; } = new();

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        (bool Holds, string Option, object? Value, string Range)[] checks =
        [
            (Rounds is >= 1 and <= 64, nameof(Rounds), Rounds, "between 1 and 64"),
            (
                Unbroken is null || (Critique && Unbroken.Length > 0),
                nameof(Unbroken),
                Unbroken,
                "a text, and left out where no critique is written"
            ),
            (Demonstrations >= 0, nameof(Demonstrations), Demonstrations, "0 or more"),
            (Temperature >= 0 && double.IsFinite(Temperature), nameof(Temperature), Temperature, "0 or more"),
            (MaxTokens is >= 1 and <= 1 << 16, nameof(MaxTokens), MaxTokens, "between 1 and 65536"),
        ];
        return from check in checks where !check.Holds select new OptionProblem(check.Option, check.Value, check.Range);
    }
}

/// <summary>What a revision must be to be kept: small models collapse into a few phrases when they learn what they wrote (arXiv 2504.04918).</summary>
public sealed record RevisionGateOptions : IValidatedOptions
{
    /// <summary>Words at least.</summary>
    /// <value>1</value>
    public int LeastWords { get; init; } = 1;

    /// <summary>The largest share of its runs of four words that came before in it; in [0, 1].</summary>
    /// <value>0.3</value>
    public double MostRepetition { get; init; } = 0.3;

    /// <summary>The largest share of words that it may have in common with its critique, which some models write again; in [0, 1].</summary>
    /// <value>0.8</value>
    public double MostOfCritique { get; init; } = 0.8;

    /// <summary>
    /// How sure a judge must be at least that the revision is better than the first answer, by the clauses that it was revised by; 0.5 for not worse. Null asks nobody.
    /// </summary>
    public double? LeastLabel { get; init; }

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        (bool Holds, string Option, object? Value, string Range)[] checks =
        [
            (LeastWords >= 1, nameof(LeastWords), LeastWords, "at least 1"),
            (MostRepetition is >= 0 and <= 1, nameof(MostRepetition), MostRepetition, "between 0 and 1"),
            (MostOfCritique is >= 0 and <= 1, nameof(MostOfCritique), MostOfCritique, "between 0 and 1"),
            (LeastLabel is null or (>= 0 and <= 1), nameof(LeastLabel), LeastLabel, "between 0 and 1"),
        ];
        return from check in checks where !check.Holds select new OptionProblem(check.Option, check.Value, check.Range);
    }
}
