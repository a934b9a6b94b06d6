using Plumbline.Randomness;
using Plumbline.Testing.Torch;
using Plumbline.Training.Policies;
using Plumbline.Training.Policies.Advantages;
using Plumbline.Training.Policies.Rollouts;
using Plumbline.Training.Preferences;
using static TorchSharp.torch;

namespace Plumbline.Training.Tests.Policies;

/// <summary>One prompt, four answers of one token, known rewards: the policy of highest reward less β·KL is π_ref·exp(r/β), normalised.</summary>
[NoTensorLeaks]
public sealed class BanditTests
{
    private const double Beta = 0.5;
    private const int Draws = 256;
    private const int Steps = 400;
    private static readonly double[] Rewards = [1, 0.3, -0.5, 0.2];
    private static readonly double[] ReferenceLogits = [0.2, -0.4, 0.1, 0];

    // The divergence as a part of the reward (k1), or as a part of the loss.
    [Theory]
    [InlineData("rloo", "sequence_clip", null, 1, 3.0)]
    [InlineData("rloo", "reinforce", null, 1, 3.0)]
    [InlineData("gae", "clip", null, 4, 1.0)]
    [InlineData("dr_grpo", "clip", null, 2, 1.5)]
    [InlineData("dr_grpo", "clip", KlEstimator.K2, 1, 3.0)]
    [InlineData("dr_grpo", "gspo", KlEstimator.K2, 1, 3.0)]
    [InlineData("dr_grpo", "sapo", KlEstimator.K2, 1, 3.0)]
    [InlineData("dr_grpo", "cispo", KlEstimator.K2, 1, 3.0)]
    [InlineData("reinforce_plus_plus", "clip", null, 1, 0.3)]
    public void The_closed_form_is_reached(string estimator, string loss, KlEstimator? inLoss, int epochs, double rate)
    {
        var expected = Optimum();

        var reached = Train(estimator, loss, inLoss, epochs, rate);

        AssertClose(expected, reached);
    }

    [Fact]
    public void With_k3_in_the_loss_another_divergence_is_minimised()
    {
        var reached = Train("dr_grpo", "clip", KlEstimator.K3, 1, 3.0);

        // KL(π_ref ‖ π): π is where the slope of r + β·π_ref/π is the same for all answers.
        var reference = Softmax(ReferenceLogits);
        var levels = reached.Select((share, answer) => Rewards[answer] + (Beta * reference[answer] / share)).ToArray();
        Assert.All(levels, level => Assert.Equal(levels[0], level, 0.02));
        Assert.True(Math.Abs(reached[0] - Optimum()[0]) > 0.03);
    }

    // Pairs of the policy's own answers, preferred as Bradley and Terry say: the implicit reward β·log π/π_ref becomes the reward.
    [Fact]
    public void Online_DPO_reaches_it_too()
    {
        using var scope = NewDisposeScope();
        var (random, logits, reference) = (new Seed(5).Source(), zeros(4, dtype: ScalarType.Float64).requires_grad_(), ReferencePolicy());
        var loss = PreferenceLosses.Find("sigmoid");
        for (var step = 0; step < 600; step++)
        {
            using var each = NewDisposeScope();
            var (one, two) = (
                Draw(Softmax([.. logits.detach().Values()]), random),
                Draw(Softmax([.. logits.detach().Values()]), random, true)
            );
            var policy = logits.log_softmax(0);
            Tensor Of(Tensor chosen, Tensor rejected) =>
                loss.Of(
                    new PairLogProbabilities(
                        policy.index_select(0, chosen),
                        policy.index_select(0, rejected),
                        reference.index_select(0, chosen),
                        reference.index_select(0, rejected),
                        ones(Draws, dtype: ScalarType.Float64),
                        ones(Draws, dtype: ScalarType.Float64)
                    ),
                    new PreferenceLossOptions { Beta = Beta }
                );
            var rewards = tensor(Rewards);
            var preferred = (rewards.index_select(0, one) - rewards.index_select(0, two)).sigmoid();
            ((preferred * Of(one, two)) + ((1 - preferred) * Of(two, one))).mean().backward();
            Descend(logits, 8 * (1 - (step / 600.0)));
        }

        AssertClose(Optimum(), Softmax([.. logits.detach().Values()]));
    }

    // max E[r] − β·KL subject to E[c] ≤ d: π_ref·exp((r − λc)/(β(1 + λ))), and λ is where its cost is d.
    [Theory]
    [InlineData(0.35)]
    [InlineData(0.5)]
    public void A_cost_constraint_finds_its_multiplier(double budget)
    {
        double[] costs = [1, 0, 0.2, 0.5];
        double[] At(double multiplier) =>
            Softmax([
                .. ReferenceLogits.Select(
                    (logit, answer) => logit + (CostMultiplier.Combined(Rewards[answer], costs[answer], multiplier) / Beta)
                ),
            ]);
        double Cost(double[] shares) => shares.Zip(costs, (share, cost) => share * cost).Sum();
        var (low, high) = (0.0, 100.0);
        while (high - low > 1e-9)
        {
            var middle = (low + high) / 2;
            (low, high) = Cost(At(middle)) > budget ? (middle, high) : (low, middle);
        }

        var multiplier = new CostMultiplier(
            new ConstraintOptions
            {
                Budget = budget,
                Rate = 0.2,
                Window = 4 * Draws,
            }
        );
        var reached = Train(
            "dr_grpo",
            "clip",
            KlEstimator.K2,
            1,
            3.0,
            actions =>
            {
                var chosen = actions.data<long>().ToArray();
                var rewards = chosen.Select(answer => CostMultiplier.Combined(Rewards[answer], costs[answer], multiplier.Value)).ToArray();
                multiplier.Observe([.. chosen.Select(answer => costs[answer])]);
                return tensor(rewards);
            },
            steps: 1500
        );

        Assert.Equal(low, multiplier.Value, 0.02 * (1 + low));
        AssertClose(At(low), reached);
        Assert.Equal(budget, Cost(reached), 1e-2);
    }

    private static double[] Train(
        string estimator,
        string loss,
        KlEstimator? inLoss,
        int epochs,
        double rate,
        Func<Tensor, Tensor>? rewarded = null,
        int steps = Steps
    )
    {
        using var scope = NewDisposeScope();
        var random = new Seed(5).Source();
        var (logits, reference) = (zeros(4, dtype: ScalarType.Float64).requires_grad_(), ReferencePolicy());
        var (advantagesOf, lossOf) = (AdvantageEstimators.Find(estimator), PolicyLosses.Find(loss));
        for (var step = 0; step < steps; step++)
        {
            using var each = NewDisposeScope();
            var actions = Draw(Softmax([.. logits.detach().Values()]), random);
            var old = logits.detach().log_softmax(0).index_select(0, actions);
            var held = reference.index_select(0, actions);
            var earned = rewarded?.Invoke(actions) ?? tensor(Rewards).index_select(0, actions);
            var rewards = inLoss is null ? earned - (Beta * KlEstimators.Of(KlEstimator.K1, old, held)) : earned;
            var owners = arange(Draws, dtype: ScalarType.Int64);
            var answers = new RewardedAnswers(rewards, owners, zeros(Draws, dtype: ScalarType.Int64))
            {
                // A critic that has learnt what an answer earns on average.
                Values = full_like(rewards, rewards.mean().item<double>()),
            };
            var advantages = advantagesOf.Of(answers, new());
            for (var epoch = 0; epoch < epochs; epoch++)
            {
                using var pass = NewDisposeScope();
                var policy = logits.log_softmax(0).index_select(0, actions);
                var tokens = new AnswerTokens(policy, old, advantages, owners, ones(Draws, dtype: ScalarType.Float64));
                var all = lossOf.Of(tokens, new()).mean();
                if (inLoss is { } kind)
                {
                    all += KlEstimators.Of(kind, policy, held).mean() * Beta;
                }

                all.backward();
                Descend(logits, rate * (1 - (step / (double)steps)));
            }
        }

        return [.. Softmax([.. logits.detach().Values()])];
    }

    private static Tensor ReferencePolicy() => tensor(ReferenceLogits).log_softmax(0);

    private static void Descend(Tensor logits, double rate)
    {
        using var noGradients = no_grad();
        logits.sub_(logits.grad! * rate);
        logits.grad!.zero_();
    }

    private static void AssertClose(double[] expected, double[] reached)
    {
        for (var answer = 0; answer < expected.Length; answer++)
        {
            Assert.Equal(expected[answer], reached[answer], 1e-2);
        }
    }

    // Evenly spread over the distribution from a random start: shares are met to one draw.
    private static Tensor Draw(double[] shares, RandomSource random, bool shuffled = false)
    {
        var start = random.NextDouble();
        var actions = new long[Draws];
        for (var i = 0; i < Draws; i++)
        {
            var (at, answer) = ((i + start) / Draws, 0);
            while (answer < shares.Length - 1 && at >= shares[answer])
            {
                at -= shares[answer++];
            }

            actions[i] = answer;
        }

        if (shuffled)
        {
            random.Shuffle<long>(actions);
        }

        return tensor(actions);
    }

    private static double[] Optimum() => Softmax([.. ReferenceLogits.Zip(Rewards, (logit, reward) => logit + (reward / Beta))]);

    private static double[] Softmax(double[] logits)
    {
        var weights = logits.Select(Math.Exp).ToArray();
        return [.. weights.Select(weight => weight / weights.Sum())];
    }
}
