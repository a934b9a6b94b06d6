using Microsoft.Extensions.AI;
using Plumbline.Data;

namespace Plumbline.Feedback;

/// <summary>Makes training examples of what people said.</summary>
public static class RankingConversion
{
    /// <summary>
    /// The answers of a request in the order of their mean rank over all its rankings (<see cref="MeanRank"/>), best first, equal means as ties, in the
    /// prompt's form; overall, the order that a reviewer settled where one had to. Rankings that do not rank by this criterion count nothing.
    /// </summary>
    /// <param name="request">The request with its rankings.</param>
    /// <param name="criterion">The criterion's id; null for the overall ranks.</param>
    /// <returns>Null where nobody ranked by the criterion.</returns>
    public static RankedExample? ToRankedExample(this FeedbackRequest request, string? criterion = null) =>
        request.Places(criterion) is { } places ? request.ToRankedExample(places) : null;

    /// <summary>The place of each answer, in the order of the request; null where nobody ranked by the criterion.</summary>
    internal static IReadOnlyList<int>? Places(this FeedbackRequest request, string? criterion)
    {
        if (criterion is null && request.Adjudication is { Ranks: var settled })
        {
            return MeanRank.Places([settled]);
        }

        IReadOnlyList<int>[] rankings =
        [
            .. request.Rankings.Select(stored => stored.Ranking.RanksBy(criterion)).OfType<IReadOnlyList<int>>(),
        ];
        return rankings.Length == 0 ? null : MeanRank.Places(rankings);
    }

    /// <summary>The example that the places of a request's answers make.</summary>
    internal static RankedExample ToRankedExample(this FeedbackRequest request, IReadOnlyList<int> places) =>
        MeanRank.Example(request.Comparison.Prompt, request.Contents(), places);

    /// <summary>The answers in the prompt's form, in the order of the request.</summary>
    internal static IReadOnlyList<Content> Contents(this FeedbackRequest request) =>
        [
            .. request.Comparison.Answers.Select(answer =>
                request.Comparison.Prompt.Messages is null
                    ? Content.FromText(answer)
                    : Content.FromMessages([new ChatMessage(ChatRole.Assistant, answer)])
            ),
        ];
}
