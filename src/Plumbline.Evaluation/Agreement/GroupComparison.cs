using Plumbline.Configuration;
using Plumbline.Evaluation.Statistics;
using Plumbline.Randomness;
using Plumbline.Runs;

namespace Plumbline.Evaluation.Agreement;

/// <summary>Compares what groups of raters prefer, criterion by criterion (docs/constitution.md, "Where people part").</summary>
/// <param name="seed">The seed of intervals and tests; each figure's draws are its own, so that a criterion that comes or goes changes no other's.</param>
/// <param name="options">Null for the defaults.</param>
/// <param name="progress">Told how many criteria are done; null for nobody.</param>
public sealed class GroupComparison(Seed seed, GroupAgreementOptions? options = null, IProgressSink? progress = null)
{
    private readonly GroupAgreementOptions options = OptionsValidation.ThrowIfInvalid(options ?? new GroupAgreementOptions());

    /// <summary>Compares.</summary>
    /// <param name="criteria">What was ranked, criterion by criterion.</param>
    /// <param name="attributes">What parts the raters into groups.</param>
    /// <param name="cancellation">Cancels it.</param>
    /// <exception cref="InvalidInputException">An option is out of its range.</exception>
    public GroupAgreement Compare(
        IReadOnlyList<CriterionRankings> criteria,
        IReadOnlyList<RaterTrait> attributes,
        CancellationToken cancellation = default
    )
    {
        var compared = new List<CriterionAgreement>(criteria.Count);
        foreach (var criterion in criteria)
        {
            compared.Add(Of(criterion, attributes, cancellation));
            progress?.Report(new ProgressUpdate("comparing groups", compared.Count, criteria.Count, compared.Count, "criteria"));
        }

        return new GroupAgreement(
            options,
            Adjusted(compared),
            DisputedRequests.Find(criteria, attributes, options.LeastRaters, options.Disputed)
        );
    }

    private CriterionAgreement Of(CriterionRankings criterion, IReadOnlyList<RaterTrait> attributes, CancellationToken cancellation)
    {
        var own = seed.Derive($"criterion {criterion.Criterion}", criterion.Criterion is null ? 1 : 0);
        var everybody = criterion.Requests.Select(request => OpinionTally.Of(request, 1, _ => 0)).ToList();
        return new CriterionAgreement(
            criterion.Criterion,
            criterion.Requests.Count,
            criterion.Requests.Sum(request => request.Pairs),
            Within(everybody, 0, Raters(criterion.Requests, _ => true), own.Derive("all")),
            [.. attributes.Select(attribute => Of(criterion, attribute, own.Derive($"attribute {attribute.Name}"), cancellation))]
        );
    }

    private AttributeAgreement Of(CriterionRankings criterion, RaterTrait attribute, Seed own, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var count = attribute.Groups.Count;
        var tallies = criterion.Requests.Select(request => OpinionTally.Of(request, count, rater => attribute.GroupOf[rater])).ToList();
        var groups = Enumerable
            .Range(0, count)
            .Select(group =>
                Within(
                    tallies,
                    group,
                    Raters(criterion.Requests, rater => attribute.GroupOf[rater] == group),
                    own.Derive($"group {attribute.Groups[group]}")
                )
            )
            .ToList();
        var between = new List<GroupPairAgreement>();
        for (var first = 0; first < count; first++)
        {
            for (var second = first + 1; second < count; second++)
            {
                between.Add(
                    Between(
                        criterion.Requests,
                        tallies,
                        attribute,
                        (first, second),
                        own.Derive($"groups {attribute.Groups[first]}\0{attribute.Groups[second]}")
                    )
                );
            }
        }

        return new AttributeAgreement(attribute.Name, groups, between, Test(criterion, attribute, tallies, groups, own, cancellation));
    }

    private RaterAgreement Within(List<OpinionTally> tallies, int group, int raters, Seed own)
    {
        WithinTally[] shared = [.. tallies.Select(tally => tally.Within[group]).Where(tally => tally.Units > 0)];
        var isEnough = raters >= options.LeastRaters && shared.Length >= options.LeastRequests;
        return new RaterAgreement(
            raters,
            shared.Length,
            (int)shared.Sum(tally => tally.Units),
            isEnough
                ? Resampled(shared.Length, rows => Ratio(shared, rows, tally => (tally.Same, tally.Raters)), own.Derive("side"))
                : null,
            isEnough ? Resampled(shared.Length, rows => Alpha(shared, rows), own.Derive("alpha")) : null
        );
    }

    private GroupPairAgreement Between(
        IReadOnlyList<RequestRankings> requests,
        List<OpinionTally> tallies,
        RaterTrait attribute,
        (int First, int Second) pair,
        Seed own
    )
    {
        BetweenTally[] shared = [.. tallies.Select(tally => tally.Of(pair.First, pair.Second)).Where(tally => tally.Units > 0)];
        var both = requests.Where((_, i) => tallies[i].Of(pair.First, pair.Second).Units > 0).ToList();
        int RatersOf(int group) => Raters(both, rater => attribute.GroupOf[rater] == group);
        var (first, second) = (RatersOf(pair.First), RatersOf(pair.Second));
        var isEnough = Math.Min(first, second) >= options.LeastRaters && shared.Length >= options.LeastRequests;
        return new GroupPairAgreement(
            pair.First,
            pair.Second,
            first,
            second,
            shared.Length,
            (int)shared.Sum(tally => tally.Units),
            isEnough ? Resampled(shared.Length, rows => Ratio(shared, rows, tally => (tally.Same, tally.Units)), own.Derive("side")) : null,
            isEnough ? Distance(tallies, [pair.First, pair.Second], own) : null
        );
    }

    private PartingTest? Test(
        CriterionRankings criterion,
        RaterTrait attribute,
        List<OpinionTally> tallies,
        List<RaterAgreement> groups,
        Seed own,
        CancellationToken cancellation
    )
    {
        // Groups of too few are left out; the others are numbered anew.
        var kept = Enumerable.Range(0, groups.Count).Where(group => groups[group].Raters >= options.LeastRaters).ToList();
        int?[] groupOf =
        [
            .. attribute.GroupOf.Select(group => group is { } known && kept.IndexOf(known) is >= 0 and var place ? place : (int?)null),
        ];
        var shared = criterion
            .Requests.Where(request =>
                request.Rankings.Select(ranking => groupOf[ranking.Rater]).OfType<int>().Distinct().Take(2).Count() == 2
            )
            .Count();
        if (kept.Count < 2 || shared < options.LeastRequests)
        {
            return null;
        }

        var distance = Distance(tallies, [.. kept], own);
        return double.IsNaN(distance.Value)
            ? null
            : new PartingTest(
                distance,
                GroupPermutationTest.PValue(criterion.Requests, groupOf, kept.Count, options.Permutations, own, cancellation),
                1,
                GroupPermutationTest.LeastP([.. kept.Select(group => groups[group].Raters)])
            );
    }

    private Estimate Distance(List<OpinionTally> tallies, int[] members, Seed own)
    {
        var distance = new GroupDistance(members.Length);
        OpinionTally[] telling = [.. tallies.Where(tally => tally.Tells(members))];
        return Resampled(
            telling.Length,
            rows =>
            {
                distance.Clear();
                foreach (var row in rows)
                {
                    distance.Add(telling[row], members);
                }

                return distance.Overall();
            },
            own.Derive("distance")
        );
    }

    private Estimate Resampled(int count, Func<ReadOnlySpan<int>, double> statistic, Seed own)
    {
        var estimate = Bootstrap.Of(count, statistic, own, options.Confidence, options.Resamples);
        // A sample in which nothing can be said leaves the interval open.
        return estimate.Interval is { } interval && (double.IsNaN(interval.Low) || double.IsNaN(interval.High))
            ? estimate with
            {
                Interval = interval with { Low = double.NegativeInfinity, High = double.PositiveInfinity },
            }
            : estimate;
    }

    private static double Ratio<T>(T[] tallies, ReadOnlySpan<int> rows, Func<T, (double Part, double Whole)> read)
    {
        var (part, whole) = (0.0, 0.0);
        foreach (var row in rows)
        {
            var (ownPart, ownWhole) = read(tallies[row]);
            part += ownPart;
            whole += ownWhole;
        }

        return part / whole;
    }

    private static double Alpha(WithinTally[] tallies, ReadOnlySpan<int> rows)
    {
        var sums = default(PairOpinionSums);
        foreach (var row in rows)
        {
            sums += tallies[row].Alpha;
        }

        return sums.Alpha;
    }

    private static int Raters(IEnumerable<RequestRankings> requests, Func<int, bool> isMember) =>
        requests.SelectMany(request => request.Rankings).Select(ranking => ranking.Rater).Where(isMember).Distinct().Count();

    private static List<CriterionAgreement> Adjusted(List<CriterionAgreement> criteria)
    {
        var tests = criteria
            .SelectMany(criterion => criterion.Attributes)
            .Select(attribute => attribute.Test)
            .OfType<PartingTest>()
            .ToList();
        var q = new Queue<double>(FalseDiscoveryRate.Adjust([.. tests.Select(test => test.P)]));
        return
        [
            .. criteria.Select(criterion =>
                criterion with
                {
                    Attributes =
                    [
                        .. criterion.Attributes.Select(attribute =>
                            attribute.Test is { } test ? attribute with { Test = test with { Q = q.Dequeue() } } : attribute
                        ),
                    ],
                }
            ),
        ];
    }
}
