using Plumbline.Constitutions;
using Plumbline.Evaluation.Agreement;
using Plumbline.Feedback;

namespace Plumbline.Cli.Commands.Constitutions.Agreement;

/// <summary>What a feedback store's rankings and a file of groups say together, everybody accounted for and nobody by name.</summary>
/// <param name="Criteria">What was ranked: overall first, then by criterion in the order of their ids.</param>
/// <param name="Attributes">What parts the raters.</param>
/// <param name="Requests">Requests with a ranking.</param>
/// <param name="Rankings">Their rankings.</param>
/// <param name="Raters">Who gave them.</param>
/// <param name="Ungrouped">Raters of whom the file says nothing.</param>
/// <param name="UngroupedRankings">Their rankings.</param>
/// <param name="Silent">Raters of the file who ranked nothing.</param>
internal sealed record GroupSurvey(
    IReadOnlyList<CriterionRankings> Criteria,
    IReadOnlyList<RaterTrait> Attributes,
    int Requests,
    int Rankings,
    int Raters,
    int Ungrouped,
    int UngroupedRankings,
    int Silent
)
{
    /// <summary>Criteria that are no clause of the constitution.</summary>
    internal IReadOnlyList<string> NoClauses { get; private init; } = [];

    /// <summary>Clauses of the constitution that nobody ranked by.</summary>
    internal IReadOnlyList<string> Unranked { get; private init; } = [];

    /// <summary>Reads a store.</summary>
    /// <param name="store">The store.</param>
    /// <param name="groups">The file of groups.</param>
    /// <param name="cancellation">Cancels the reading.</param>
    /// <exception cref="InvalidInputException">The file names a rater twice.</exception>
    internal static async Task<GroupSurvey> ReadAsync(IFeedbackStore store, RaterGroups groups, CancellationToken cancellation)
    {
        var raters = new Dictionary<string, int>(StringComparer.Ordinal);
        var counts = new List<int>();
        // The overall ranks stand under the empty name, which no criterion has.
        var criteria = new SortedDictionary<string, List<RequestRankings>>(StringComparer.Ordinal);
        var requests = 0;
        await foreach (var request in store.RankedRequestsAsync(cancellation))
        {
            requests++;
            foreach (var stored in request.Rankings)
            {
                if (raters.TryAdd(stored.Ranking.Rater, raters.Count))
                {
                    counts.Add(0);
                }

                counts[raters[stored.Ranking.Rater]]++;
            }

            foreach (var criterion in request.Comparison.Criteria.Select(each => each.Id).Prepend(string.Empty))
            {
                Add(criteria, criterion, request, raters);
            }
        }

        var memberships = raters.Select(rater => groups.Of(rater.Key, store.HashRater(rater.Key))).ToList();
        return new GroupSurvey(
            [.. criteria.Select(each => new CriterionRankings(each.Key.Length == 0 ? null : each.Key, each.Value))],
            [.. groups.Attributes.Select(attribute => Attribute(attribute.Key, attribute.Value, memberships))],
            requests,
            counts.Sum(),
            raters.Count,
            memberships.Count(membership => membership is null),
            counts.Where((_, rater) => memberships[rater] is null).Sum(),
            groups.Raters.Count - memberships.Count(membership => membership is not null)
        );
    }

    /// <summary>The same with what a constitution says about the criteria.</summary>
    internal GroupSurvey Under(Constitution constitution)
    {
        var ranked = Criteria.Select(each => each.Criterion).OfType<string>().ToHashSet(StringComparer.Ordinal);
        return this with
        {
            NoClauses = [.. ranked.Where(id => !constitution.Clauses.ContainsKey(id)).Order(StringComparer.Ordinal)],
            Unranked = [.. constitution.Clauses.Keys.Where(id => !ranked.Contains(id))],
        };
    }

    /// <summary>Raters of the file who have no group of an attribute.</summary>
    internal int Lacking(RaterTrait attribute) => attribute.GroupOf.Count(group => group is null) - Ungrouped;

    private static void Add(
        SortedDictionary<string, List<RequestRankings>> criteria,
        string criterion,
        FeedbackRequest request,
        Dictionary<string, int> raters
    )
    {
        var ranks = request
            .Rankings.Select(stored => (stored.Ranking.Rater, Ranks: stored.Ranking.RanksBy(criterion.Length == 0 ? null : criterion)))
            .Where(each => each.Ranks is not null)
            .Select(each => new RaterRanks(raters[each.Rater], each.Ranks!))
            .ToList();
        if (ranks.Count == 0)
        {
            return;
        }

        if (!criteria.TryGetValue(criterion, out var requests))
        {
            criteria.Add(criterion, requests = []);
        }

        requests.Add(new RequestRankings(request.Id, ranks));
    }

    private static RaterTrait Attribute(string name, IReadOnlyList<string> groups, List<IReadOnlyDictionary<string, string>?> memberships)
    {
        var numbers = groups.Index().ToDictionary(each => each.Item, each => each.Index, StringComparer.Ordinal);
        return new RaterTrait(
            name,
            groups,
            [.. memberships.Select(membership => membership?.GetValueOrDefault(name) is { } group ? numbers[group] : (int?)null)]
        );
    }
}
