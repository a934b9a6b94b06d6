using Plumbline.Data;
using Plumbline.Models.Language;
using Plumbline.Randomness;
using Plumbline.Testing.Torch;
using Plumbline.Training.Loop;
using Plumbline.Training.Policies;
using Plumbline.Training.Policies.Rollouts;

namespace Plumbline.Training.Tests.Policies.Rollouts;

[NoTensorLeaks]
public sealed class RoundAdvantagesTests
{
    private const double Multiplier = 3;
    private const double Nat = 0.5;

    private static readonly RolloutOptions Options = new() { AdvantageType = "gae", AnswersPerPrompt = 2 };

    // Two answers to one prompt, of two tokens and of one.
    private static readonly ScoredGroup[] Groups =
    [
        new(
            new PolicyPrompt([5], new PromptExample("1", Content.FromText("p"))),
            [
                new ScoredAnswer(new RolloutAnswer([7, 8], [true, true], "a"), Score: 2, Cost: 1),
                new ScoredAnswer(new RolloutAnswer([9], [true], "b"), Score: -1, Cost: 4),
            ]
        ),
    ];

    private static readonly AnswerNumbers[] Numbers =
    [
        new([0, 0], [0, 0], [0.2f, 0.4f], Values: [1, 1.5f], CostValues: [0.5f, 2]),
        new([0], [0], [0.8f], Values: [-2], CostValues: [3]),
    ];

    [Fact]
    public void Rewards_and_costs_have_returns_of_their_own_and_one_advantage()
    {
        using var policy = new Decoder(TinyModels.Config, new Seed(1));
        using var critic = Critic.OnPolicy(policy, new Seed(2), hasCost: true);

        var estimated = new RoundAdvantages(Options, critic).Of(Groups, Numbers, new RoundPrices(Nat, Multiplier, null), new MetricSums());

        // γ = 1, λ_gae = 0.95. Rewards of tokens: −0.1, −0.2 + 2 and −0.4 − 1; costs: 0.1, 0.2 + 1 and 0.4 + 4.
        double reward1 = 1.8 - 1.5,
            reward0 = -0.1 + 1.5 - 1 + (0.95 * reward1),
            reward2 = -1.4 + 2;
        double cost1 = 1.2 - 2,
            cost0 = 0.1 + 2 - 0.5 + (0.95 * cost1),
            cost2 = 4.4 - 3;
        double Both(double reward, double cost) => (reward - (Multiplier * cost)) / (1 + Multiplier);
        Near(
            [
                [Both(reward0, cost0), Both(reward1, cost1)],
                [Both(reward2, cost2)],
            ],
            estimated.Advantages
        );
        Near(
            [
                [reward0 + 1, reward1 + 1.5],
                [reward2 - 2],
            ],
            estimated.Returns!
        );
        Near(
            [
                [cost0 + 0.5, cost1 + 2],
                [cost2 + 3],
            ],
            estimated.CostReturns!
        );
    }

    [Fact]
    public void The_advantage_is_that_of_a_critic_of_the_combined_reward_that_knows_the_multiplier()
    {
        using var policy = new Decoder(TinyModels.Config, new Seed(1));
        using var both = Critic.OnPolicy(policy, new Seed(2), hasCost: true);
        using var one = Critic.OnPolicy(policy, new Seed(2));
        AnswerNumbers[] combined =
        [
            .. Numbers.Select(answer =>
                answer with
                {
                    Values =
                    [
                        .. answer.Values!.Zip(
                            answer.CostValues!,
                            (reward, cost) => (float)CostMultiplier.Combined(reward, cost, Multiplier)
                        ),
                    ],
                    CostValues = null,
                }
            ),
        ];
        var prices = new RoundPrices(Nat, Multiplier, null);

        var apart = new RoundAdvantages(Options, both).Of(Groups, Numbers, prices, new MetricSums());
        var together = new RoundAdvantages(Options, one).Of(Groups, combined, prices, new MetricSums());

        Near([.. together.Advantages.Select(answer => answer.Select(value => (double)value).ToArray())], apart.Advantages);
        Assert.Null(together.CostReturns);
    }

    private static void Near(double[][] expected, float[][] values)
    {
        Assert.Equal(expected.Length, values.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i].Length, values[i].Length);
            Assert.All(expected[i].Zip(values[i]), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
        }
    }
}
