namespace Plumbline.Evaluation.Agreement;

/// <summary>Finds the requests on which groups part most.</summary>
internal static class DisputedRequests
{
    /// <summary>The requests, the furthest apart first; of each only what parts its groups most.</summary>
    /// <param name="criteria">What was ranked.</param>
    /// <param name="attributes">What parts the raters.</param>
    /// <param name="leastRaters">Raters of a group on the very request, at least.</param>
    /// <param name="most">How many are named, at most.</param>
    public static IReadOnlyList<DisputedRequest> Find(
        IReadOnlyList<CriterionRankings> criteria,
        IReadOnlyList<RaterTrait> attributes,
        int leastRaters,
        int most
    ) =>
        [
            .. criteria
                .SelectMany(criterion =>
                    attributes.SelectMany(attribute =>
                        criterion.Requests.SelectMany(request => Of(request, criterion.Criterion, attribute, leastRaters))
                    )
                )
                .Where(disputed => disputed.Gap > 0)
                .GroupBy(disputed => disputed.Request)
                .Select(same => same.MaxBy(disputed => disputed.Gap)!)
                .OrderByDescending(disputed => disputed.Gap)
                .ThenBy(disputed => disputed.Request)
                .Take(most),
        ];

    private static IEnumerable<DisputedRequest> Of(RequestRankings request, string? criterion, RaterTrait attribute, int leastRaters)
    {
        var groups = request
            .Rankings.Where(ranking => attribute.GroupOf[ranking.Rater] is not null)
            .GroupBy(ranking => attribute.GroupOf[ranking.Rater]!.Value)
            .Where(group => group.Count() >= leastRaters)
            .OrderBy(group => group.Key)
            .Select(group => (group.Key, Members: group.ToList()))
            .ToList();
        for (var i = 0; i < groups.Count; i++)
        {
            for (var j = i + 1; j < groups.Count; j++)
            {
                var pairs = Pairs(request, groups[i].Members, groups[j].Members).ToList();
                var widest = pairs.MaxBy(pair => Math.Abs(pair.One - pair.Other));
                yield return new DisputedRequest(
                    request.Id,
                    criterion,
                    attribute.Name,
                    attribute.Groups[groups[i].Key],
                    attribute.Groups[groups[j].Key],
                    pairs.Average(pair => Math.Abs(pair.One - pair.Other)),
                    widest.First + 1,
                    widest.Second + 1,
                    widest.One,
                    widest.Other
                );
            }
        }
    }

    private static IEnumerable<(int First, int Second, double One, double Other)> Pairs(
        RequestRankings request,
        List<RaterRanks> one,
        List<RaterRanks> other
    )
    {
        for (var first = 0; first < request.Answers; first++)
        {
            for (var second = first + 1; second < request.Answers; second++)
            {
                yield return (first, second, Opinions.Of(one, first, second).Mean, Opinions.Of(other, first, second).Mean);
            }
        }
    }
}
