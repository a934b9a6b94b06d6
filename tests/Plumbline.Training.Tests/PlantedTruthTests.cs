using Plumbline.Randomness;
using Plumbline.Testing.Torch;
using Plumbline.Training.Preferences;
using Plumbline.Training.Rewards;
using static TorchSharp.torch;

namespace Plumbline.Training.Tests;

/// <summary>What is known beforehand is found again: utilities behind rankings, and the closed-form optimum behind preferences.</summary>
[NoTensorLeaks]
public sealed class PlantedTruthTests
{
    /// <summary>
    /// Utilities 0.2 apart. An item comes up 2,000 times in pairs and 1,000 times in lists, which leaves a standard error of about 0.06: neighbours may change
    /// places, others not.
    /// </summary>
    private const int Items = 20;

    [Theory]
    [InlineData("bradley_terry", 20_000, 2, 0)]
    [InlineData("plackett_luce", 4_000, 5, 0)]
    [InlineData("all_pairs", 4_000, 5, 0)]
    [InlineData("rao_kupper", 20_000, 2, 1.5)]
    [InlineData("davidson", 20_000, 2, 0.8)]
    public void Utilities_behind_rankings_are_recovered(string name, int count, int size, double ties)
    {
        using var scope = NewDisposeScope();
        var random = new Seed(11).Derive(name).Source();
        double[] truth = [.. Enumerable.Range(0, Items).Select(item => 0.2 * item)];
        random.Shuffle<double>(truth);
        var lists = Enumerable.Range(0, count).Select(_ => Draw(truth, size, name, ties, random)).ToArray();
        var rankings = new Rankings(lists.Select(list => list.Ranks));
        var items = tensor(lists.SelectMany(list => list.Items).ToArray());
        var options = new RewardLossOptions
        {
            CenterRewardsCoefficient = 1e-4,
            RaoKupperTheta = name == "rao_kupper" ? ties : 2,
            DavidsonNu = name == "davidson" ? ties : 1,
        };

        var scores = Minimize(
            Items,
            table => RewardLosses.Find(name).Of(new RankedScores(table.index_select(0, items), rankings), options).mean(),
            steps: 100
        );

        Assert.True(RankCorrelation(truth, scores) >= 0.99, $"seed 11: rank correlation {RankCorrelation(truth, scores)}");
        // Scores are utilities up to a constant: their scale is recovered too.
        var (centred, found) = (Centred(truth), Centred(scores));
        Assert.InRange(centred.Zip(found, (left, right) => left * right).Sum() / centred.Sum(value => value * value), 0.9, 1.1);
    }

    [Theory]
    [InlineData("sigmoid", 0.5)]
    [InlineData("sigmoid", 2)]
    public void A_tabular_policy_reaches_the_closed_form_optimum(string name, double beta)
    {
        using var scope = NewDisposeScope();
        const int Prompts = 3;
        const int Answers = 5;
        manual_seed(5);
        var (rewards, reference) = (
            randn([Prompts, Answers], ScalarType.Float64),
            randn([Prompts, Answers], ScalarType.Float64).log_softmax(1)
        );
        var (first, second, prompts) = AllPairs(Prompts, Answers);
        Tensor At(Tensor table, Tensor answer) => table.view(-1).index_select(0, prompts * Answers + answer);
        // Preferences in expectation: each ordered pair weighs what Bradley and Terry's model of the rewards says.
        var weights = (At(rewards, first) - At(rewards, second)).sigmoid();
        var mixture = PreferenceLossMixture.Parse(name);
        var lengths = ones(first.shape[0], ScalarType.Float64);

        var logits = Minimize(
            Prompts * Answers,
            table =>
            {
                var policy = table.view(Prompts, Answers).log_softmax(1);
                var pairs = new PairLogProbabilities(
                    At(policy, first),
                    At(policy, second),
                    At(reference, first),
                    At(reference, second),
                    lengths,
                    lengths
                );
                return mixture.Of(pairs, new() { Beta = beta }, weights).sum();
            },
            steps: 200
        );

        var found = tensor(logits).view(Prompts, Answers).softmax(1).Values();
        var optimum = (reference + rewards / beta).softmax(1).Values();
        Assert.All(found.Zip(optimum), pair => Assert.Equal(pair.Second, pair.First, 1e-3));
    }

    /// <summary>The same from soft labels: each pair stands once, with the more rewarded answer chosen as surely as Bradley and Terry's model of the rewards has it.</summary>
    [Theory]
    [InlineData(0.5)]
    [InlineData(2)]
    public void A_tabular_policy_learns_how_sure_labels_are(double beta)
    {
        using var scope = NewDisposeScope();
        const int Answers = 5;
        double[] rewards = [1.1, 0.4, 0.3, -0.2, -1.5];
        var reference = tensor([0.2, -1.0, 0.7, 0, 1.3]).log_softmax(0);
        (long Chosen, long Rejected)[] all = [.. RankedPairs.Of([1, 2, 3, 4, 5]).Select(pair => ((long)pair.Better, (long)pair.Worse))];
        var (chosen, rejected) = (tensor(all.Select(pair => pair.Chosen).ToArray()), tensor(all.Select(pair => pair.Rejected).ToArray()));
        var confidences = tensor(all.Select(pair => 1 / (1 + Math.Exp(rewards[pair.Rejected] - rewards[pair.Chosen]))).ToArray());
        var lengths = ones(all.Length, ScalarType.Float64);

        var logits = Minimize(
            Answers,
            table =>
            {
                var policy = table.log_softmax(0);
                Tensor At(Tensor of, Tensor answers) => of.index_select(0, answers);
                var pairs = new PairLogProbabilities(
                    At(policy, chosen),
                    At(policy, rejected),
                    At(reference, chosen),
                    At(reference, rejected),
                    lengths,
                    lengths
                );
                return PreferenceLossMixture.Parse("sigmoid").Of(pairs, new() { Beta = beta }, confidences: confidences).sum();
            },
            steps: 200
        );

        var found = tensor(logits).softmax(0).Values();
        var optimum = (reference + tensor(rewards) / beta).softmax(0).Values();
        Assert.All(found.Zip(optimum), pair => Assert.Equal(pair.Second, pair.First, 1e-3));
    }

    [Theory]
    [InlineData("bradley_terry")]
    [InlineData("plackett_luce")]
    [InlineData("all_pairs")]
    [InlineData("best_of")]
    public void The_lead_of_a_score_becomes_the_log_odds_of_its_label(string name)
    {
        using var scope = NewDisposeScope();
        double[] sure = [0.5, 0.62, 0.9, 0.99];
        var loss = RewardLosses.Find(name);

        // One parameter a pair: the better answer's score, the other's being 0.
        var leads = Minimize(
            sure.Length,
            better =>
                RewardLosses
                    .Expected(
                        loss,
                        new RankedScores(stack([better, zeros_like(better)], 1).view(-1), Rankings.Pairs(sure.Length))
                        {
                            Confidences = tensor(sure),
                        },
                        new()
                    )
                    .sum(),
            steps: 200
        );

        Assert.All(leads.Zip(sure), pair => Assert.Equal(Math.Log(pair.Second / (1 - pair.Second)), pair.First, 1e-2));
    }

    /// <summary>The optimum of a smooth convex loss, from zeros: gradient steps of Barzilai and Borwein's length (IMA Journal of Numerical Analysis 8, 1988).</summary>
    private static double[] Minimize(int count, Func<Tensor, Tensor> loss, int steps)
    {
        double[] Gradient(double[] at)
        {
            using var scope = NewDisposeScope();
            var table = tensor(at).requires_grad_();
            loss(table).backward();
            return table.grad!.Values();
        }

        var (values, gradient) = (new double[count], Gradient(new double[count]));
        var length = 0.1 / Math.Sqrt(gradient.Sum(slope => slope * slope));
        for (var step = 0; step < steps && gradient.Max(Math.Abs) > 1e-6; step++)
        {
            double[] next = [.. values.Zip(gradient, (value, slope) => value - length * slope)];
            var nextGradient = Gradient(next);
            double[] moved = [.. next.Zip(values, (after, before) => after - before)];
            var bend = moved.Zip(nextGradient.Zip(gradient, (after, before) => after - before), (x, y) => x * y).Sum();
            (values, gradient) = (next, nextGradient);
            if (!(bend > 1e-24))
            {
                break;
            }

            length = moved.Sum(x => x * x) / bend;
        }

        // Whatever the loss: what was found is its optimum.
        Assert.All(gradient, slope => Assert.Equal(0, slope, 1e-5));
        return values;
    }

    private static (long[] Items, int[] Ranks) Draw(double[] truth, int size, string name, double ties, RandomSource random)
    {
        var order = Enumerable.Range(0, truth.Length).ToArray();
        random.Shuffle<int>(order);
        long[] items = [.. order.Take(size).Select(item => (long)item)];
        if (ties > 0)
        {
            var (left, right) = (Math.Exp(truth[items[0]]), Math.Exp(truth[items[1]]));
            var (win, loss) =
                name == "rao_kupper"
                    ? (left / (left + ties * right), right / (right + ties * left))
                    : (left / (left + right + ties * Math.Sqrt(left * right)), right / (left + right + ties * Math.Sqrt(left * right)));
            var draw = random.NextDouble();
            return (
                items,
                draw < win ? [1, 2]
                : draw < win + loss ? [2, 1]
                : [1, 1]
            );
        }

        // The order of utilities with Gumbel noise is a draw from Plackett and Luce's model.
        var noisy = items.Select(item => truth[item] - Math.Log(-Math.Log(random.NextDouble()))).ToArray();
        return (items, [.. noisy.Select(value => 1 + noisy.Count(other => other > value))]);
    }

    private static (Tensor First, Tensor Second, Tensor Prompts) AllPairs(int prompts, int answers)
    {
        var pairs = (
            from prompt in Enumerable.Range(0, prompts)
            from first in Enumerable.Range(0, answers)
            from second in Enumerable.Range(0, answers)
            where first != second
            select (Prompt: (long)prompt, First: (long)first, Second: (long)second)
        ).ToArray();
        Tensor Column(Func<(long Prompt, long First, long Second), long> of) => tensor(pairs.Select(of).ToArray());
        return (Column(pair => pair.First), Column(pair => pair.Second), Column(pair => pair.Prompt));
    }

    private static double RankCorrelation(double[] left, double[] right)
    {
        static double[] Ranks(double[] values) => [.. values.Select(value => (double)values.Count(other => other < value))];
        var (a, b) = (Centred(Ranks(left)), Centred(Ranks(right)));
        return a.Zip(b, (x, y) => x * y).Sum() / Math.Sqrt(a.Sum(x => x * x) * b.Sum(y => y * y));
    }

    private static double[] Centred(double[] values) => [.. values.Select(value => value - values.Average())];
}
