using Plumbline.Evaluation.Agreement;
using Plumbline.Evaluation.Statistics;
using Plumbline.Feedback;

namespace Plumbline.Cli.Commands.Constitutions.Agreement;

/// <summary>How groups of people agree, with all that terminal, page and machine tell of it.</summary>
/// <param name="Survey">What was asked and said.</param>
/// <param name="Agreement">What follows.</param>
/// <param name="Constitution">The constitution's name; null where none was given.</param>
/// <param name="Texts">What the disputed requests asked, and the two answers that part the groups most, cut short.</param>
internal sealed record GroupFindings(
    GroupSurvey Survey,
    GroupAgreement Agreement,
    string? Constitution,
    IReadOnlyDictionary<long, DisputedTexts> Texts
)
{
    private const int Overlong = 100;

    /// <summary>What the overall ranks are called.</summary>
    internal const string Overall = "(overall)";

    internal const string TooFew = "too few";

    /// <summary>A criterion's name on one line.</summary>
    internal static string Name(string? criterion) => criterion is null ? Overall : OneLine(criterion);

    /// <summary>A text on one line, cut short.</summary>
    internal static string OneLine(string text)
    {
        var line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= Overlong ? line : line[..(char.IsHighSurrogate(line[Overlong - 1]) ? Overlong - 1 : Overlong)] + "…";
    }

    /// <summary>A figure with its interval; what was not measured says so.</summary>
    internal static string Figure(Estimate? estimate) =>
        estimate is not { } known ? TooFew
        : double.IsNaN(known.Value) ? "none"
        : known.Interval is { } interval && double.IsFinite(interval.Low) && double.IsFinite(interval.High)
            ? $"{known.Value:F3} ({interval.Low:F3} to {interval.High:F3})"
        : $"{known.Value:F3}";

    /// <summary>Reads what the disputed requests asked.</summary>
    internal static async Task<IReadOnlyDictionary<long, DisputedTexts>> TextsAsync(
        IFeedbackStore store,
        GroupAgreement agreement,
        CancellationToken cancellation
    )
    {
        var texts = new Dictionary<long, DisputedTexts>();
        foreach (var disputed in agreement.Disputed)
        {
            var comparison = (await store.FindRequestAsync(disputed.Request, cancellation))!.Comparison;
            texts.Add(
                disputed.Request,
                new DisputedTexts(
                    OneLine($"{comparison.Prompt}"),
                    OneLine(comparison.Answers[disputed.Better - 1]),
                    OneLine(comparison.Answers[disputed.Worse - 1])
                )
            );
        }

        return texts;
    }

    /// <summary>Who was counted, who not, and what the figures leave out, in sentences.</summary>
    internal IEnumerable<string> Accounts()
    {
        yield return $"{Survey.Raters} raters gave {Survey.Rankings} rankings of {Survey.Requests} requests.";
        if (Survey.Ungrouped > 0)
        {
            yield return $"{Survey.Ungrouped} of them, with {Survey.UngroupedRankings} rankings, are not in the file of groups: they count under \"all raters\" only.";
        }

        if (Survey.Silent > 0)
        {
            yield return $"{Survey.Silent} raters of the file ranked nothing.";
        }

        foreach (var attribute in Survey.Attributes.Where(attribute => Survey.Lacking(attribute) > 0))
        {
            yield return $"{Survey.Lacking(attribute)} raters of the file have no {OneLine(attribute.Name)}.";
        }

        if (Survey.NoClauses.Count > 0)
        {
            yield return $"Ranked by, and no clause of {Constitution}: {string.Join(", ", Survey.NoClauses.Select(OneLine))}.";
        }

        if (Survey.Unranked.Count > 0)
        {
            yield return $"Clauses of {Constitution} that nobody ranked by: {string.Join(", ", Survey.Unranked)}.";
        }

        yield return $"Figures over fewer than {Agreement.Options.LeastRequests} requests, or {Agreement.Options.LeastRaters} raters of a group, are not given ({TooFew}).";
    }
}

/// <summary>What a request asked, cut short.</summary>
/// <param name="Prompt">The prompt.</param>
/// <param name="Better">The answer that stands first in <see cref="DisputedRequest"/>.</param>
/// <param name="Worse">The other.</param>
internal sealed record DisputedTexts(string Prompt, string Better, string Worse);
