using Plumbline.Testing.Torch;
using Plumbline.Training.Policies;
using Plumbline.Training.Policies.Advantages;
using static TorchSharp.torch;

namespace Plumbline.Training.Tests.Policies;

/// <summary>Estimators against values computed by hand in float64, and what must hold of any of them.</summary>
[NoTensorLeaks]
public sealed class AdvantageTests
{
    [Theory]
    [InlineData("grpo", 1.305309749, -0.78318585, 0.26106195, -0.78318585)]
    [InlineData("rloo", 5 / 6.0, -0.5, 1 / 6.0, -0.5)]
    [InlineData("dr_grpo", 0.625, -0.375, 0.125, -0.375)]
    public void Of_four_answers_to_one_prompt(string name, params double[] expected)
    {
        using var scope = NewDisposeScope();

        var advantages = AdvantageEstimators
            .Find(name)
            .Of(
                Answers(
                    [0, 0, 0, 0],
                    [
                        [1],
                        [0],
                        [0.5],
                        [0],
                    ]
                ),
                new()
            );

        AssertEqual(expected, advantages, 1e-8);
    }

    [Fact]
    public void Generalised_advantages_returns_and_whitening_of_four_tokens()
    {
        using var scope = NewDisposeScope();
        var answers = Answers(
            [0],
            [
                [-0.1, 0.2, -0.05, 1],
            ]
        ) with
        {
            Values = tensor(new[] { 0.3, 0.1, 0.4, 0.2 }),
        };

        var advantages = AdvantageEstimators.Find("gae").Of(answers, new() { Gamma = 1, Lambda = 0.95 });

        AssertEqual([0.635275, 0.9845, 0.51, 0.8], advantages, 1e-12);
        AssertEqual([-0.472228861, 1.224964156, -1.081050839, 0.328315544], Whitening.Of(advantages), 1e-8);
    }

    [Fact]
    public void Nothing_flows_from_one_answer_into_another()
    {
        using var scope = NewDisposeScope();
        foreach (var estimator in AdvantageEstimators.All.Where(ours => ours.Name is "gae" or "remax" or "dr_grpo" or "rloo" or "grpo"))
        {
            RewardedAnswers With(double far) =>
                Answers(
                    [0, 0, 1, 1],
                    [
                        [0.1, 0.7],
                        [0.4],
                        [far, far],
                        [0.3, 2 * far, 0.1],
                    ]
                ) with
                {
                    Values = tensor(new[] { 0.2, 0.1, 0.5, far, far, 0.3, far, 0.2 }),
                    Baselines = tensor(new[] { 0.1, 0.1, far, far }),
                };

            var near = estimator.Of(With(1), new()).Values().Take(3);
            var far = estimator.Of(With(-7), new()).Values().Take(3);

            Assert.Equal(near, far);
        }
    }

    [Fact]
    public void The_rewards_of_a_groups_tokens_are_its_answers_returns_in_whatever_order_the_prompts_stand()
    {
        using var scope = NewDisposeScope();
        var mixed = Answers(
            [1, 0, 1, 0],
            [
                [0.5, 0.5],
                [0.2],
                [0.25],
                [0.1, 0.1, 0.6],
            ]
        );

        var advantages = AdvantageEstimators.Find("rloo").Of(mixed, new());

        AssertEqual([0.75, 0.75, -0.6, -0.75, 0.6, 0.6, 0.6], advantages, 1e-12);
    }

    [Fact]
    public void Whitened_estimators_have_mean_0_and_variance_1_over_the_step_and_equal_rewards_teach_nothing()
    {
        using var scope = NewDisposeScope();
        foreach (var name in new[] { "reinforce_plus_plus", "reinforce_plus_plus_baseline" })
        {
            var values = AdvantageEstimators
                .Find(name)
                .Of(
                    Answers(
                        [0, 0, 1, 1],
                        [
                            [1],
                            [0.2, 0.1],
                            [0.3],
                            [0.9, 0.4],
                        ]
                    ),
                    new()
                )
                .Values();
            Assert.Equal(0, values.Average(), 1e-12);
            Assert.Equal(1, values.Sum(value => value * value) / (values.Length - 1), 1e-6);
        }

        foreach (var name in new[] { "grpo", "dr_grpo", "rloo", "reinforce_plus_plus", "reinforce_plus_plus_baseline" })
        {
            var values = AdvantageEstimators
                .Find(name)
                .Of(
                    Answers(
                        [0, 0, 0],
                        [
                            [0.7],
                            [0.7],
                            [0.7],
                        ]
                    ),
                    new()
                )
                .Values();
            Assert.All(values, value => Assert.Equal(0, value, 1e-7));
        }
    }

    [Fact]
    public void What_an_estimator_lacks_is_named()
    {
        using var scope = NewDisposeScope();
        string Refusal(string name) =>
            Assert
                .Throws<InvalidInputException>(() =>
                    AdvantageEstimators
                        .Find(name)
                        .Of(
                            Answers(
                                [0, 1, 1],
                                [
                                    [1],
                                    [2],
                                    [3],
                                ]
                            ),
                            new()
                        )
                )
                .Message;

        Assert.Contains("single scored answer", Refusal("grpo"), StringComparison.Ordinal);
        Assert.Contains("critic", Refusal("gae"), StringComparison.Ordinal);
        Assert.Contains("return of another answer", Refusal("remax"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.3, -0.3, 0.045, 0.049858808)]
    [InlineData(-0.3, 0.3, 0.045, 0.040818221)]
    public void Estimators_of_the_divergence(double d, double k1, double k2, double k3)
    {
        using var scope = NewDisposeScope();
        var (policy, reference) = (tensor(new[] { -1.0 }), tensor(new[] { -1.0 + d }));

        Assert.Equal(k1, KlEstimators.Of(KlEstimator.K1, policy, reference).item<double>(), 1e-12);
        Assert.Equal(k2, KlEstimators.Of(KlEstimator.K2, policy, reference).item<double>(), 1e-12);
        Assert.Equal(k3, KlEstimators.Of(KlEstimator.K3, policy, reference).item<double>(), 1e-8);
    }

    /// <summary>Answers by the rewards of their tokens.</summary>
    internal static RewardedAnswers Answers(long[] groups, double[][] rewards) =>
        new(
            tensor(rewards.SelectMany(answer => answer).ToArray()),
            tensor(rewards.SelectMany((answer, i) => Enumerable.Repeat((long)i, answer.Length)).ToArray()),
            tensor(groups)
        );

    private static void AssertEqual(double[] expected, Tensor actual, double tolerance)
    {
        var values = actual.Values();
        Assert.Equal(expected.Length, values.Length);
        for (var i = 0; i < values.Length; i++)
        {
            Assert.Equal(expected[i], values[i], tolerance);
        }
    }
}
