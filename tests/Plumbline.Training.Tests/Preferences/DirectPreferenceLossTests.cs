using Plumbline.Testing.Torch;
using Plumbline.Training.Preferences;
using static TorchSharp.torch;

namespace Plumbline.Training.Tests.Preferences;

[NoTensorLeaks]
public sealed class DirectPreferenceLossTests
{
    [Theory]
    [InlineData(-12, -15, -13, -14, 0.598138869)]
    [InlineData(-30.5, -22, -28, -23, 0.883382155)]
    public void Golden_values_hold(double chosen, double rejected, double referenceChosen, double referenceRejected, double expected)
    {
        using var scope = NewDisposeScope();

        var loss = DirectPreferenceLoss.Sigmoid(One(chosen), One(rejected), One(referenceChosen), One(referenceRejected), 0.1);

        Assert.Equal(expected, loss.Losses.item<double>(), 1e-9);
        Assert.Equal(0.1 * (chosen - referenceChosen), loss.ChosenRewards.item<double>(), 1e-12);
        Assert.Equal(0.1 * (rejected - referenceRejected), loss.RejectedRewards.item<double>(), 1e-12);
    }

    [Fact]
    public void A_policy_that_equals_its_reference_loses_exactly_ln_2()
    {
        using var scope = NewDisposeScope();
        var (chosen, rejected) = (randn(5, ScalarType.Float64), randn(5, ScalarType.Float64));

        var loss = DirectPreferenceLoss.Sigmoid(chosen, rejected, chosen, rejected, 0.3);

        Assert.All(loss.Losses.data<double>().ToArray(), value => Assert.Equal(Math.Log(2), value, 1e-15));
    }

    [Fact]
    public void Adding_a_constant_to_both_answers_changes_nothing()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        Tensor[] values = [.. Enumerable.Range(0, 4).Select(_ => randn(6, ScalarType.Float64))];

        var loss = DirectPreferenceLoss.Sigmoid(values[0], values[1], values[2], values[3], 0.2).Losses;
        var shifted = DirectPreferenceLoss.Sigmoid(values[0] + 7, values[1] + 7, values[2], values[3], 0.2).Losses;

        Assert.True((loss - shifted).abs().max().item<double>() < 1e-12);
    }

    [Fact]
    public void The_gradient_agrees_with_finite_differences_in_float64()
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        var chosen = randn(4, ScalarType.Float64).requires_grad_();
        var rejected = randn(4, ScalarType.Float64).requires_grad_();
        var (referenceChosen, referenceRejected) = (randn(4, ScalarType.Float64), randn(4, ScalarType.Float64));
        double Loss(Tensor c, Tensor r) =>
            DirectPreferenceLoss.Sigmoid(c, r, referenceChosen, referenceRejected, 0.5).Losses.sum().item<double>();

        DirectPreferenceLoss.Sigmoid(chosen, rejected, referenceChosen, referenceRejected, 0.5).Losses.sum().backward();

        const double Step = 1e-6;
        for (var i = 0; i < 4; i++)
        {
            var nudge = zeros(4, ScalarType.Float64);
            nudge[i] = Step;
            var (c, r) = (chosen.detach(), rejected.detach());
            Assert.Equal((Loss(c + nudge, r) - Loss(c - nudge, r)) / (2 * Step), chosen.grad![i].item<double>(), 1e-8);
            Assert.Equal((Loss(c, r + nudge) - Loss(c, r - nudge)) / (2 * Step), rejected.grad![i].item<double>(), 1e-8);
        }
    }

    private static Tensor One(double value) => tensor([value]);
}
