using Plumbline.Testing.Torch;
using Plumbline.Training.Policies;
using static TorchSharp.torch;

namespace Plumbline.Training.Tests.Policies;

[NoTensorLeaks]
public sealed class PolicyLossTests
{
    [Fact]
    public void Every_loss_has_at_ratio_1_the_policy_gradient()
    {
        using var scope = NewDisposeScope();
        foreach (var loss in PolicyLosses.All.Where(loss => loss.Name != "sequence_clip"))
        {
            var policy = tensor(new[] { -1.0, -2.0, -0.5, -3.0, -1.5 }).requires_grad_();
            var tokens = Tokens(policy, policy.detach(), [0.7, 0.7, -1.2, -1.2, -1.2]);

            Assert.All(tokens.Ratios.Values(), ratio => Assert.Equal(1.0, ratio));
            // Per answer, as a sequence's own ratio spreads over its tokens.
            (loss.Of(tokens, new()) / tokens.Lengths.index_select(0, tokens.Owners))
                .sum()
                .backward();

            var expected = tensor(new[] { -0.35, -0.35, 0.4, 0.4, 0.4 });
            Numerics.AssertEqual(expected, policy.grad!, 1e-12);
        }
    }

    [Fact]
    public void A_whole_answers_ratio_gives_each_of_its_tokens_the_answers_advantage()
    {
        using var scope = NewDisposeScope();
        var policy = tensor(new[] { -1.0, -2.0, -0.5, -3.0, -1.5 }).requires_grad_();
        var tokens = Tokens(policy, policy.detach(), [0.7, 0.7, -1.2, -1.2, -1.2]);

        (PolicyLosses.Find("sequence_clip").Of(tokens, new()) / tokens.Lengths.index_select(0, tokens.Owners)).sum().backward();

        Numerics.AssertEqual(tensor(new[] { -0.7, -0.7, 1.2, 1.2, 1.2 }), policy.grad!, 1e-12);
    }

    [Fact]
    public void Gradients_away_from_ratio_1_equal_finite_differences()
    {
        using var scope = NewDisposeScope();
        var old = tensor(new[] { -1.1, -1.8, -0.6, -2.9, -1.9 });
        var policy = tensor(new[] { -1.0, -2.1, -0.5, -3.0, -1.5 });
        double[] advantages = [0.7, 0.7, -1.2, -1.2, -1.2];
        foreach (var loss in PolicyLosses.All.Where(loss => loss.Name != "cispo"))
        {
            Numerics.AssertGradient(logs => loss.Of(Tokens(logs, old, advantages), new()), policy);
        }
    }

    [Fact]
    public void Beyond_the_clip_a_ratio_is_followed_back_but_not_further()
    {
        using var scope = NewDisposeScope();
        // Ratios 1.5 and 0.5, each with an advantage of either sign.
        var policy = tensor(new[] { Math.Log(1.5), Math.Log(1.5), Math.Log(0.5), Math.Log(0.5) }).requires_grad_();
        var tokens = Tokens(policy, zeros_like(policy).detach(), [1, -1, 1, -1]);

        var losses = PolicyLosses.Find("clip").Of(tokens, new() { Epsilon = 0.2, EpsilonHigh = 0.3 });
        losses.sum().backward();

        Numerics.AssertEqual(tensor(new[] { -1.3, 1.5, -0.5, 0.8 }), losses.detach(), 1e-12);
        Numerics.AssertEqual(tensor(new[] { 0, 1.5, -0.5, 0 }), policy.grad!, 1e-12);
        // The dual clip: a ratio that grew although its token was bad no longer counts beyond δ.
        var bad = Tokens(tensor(new[] { Math.Log(8.0) }), zeros(1, dtype: ScalarType.Float64), [-1]);
        Assert.Equal(8, PolicyLosses.Find("clip").Of(bad, new()).item<double>(), 1e-12);
        Assert.Equal(3, PolicyLosses.Find("clip").Of(bad, new() { Delta = 3 }).item<double>(), 1e-12);
    }

    [Fact]
    public void Cispo_weighs_by_its_own_cap_and_never_stops_learning()
    {
        using var scope = NewDisposeScope();
        var policy = tensor(new[] { Math.Log(2.0), Math.Log(9.0) }).requires_grad_();
        var tokens = Tokens(policy, zeros_like(policy).detach(), [1, -2]);

        PolicyLosses.Find("cispo").Of(tokens, new()).sum().backward();

        Numerics.AssertEqual(tensor(new[] { -2.0, 10.0 }), policy.grad!, 1e-12);
    }

    [Fact]
    public void Sapo_is_the_scaled_gate_of_the_ratio()
    {
        using var scope = NewDisposeScope();
        static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
        var tokens = Tokens(tensor(new[] { Math.Log(1.6), Math.Log(1.6) }), zeros(2, dtype: ScalarType.Float64), [0.5, -0.5]);

        var losses = PolicyLosses.Find("sapo").Of(tokens, new());

        var expected = new[] { -4 * Sigmoid(0.6) * 0.5, 4 / 1.05 * Sigmoid(1.05 * 0.6) * 0.5 };
        Numerics.AssertEqual(tensor(expected), losses, 1e-12);
    }

    /// <summary>Tokens of an answer of two and one of the rest.</summary>
    private static AnswerTokens Tokens(Tensor policy, Tensor old, double[] advantages)
    {
        var first = Math.Min(2, advantages.Length);
        long[] owners = [.. advantages.Select((_, i) => i < first ? 0L : 1L)];
        double[] lengths = advantages.Length > first ? [first, advantages.Length - first] : [first];
        return new AnswerTokens(policy, old, tensor(advantages), tensor(owners), tensor(lengths));
    }
}
