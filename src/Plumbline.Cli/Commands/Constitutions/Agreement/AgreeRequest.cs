using Plumbline.Evaluation.Agreement;
using Plumbline.Randomness;

namespace Plumbline.Cli.Commands.Constitutions.Agreement;

/// <summary>What <c>plumb constitution agree</c> was asked for: a comparison of labellings, or of groups of people.</summary>
/// <param name="Folders">Folders of labels; none for people.</param>
/// <param name="Report">The page to write; null for none.</param>
/// <param name="Json">Whether one JSON object is printed.</param>
internal sealed record AgreeRequest(IReadOnlyList<string> Folders, string? Report, bool Json)
{
    /// <summary>Where people's rankings are kept.</summary>
    internal string? Store { get; init; }

    /// <summary>Which groups they belong to.</summary>
    internal string? Groups { get; init; }

    /// <summary>The constitution whose clauses the criteria are.</summary>
    internal string? Constitution { get; init; }

    /// <summary>What is laid over it.</summary>
    internal IReadOnlyList<string> Overlays { get; init; } = [];

    /// <summary>The seed where none is given.</summary>
    internal const ulong DefaultSeed = 17;

    /// <summary>The fewest requests of a figure.</summary>
    internal int? LeastRequests { get; init; }

    /// <summary>The fewest raters of a figure.</summary>
    internal int? LeastRaters { get; init; }

    /// <summary>The seed of intervals and tests; null for <see cref="DefaultSeed"/>.</summary>
    internal ulong? Seed { get; init; }

    /// <summary>What is drawn derives from it.</summary>
    internal Seed Draws => new(Seed ?? DefaultSeed);

    /// <summary>The numbers of the comparison.</summary>
    internal GroupAgreementOptions Options
    {
        get
        {
            var defaults = new GroupAgreementOptions();
            return defaults with
            {
                LeastRequests = LeastRequests ?? defaults.LeastRequests,
                LeastRaters = LeastRaters ?? defaults.LeastRaters,
            };
        }
    }

    /// <summary>Refuses what does not go together.</summary>
    /// <exception cref="InvalidInputException">It does not.</exception>
    internal void Check()
    {
        if (Folders.Count > 0 && Store is not null)
        {
            throw new InvalidInputException(
                "Labels of judges and rankings of people are not compared with each other: labels name pairs, rankings requests.",
                "Give folders of labels, or --feedback with --groups."
            );
        }

        if (
            Store is null
            && (Groups ?? Constitution) is not null | Overlays.Count > 0 | (LeastRequests ?? LeastRaters) is not null | Seed is not null
        )
        {
            throw new InvalidInputException(
                "--groups, --constitution, --overlay, --least-requests, --least-raters and --seed say how people's rankings are compared.",
                "Give the store with --feedback, or leave them out."
            );
        }

        if (Store is null && Folders.Count < 2)
        {
            throw new InvalidInputException(
                $"There is nothing to compare in {Folders.Count} folders.",
                "Give at least two folders of labels, or a store of people's rankings with --feedback and their groups with --groups."
            );
        }

        if (Store is not null && Groups is null)
        {
            throw new InvalidInputException(
                "Nothing says which groups the raters belong to.",
                "Give a file with --groups: raters: { anna: { region: BR } }."
            );
        }

        if (Constitution is null && Overlays.Count > 0)
        {
            throw new InvalidInputException("Overlays need a constitution.", "Give it with --constitution.");
        }
    }
}
