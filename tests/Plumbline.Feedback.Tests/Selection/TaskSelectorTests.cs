using Plumbline.Feedback.Selection;
using Plumbline.Feedback.Selection.Information;
using Plumbline.Feedback.Selection.Rewards;
using Plumbline.Randomness;

namespace Plumbline.Feedback.Tests.Selection;

public sealed class TaskSelectorTests
{
    [Fact]
    public void The_slice_has_its_share_and_a_key_of_its_own()
    {
        var (first, second) = (new RandomSlice(new Seed(1), 0.1), new RandomSlice(new Seed(2), 0.1));
        string[] ids = [.. Enumerable.Range(0, 20_000).Select(i => $"task-{i}")];

        var inFirst = ids.Where(first.Contains).ToHashSet();

        // Binomial: 2,000 ± 4 · √(20,000 · 0.1 · 0.9) = 170.
        Assert.InRange(inFirst.Count, 1830, 2170);
        // Independent keys: a tenth of a tenth, 200 ± 4 · 14.
        Assert.InRange(ids.Count(id => inFirst.Contains(id) && second.Contains(id)), 144, 256);
        Assert.DoesNotContain(ids, new RandomSlice(new Seed(1), 0).Contains);
        Assert.All(ids.Take(100), id => Assert.Equal(first.Contains(id), new RandomSlice(new Seed(1), 0.1).Contains(id)));
    }

    [Fact]
    public void Membership_of_the_slice_knows_nothing_of_the_gain()
    {
        var pool = Pool(4000, 2, 8);
        var slice = new RandomSlice(new Seed(5), 0.2);
        var scores = new double[4000];
        new CandidateScorer(SelectionCriterion.ExpectedInformation).Score(pool, scores);

        var inside = scores.Where((_, i) => slice.Contains(pool.Candidates[i].Id)).Average();
        var outside = scores.Where((_, i) => !slice.Contains(pool.Candidates[i].Id)).Average();

        // 4 standard errors of the difference of the means.
        var deviation = Math.Sqrt(scores.Average(score => Math.Pow(score - scores.Average(), 2)));
        Assert.Equal(0, inside - outside, 4 * deviation * Math.Sqrt((1.0 / 800) + (1.0 / 3200)));
    }

    [Fact]
    public void A_task_of_the_slice_is_never_served_by_gain()
    {
        var pool = Pool(200, 2, 6);
        var selector = new TaskSelector(pool, new Seed(7), new SelectionOptions { RandomShare = 0.3 });
        var chosen = new List<SelectedTask>();
        while (selector.Next(chosen.Count) is { } task)
        {
            chosen.Add(task);
            pool.Close(task.Candidate);
        }

        Assert.Equal(200, chosen.Select(task => task.Id).Distinct().Count());
        Assert.All(chosen, task => Assert.Equal(selector.Slice.Contains(task.Id), task.Reason == SelectionReason.RandomSlice));
        Assert.All(chosen, task => Assert.Equal(task.Reason == SelectionReason.RandomSlice, task.Score is null));
        Assert.Contains(chosen, task => task.Reason == SelectionReason.Gain);
        Assert.Contains(chosen, task => task.Reason == SelectionReason.Uniform);
        Assert.All(chosen, task => Assert.InRange(task.Probability, 1e-9, 1));
    }

    [Fact]
    public void Probabilities_are_the_frequencies_of_many_draws()
    {
        var pool = Pool(12, 2, 4);
        var selector = new TaskSelector(pool, new Seed(3), new SelectionOptions { RandomShare = 0.25, UniformShare = 0.4 });
        const int Draws = 10_000;
        var counts = new Dictionary<int, (int Count, double Probability)>();
        for (var draw = 0; draw < Draws; draw++)
        {
            var task = selector.Next(draw)!;
            var (count, probability) = counts.GetValueOrDefault(task.Candidate, (0, task.Probability));
            Assert.Equal(probability, task.Probability, 1e-12);
            counts[task.Candidate] = (count + 1, probability);
        }

        Assert.Equal(12, counts.Count);
        Assert.Equal(1, counts.Values.Sum(entry => entry.Probability), 1e-12);
        Assert.All(
            counts.Values,
            entry =>
                Assert.Equal(
                    entry.Probability,
                    (double)entry.Count / Draws,
                    5 * Math.Sqrt(entry.Probability * (1 - entry.Probability) / Draws)
                )
        );
    }

    [Fact]
    public void The_slice_is_drawn_uniformly()
    {
        var pool = Pool(40, 2, 4);
        var selector = new TaskSelector(pool, new Seed(3), new SelectionOptions { RandomShare = 0.5 });
        var drawn = Enumerable
            .Range(0, 4000)
            .Select(draw => selector.Next(draw)!)
            .Where(task => task.Reason == SelectionReason.RandomSlice)
            .ToList();

        var groups = drawn.GroupBy(task => task.Candidate).Select(group => group.Count()).ToArray();

        Assert.Equal(pool.Candidates.Count(candidate => selector.Slice.Contains(candidate.Id)), groups.Length);
        // Pearson's chi-square: its mean is the degrees of freedom, 4 standard deviations more are √(32·df).
        var expected = (double)drawn.Count / groups.Length;
        var statistic = groups.Sum(count => Math.Pow(count - expected, 2) / expected);
        Assert.True(statistic < groups.Length - 1 + Math.Sqrt(32 * (groups.Length - 1)), $"chi-square {statistic}");
    }

    [Theory]
    [InlineData(SelectionCriterion.ExpectedInformation)]
    [InlineData(SelectionCriterion.Determinant)]
    public void Without_random_shares_the_highest_score_is_chosen(SelectionCriterion criterion)
    {
        var pool = Pool(50, 3, 5);
        var scores = new double[50];
        new CandidateScorer(criterion).Score(pool, scores);

        var task = new TaskSelector(pool, new Seed(1), Pure(criterion)).Next(0)!;

        Assert.Equal(scores.Max(), task.Score);
        Assert.Equal((SelectionReason.Gain, 1.0), (task.Reason, task.Probability));
        Assert.Equal(Array.IndexOf(scores, scores.Max()), task.Candidate);
    }

    [Theory]
    [InlineData(SelectionCriterion.ExpectedInformation)]
    [InlineData(SelectionCriterion.Determinant)]
    public void A_batch_does_not_hold_near_duplicates(SelectionCriterion criterion)
    {
        // Ten copies of the best pair, and one that is a little worse and asks of something else.
        double[][] answers = [.. Enumerable.Repeat<double[]>([1, 0], 10), [0, 0], [0, 0.9], [0.01, 0]];
        RankingCandidate[] candidates =
        [
            .. Enumerable.Range(0, 10).Select(i => new RankingCandidate($"copy {i}", [i, 10])),
            new RankingCandidate("other", [11, 10]),
            new RankingCandidate("alike", [12, 10]),
        ];
        var pool = new CandidatePool(answers, candidates);
        pool.Refresh(RewardPosterior.Prior(2, 4));

        var batch = new TaskSelector(pool, new Seed(1), Pure(criterion)).NextBatch(3, 0);

        Assert.Equal(["copy 0", "other", "copy 1"], batch.Select(task => task.Id));
        Assert.True(batch[2].Score < batch[1].Score);
        Assert.Equal(12, pool.OpenCount);
    }

    [Fact]
    public void A_lazy_batch_is_the_greedy_one()
    {
        var pool = Pool(80, 3, 6);
        var options = Pure(SelectionCriterion.Determinant);

        var lazy = new TaskSelector(pool, new Seed(1), options).NextBatch(10, 0);

        // Greedy by hand: choose, close, shrink, score all anew.
        var scorer = new CandidateScorer(SelectionCriterion.Determinant);
        foreach (var task in lazy)
        {
            var scores = Enumerable.Repeat(-1.0, 80).ToArray();
            scorer.Score(pool, scores);
            Assert.Equal(Array.IndexOf(scores, scores.Max()), task.Candidate);
            Assert.Equal(scores.Max(), task.Score!.Value, 1e-12);
            var directions = scorer.ExpectedDirections(pool, task.Candidate, 1);
            pool.Close(task.Candidate);
            pool.Follow(directions);
        }
    }

    [Fact]
    public void A_pool_that_follows_a_model_scores_as_one_that_is_refreshed()
    {
        var (following, refreshed) = (Pool(40, 4, 6), Pool(40, 4, 6));
        var model = new LinearRewardModel(6);
        following.Refresh(model.Posterior);
        var random = new Seed(9).Source();
        for (var i = 0; i < 10; i++)
        {
            double[][] answers = [.. Enumerable.Range(0, 3).Select(_ => Enumerable.Range(0, 6).Select(_ => random.NextNormal()).ToArray())];
            model.Learn(new ObservedRanking(answers, [1, 3, 2], 0.7), following);
        }

        refreshed.Refresh(model.Posterior);
        var scorer = new CandidateScorer(SelectionCriterion.ExpectedInformation);
        for (var i = 0; i < 40; i++)
        {
            Assert.Equal(scorer.Score(refreshed, i), scorer.Score(following, i), 1e-9);
        }
    }

    [Theory]
    [InlineData(SelectionCriterion.ExpectedInformation, 2)]
    [InlineData(SelectionCriterion.ExpectedInformation, 4)]
    [InlineData(SelectionCriterion.ExpectedInformation, 6)]
    [InlineData(SelectionCriterion.Determinant, 4)]
    public void Scoring_allocates_nothing(SelectionCriterion criterion, int answers)
    {
        var pool = Pool(100, answers, 32);
        var scorer = new CandidateScorer(criterion);
        var scores = new double[100];
        scorer.Score(pool, scores);

        var before = GC.GetAllocatedBytesForCurrentThread();
        scorer.Score(pool, scores);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(0, allocated);
    }

    [Fact]
    public void A_choice_allocates_the_same_however_many_tasks_there_are()
    {
        long Allocated(int tasks)
        {
            var selector = new TaskSelector(Pool(tasks, 2, 8), new Seed(1));
            selector.Next(0);
            var before = GC.GetAllocatedBytesForCurrentThread();
            selector.Next(1);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        // Besides a few small objects only four bytes a task, which say when it was scored.
        Assert.InRange(Allocated(5000) - Allocated(1000), 0, 4 * 4000 + 1024);
    }

    [Fact]
    public void The_same_seed_chooses_the_same_tasks()
    {
        string Chosen(ulong seed) =>
            string.Join(' ', new TaskSelector(Pool(40, 4, 8), new Seed(seed)).NextBatch(10, 3).Select(task => task.Id));

        Assert.Equal(Chosen(1), Chosen(1));
        Assert.NotEqual(Chosen(1), Chosen(2));
    }

    [Fact]
    public void Pools_refuse_what_does_not_fit()
    {
        double[][] answers =
        [
            [1],
            [2],
        ];

        Assert.Throws<ArgumentException>(() => new CandidatePool(answers, [new RankingCandidate("a", [0, 2])]));
        Assert.Throws<ArgumentException>(() => new CandidatePool(answers, [new RankingCandidate("a", [0, 0])]));
        Assert.Throws<ArgumentException>(() =>
            new CandidatePool(answers, [new RankingCandidate("a", [0, 1]), new RankingCandidate("a", [1, 0])])
        );
        Assert.Throws<ArgumentException>(() =>
            new CandidatePool(
                [
                    [1],
                    [double.NaN],
                ],
                []
            )
        );
        Assert.Throws<InvalidInputException>(() =>
            new TaskSelector(new CandidatePool(answers, []), new Seed(1), new SelectionOptions { Samples = 33 })
        );
        Assert.Null(new TaskSelector(new CandidatePool(answers, []), new Seed(1)).Next(0));
        Assert.Null(
            new CandidatePool(
                [
                    [1],
                    [1],
                ],
                [new RankingCandidate("a", [0, 1])]
            ).PriorVariance(1)
        );
    }

    [Fact]
    public void The_prior_makes_utilities_differ_as_much_as_is_asked_whatever_the_scale()
    {
        var pool = new CandidatePool(
            [
                [0, 0],
                [30, 40],
            ],
            [new RankingCandidate("a", [0, 1])]
        );

        var variance = pool.PriorVariance(1.5)!.Value;

        Assert.Equal(1.5 * 1.5, RewardPosterior.Prior(2, variance).Covariance([30, 40], [30, 40]), 1e-12);
    }

    private static SelectionOptions Pure(SelectionCriterion criterion) =>
        new()
        {
            Criterion = criterion,
            RandomShare = 0,
            UniformShare = 0,
        };

    private static CandidatePool Pool(int tasks, int answers, int dimension)
    {
        var random = new Seed(11).Source();
        double[][] features =
        [
            .. Enumerable.Range(0, tasks * answers).Select(_ => Enumerable.Range(0, dimension).Select(_ => random.NextNormal()).ToArray()),
        ];
        var pool = new CandidatePool(
            features,
            [.. Enumerable.Range(0, tasks).Select(i => new RankingCandidate($"task-{i}", [.. Enumerable.Range(i * answers, answers)]))]
        );
        pool.Refresh(RewardPosterior.Prior(dimension, 0.2));
        return pool;
    }
}
