using Plumbline.Configuration;

namespace Plumbline.Rewards;

/// <summary>Reward or cost models that score whole answers.</summary>
public sealed record RewardModelOptions : IValidatedOptions
{
    /// <summary>Model folders as <c>plumb reward</c> writes them; several make an ensemble.</summary>
    public required IReadOnlyList<string> Paths { get; init; }

    /// <summary>
    /// k of mean − k·deviation over the members: what their disagreement costs (arXiv 2310.02743). 0 or more of rewards; below 0 of costs, whose higher value is the
    /// pessimistic one. Reads nothing where there is one member.
    /// </summary>
    /// <value>1</value>
    public double Pessimism { get; init; } = 1;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        if (Paths.Count is 0 or > 64 || Paths.Any(string.IsNullOrWhiteSpace))
        {
            yield return new OptionProblem(nameof(Paths), Paths.Count, "1 to 64 folders");
        }

        if (!double.IsFinite(Pessimism))
        {
            yield return new OptionProblem(nameof(Pessimism), Pessimism, "a finite number");
        }
    }
}
