using Plumbline.Data;
using Plumbline.Feedback.Projects;

namespace Plumbline.Feedback.Exchange;

/// <summary>What is made of what people said.</summary>
public enum ExportKind
{
    /// <summary>A ranked list for each task (<see cref="RankedExample"/>). Reward models learn all pairs of a list together, as InstructGPT asks for (arXiv 2203.02155, 3.5), so this is their format too.</summary>
    Rankings,

    /// <summary>Pairs of a better and a worse answer (<see cref="PreferenceExample"/>), each with how sure people are of it.</summary>
    Pairs,

    /// <summary>Single answers, good or bad (<see cref="UnpairedPreferenceExample"/>).</summary>
    Labels,
}

/// <summary>Which part of a store is exported, and as what.</summary>
public sealed record ExportOptions
{
    /// <summary>What is made.</summary>
    /// <value>rankings</value>
    public ExportKind Kind { get; init; }

    /// <summary>The project; 0 for the requests that belong to none, null for all there are.</summary>
    /// <value>Null by default.</value>
    public long? Project { get; init; }

    /// <summary>The criterion by whose ranks answers are compared; null for the overall ranks.</summary>
    /// <value>Null by default.</value>
    public string? Criterion { get; init; }

    /// <summary>Which pairs of a task are written.</summary>
    /// <value>all that are not tied</value>
    public RankingPairs Pairs { get; init; }

    /// <summary>
    /// How many votes are added on each side of a pair before its confidence is the share of those that prefer the chosen answer, 0 to 100: one half is Jeffreys' prior of a share, 0 the bare share, which calls
    /// a single vote certain.
    /// </summary>
    /// <value>0.5</value>
    /// <exception cref="InvalidInputException">The value is outside the range.</exception>
    public double Smoothing
    {
        get;
        init =>
            field = value is >= 0 and <= 100
                ? value
                : throw new InvalidInputException($"smoothing is {value}; it must lie between 0 and 100.", "Leave it out for 0.5.");
    } = 0.5;

    /// <summary>The flags that say that an answer does harm; empty: pairs say nothing of harm.</summary>
    /// <value>Empty by default.</value>
    public IReadOnlyList<string> HarmFlags { get; init; } = [];

    /// <summary>The rating by which single answers are good or bad; null: the best of a task are good and the worst bad.</summary>
    /// <value>Null by default.</value>
    public string? Rating { get; init; }

    /// <summary>The mean rating from which on an answer is good, 1 to 7.</summary>
    /// <value>4, the middle of the scale</value>
    /// <exception cref="InvalidInputException">The value is outside the range.</exception>
    public double GoodFrom
    {
        get;
        init =>
            field = value is >= 1 and <= ProjectLimits.HighestRating
                ? value
                : throw new InvalidInputException(
                    $"good_from is {value}; it must lie between 1 and {ProjectLimits.HighestRating}.",
                    "Leave it out for 4."
                );
    } = 4;
}
