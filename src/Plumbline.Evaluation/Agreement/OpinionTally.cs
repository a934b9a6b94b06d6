using Plumbline.Evaluation.Statistics;

namespace Plumbline.Evaluation.Agreement;

/// <summary>What the figures need of one request; sums over requests add up, which is what makes a bootstrap over requests cheap.</summary>
internal sealed class OpinionTally
{
    private readonly int groups;

    private OpinionTally(int groups)
    {
        this.groups = groups;
        Within = new WithinTally[groups];
        Between = new BetweenTally[groups * groups];
    }

    /// <summary>For each group, what its raters say to each other.</summary>
    public WithinTally[] Within { get; }

    private BetweenTally[] Between { get; }

    /// <summary>What two groups say to each other.</summary>
    /// <param name="first">The group with the lower number.</param>
    /// <param name="second">The other.</param>
    public BetweenTally Of(int first, int second) => Between[(first * groups) + second];

    /// <summary>Whether two raters of these groups ranked the request.</summary>
    public bool Tells(int[] members) =>
        Array.Exists(
            members,
            group => Within[group].Units > 0 || Array.Exists(members, other => group < other && Of(group, other).Units > 0)
        );

    /// <summary>Counts a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="groups">How many groups there are.</param>
    /// <param name="groupOf">The group of each rater; null for those who count nothing.</param>
    public static OpinionTally Of(RequestRankings request, int groups, Func<int, int?> groupOf)
    {
        var tally = new OpinionTally(groups);
        var members = Enumerable.Range(0, groups).Select(_ => new List<RaterRanks>()).ToArray();
        foreach (var ranking in request.Rankings)
        {
            if (groupOf(ranking.Rater) is { } group)
            {
                members[group].Add(ranking);
            }
        }

        var present = Enumerable.Range(0, groups).Where(group => members[group].Count > 0).ToArray();
        var opinions = new Opinions[groups];
        for (var first = 0; first < request.Answers; first++)
        {
            for (var second = first + 1; second < request.Answers; second++)
            {
                foreach (var group in present)
                {
                    opinions[group] = Opinions.Of(members[group], first, second);
                    tally.Within[group] += WithinTally.Of(opinions[group]);
                }

                tally.AddBetween(present, opinions);
            }
        }

        return tally;
    }

    private void AddBetween(int[] present, Opinions[] opinions)
    {
        for (var i = 0; i < present.Length; i++)
        {
            for (var j = i + 1; j < present.Length; j++)
            {
                Between[(present[i] * groups) + present[j]] += BetweenTally.Of(opinions[present[i]], opinions[present[j]]);
            }
        }
    }
}

/// <summary>A group's opinions about one pair of answers, doubled to be whole numbers: how many raters prefer the second, neither and the first.</summary>
internal readonly record struct Opinions(int Second, int Neither, int First)
{
    public int Count => Second + Neither + First;

    /// <summary>Σ x and Σ x² of opinions in {0, 1, 2}.</summary>
    public int Sum => Neither + (2 * First);

    public int Squares => Neither + (4 * First);

    /// <summary>Which side the mean is on.</summary>
    public int Side => Math.Sign(First - Second);

    /// <summary>The mean opinion in [0, 1].</summary>
    public double Mean => Sum / 2.0 / Count;

    public static Opinions Of(List<RaterRanks> members, int first, int second)
    {
        Span<int> counts = stackalloc int[3];
        counts.Clear();
        foreach (var member in members)
        {
            counts[member.Prefers(first, second)]++;
        }

        return new Opinions(counts[0], counts[1], counts[2]);
    }
}

/// <summary>What raters of one group say to each other.</summary>
/// <param name="Units">Pairs of answers with two raters at least.</param>
/// <param name="Raters">Two raters and such a pair: how many.</param>
/// <param name="Same">Those of them on the same side.</param>
/// <param name="Distance">Σ (x − y)² over them, opinions from 0 to 1.</param>
/// <param name="Alpha">What α needs.</param>
internal readonly record struct WithinTally(long Units, double Raters, double Same, double Distance, PairOpinionSums Alpha)
{
    public static WithinTally Of(Opinions all)
    {
        static double Two(double count) => count * (count - 1) / 2;
        return all.Count < 2
            ? default
            : new(
                1,
                Two(all.Count),
                Two(all.Second) + Two(all.Neither) + Two(all.First),
                (((double)all.Count * all.Squares) - ((double)all.Sum * all.Sum)) / 4,
                PairOpinionSums.Of(all.Count, all.Sum / 2.0, all.Squares / 4.0)
            );
    }

    public static WithinTally operator +(WithinTally one, WithinTally other) =>
        new(
            one.Units + other.Units,
            one.Raters + other.Raters,
            one.Same + other.Same,
            one.Distance + other.Distance,
            one.Alpha + other.Alpha
        );
}

/// <summary>What raters of two groups say to each other.</summary>
/// <param name="Units">Pairs of answers that both groups ranked.</param>
/// <param name="Same">Those of them on which both means are on the same side.</param>
/// <param name="Raters">A rater of each and such a pair: how many.</param>
/// <param name="Distance">Σ (x − y)² over them, opinions from 0 to 1.</param>
internal readonly record struct BetweenTally(long Units, double Same, double Raters, double Distance)
{
    public static BetweenTally Of(Opinions one, Opinions other) =>
        new(
            1,
            one.Side == other.Side ? 1 : 0,
            (double)one.Count * other.Count,
            (((double)other.Count * one.Squares) + ((double)one.Count * other.Squares) - (2.0 * one.Sum * other.Sum)) / 4
        );

    public static BetweenTally operator +(BetweenTally one, BetweenTally other) =>
        new(one.Units + other.Units, one.Same + other.Same, one.Raters + other.Raters, one.Distance + other.Distance);
}
