using Plumbline.Configuration;

namespace Plumbline.Evaluation.Agreement;

/// <summary>The numbers of a comparison of groups of raters.</summary>
public sealed record GroupAgreementOptions : IValidatedOptions
{
    /// <summary>A figure over fewer requests is not given.</summary>
    /// <value>20</value>
    public int LeastRequests { get; init; } = 20;

    /// <summary>A figure of a group over fewer raters is not given: it would say what single persons think.</summary>
    /// <value>3</value>
    public int LeastRaters { get; init; } = 3;

    /// <summary>Bootstrap samples of the requests behind each interval.</summary>
    /// <value>1000</value>
    public int Resamples { get; init; } = 1000;

    /// <summary>The confidence of intervals.</summary>
    /// <value>0.95</value>
    public double Confidence { get; init; } = 0.95;

    /// <summary>Times that the raters are dealt into groups anew for each test; the smallest p is 1 / (1 + permutations).</summary>
    /// <value>9999</value>
    public int Permutations { get; init; } = 9_999;

    /// <summary>The expected share of false ones among the criteria and attributes that are said to part.</summary>
    /// <value>0.05</value>
    public double FalseDiscoveryRate { get; init; } = 0.05;

    /// <summary>Requests to name on which groups part most, at most.</summary>
    /// <value>10</value>
    public int Disputed { get; init; } = 10;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        (bool Holds, string Option, object Value, string Range)[] checks =
        [
            (LeastRequests is >= 2 and <= 1_000_000, nameof(LeastRequests), LeastRequests, "between 2 and 1000000"),
            (LeastRaters is >= 2 and <= 1_000_000, nameof(LeastRaters), LeastRaters, "between 2 and 1000000"),
            (Resamples is >= 100 and <= 100_000, nameof(Resamples), Resamples, "between 100 and 100000"),
            (Confidence is > 0 and < 1, nameof(Confidence), Confidence, "between 0 and 1"),
            (Permutations is >= 99 and <= 1_000_000, nameof(Permutations), Permutations, "between 99 and 1000000"),
            (FalseDiscoveryRate is > 0 and < 1, nameof(FalseDiscoveryRate), FalseDiscoveryRate, "between 0 and 1"),
            (Disputed is >= 0 and <= 1000, nameof(Disputed), Disputed, "between 0 and 1000"),
        ];
        return from check in checks where !check.Holds select new OptionProblem(check.Option, check.Value, check.Range);
    }
}
