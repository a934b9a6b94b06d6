using Plumbline.Configuration;

namespace Plumbline.Feedback.Judging;

/// <summary>How two answers are compared by clauses.</summary>
public sealed record ComparisonOptions : IValidatedOptions
{
    /// <summary>How the judge's opinion is read.</summary>
    /// <value>LogProbabilities</value>
    public JudgeMethod Method { get; init; }

    /// <summary>Whether the judge reasons in writing before it chooses.</summary>
    /// <value>false</value>
    public bool ChainOfThought { get; init; }

    /// <summary>How often each question is asked: rationales that are averaged over, or replies that are counted. One without either would only repeat itself.</summary>
    /// <value>1</value>
    public int Samples { get; init; } = 1;

    /// <summary>What rationales and counted replies are sampled at.</summary>
    /// <value>1</value>
    public double Temperature { get; init; } = 1;

    /// <summary>Tokens of a rationale or a counted reply at most.</summary>
    /// <value>256</value>
    public int MaxTokens { get; init; } = 256;

    /// <summary>
    /// The least and the most that a clause's label may be: [0.4, 0.6] keeps the sure labels of judges that reason from being extreme (Constitutional AI, arXiv 2212.08073, 4.3); null for no
    /// limit.
    /// </summary>
    public IReadOnlyList<double>? Clamp { get; init; }

    /// <summary>So many of the clauses that hold are asked for each pair, drawn by seed and pair; 0 for all. A clause that comes or goes changes the draw only where it is drawn itself.</summary>
    /// <value>0</value>
    public int ClausesPerPair { get; init; }

    /// <summary>A label within <see cref="Clamp"/>.</summary>
    internal double Clamped(double label) => Clamp is [var least, var most] ? Math.Clamp(label, least, most) : label;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        (bool Holds, string Option, object? Value, string Range)[] checks =
        [
            (Samples is >= 1 and <= 1000, nameof(Samples), Samples, "between 1 and 1000"),
            (
                Samples == 1 || ChainOfThought || Method == JudgeMethod.Samples,
                nameof(Samples),
                Samples,
                "1 where log-probabilities are read without a rationale: they are the same each time"
            ),
            (
                !ChainOfThought || Method != JudgeMethod.Separately,
                nameof(ChainOfThought),
                ChainOfThought,
                "false where each answer is judged separately"
            ),
            (Temperature >= 0 && double.IsFinite(Temperature), nameof(Temperature), Temperature, "0 or more"),
            (MaxTokens is >= 1 and <= 1 << 16, nameof(MaxTokens), MaxTokens, "between 1 and 65536"),
            (
                Clamp is null || (Clamp.Count == 2 && Clamp[0] is >= 0 and <= 0.5 && Clamp[1] is >= 0.5 and <= 1),
                nameof(Clamp),
                "not usable",
                "two shares, one in [0, 0.5] and one in [0.5, 1], such as [0.4, 0.6]"
            ),
            (ClausesPerPair >= 0, nameof(ClausesPerPair), ClausesPerPair, "0 (all) or more"),
        ];
        return from check in checks where !check.Holds select new OptionProblem(check.Option, check.Value, check.Range);
    }
}

/// <summary>How a judge's opinion is read.</summary>
public enum JudgeMethod
{
    /// <summary>From the log-probabilities of the two options.</summary>
    LogProbabilities,

    /// <summary>From how often it names each: for models that name no log-probabilities.</summary>
    Samples,

    /// <summary>
    /// From the log-probabilities of yes and no about each answer alone: p = σ(logit(yes₁) − logit(yes₂)), as the odds of two independent judgements compare. For models too small to hold two answers
    /// beside each other. There is no order, and so no position to prefer.
    /// </summary>
    Separately,
}
