using Plumbline.Configuration;

namespace Plumbline.Moderation.Canonicalization;

/// <summary>How far a <see cref="Canonicalizer"/> goes.</summary>
public sealed record CanonicalizerOptions : IValidatedOptions
{
    /// <summary>How many encodings may lie inside each other; what lies deeper is not read, and said to be cut.</summary>
    /// <value>3</value>
    public int MaxDepth { get; init; } = 3;

    /// <summary>How many views a text may have, the normalised one counted.</summary>
    /// <value>24</value>
    public int MaxViews { get; init; } = 24;

    /// <summary>The characters of all views together may be this many times those of the text, plus <see cref="Allowance"/>.</summary>
    /// <value>4</value>
    public double MaxGrowth { get; init; } = 4;

    /// <summary>Characters that all views may have together beyond <see cref="MaxGrowth"/>, so that short texts are unwrapped too.</summary>
    /// <value>4096</value>
    public int Allowance { get; init; } = 4096;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        (bool Holds, string Option, object Value, string Range)[] checks =
        [
            (MaxDepth is >= 0 and <= 8, nameof(MaxDepth), MaxDepth, "between 0 and 8"),
            (MaxViews is >= 1 and <= 256, nameof(MaxViews), MaxViews, "between 1 and 256"),
            (MaxGrowth is >= 1 and <= 64, nameof(MaxGrowth), MaxGrowth, "between 1 and 64"),
            (Allowance is >= 0 and <= 1 << 20, nameof(Allowance), Allowance, $"between 0 and {1 << 20}"),
        ];
        return from check in checks where !check.Holds select new OptionProblem(check.Option, check.Value, check.Range);
    }

    /// <summary>The most characters of all views of a text.</summary>
    /// <param name="length">The text's length in UTF-16 units.</param>
    internal long BudgetFor(int length) => (long)(MaxGrowth * length) + Allowance;
}
