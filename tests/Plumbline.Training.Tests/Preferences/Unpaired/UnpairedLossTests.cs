using Plumbline.Testing.Torch;
using Plumbline.Training.Preferences.Unpaired;
using static TorchSharp.torch;

namespace Plumbline.Training.Tests.Preferences.Unpaired;

[NoTensorLeaks]
public sealed class UnpairedLossTests
{
    private static readonly UnpairedLossOptions Weighted = new()
    {
        Beta = 0.4,
        DesirableWeight = 1.5,
        UndesirableWeight = 0.5,
    };

    private static readonly Dictionary<string, double> AtTheStart = new()
    {
        ["kto"] = 0.5,
        ["apo_zero_unpaired"] = 0.5,
        ["bco"] = Math.Log(2),
    };

    public static TheoryData<string> All => [.. UnpairedLosses.All.Select(loss => loss.Name)];

    /// <summary>A good and a bad answer, both with log-ratio 1; computed with 40 digits outside of this code base. KTO's agree with the published ten.</summary>
    [Theory]
    [InlineData("kto", 0.48750260351578966, 0.51249739648421034)]
    [InlineData("apo_zero_unpaired", 0.47502081252106001, 0.52497918747893999)]
    [InlineData("bco", 0.79813886938159184, 0.59813886938159184)]
    public void Losses_have_the_values_of_their_papers(string name, double desirable, double undesirable)
    {
        using var scope = NewDisposeScope();
        var answers = new UnpairedLogProbabilities(tensor([-7.0, -9.0]), tensor([-8.0, -10.0]), tensor([true, false]), tensor(0.5))
        {
            Shift = 0.3,
        };

        var losses = UnpairedLosses.Find(name).Of(answers, new()).Values();

        Assert.Equal(desirable, losses[0], 1e-12);
        Assert.Equal(undesirable, losses[1], 1e-12);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_policy_that_is_its_reference_loses_what_the_formula_says(string name)
    {
        using var scope = NewDisposeScope();
        var sample = Sample(6, 1);

        var losses = UnpairedLosses.Find(name).Of(sample with { Reference = sample.Policy, Kl = tensor(0.0), Shift = 0 }, new());

        Assert.All(losses.Values(), loss => Assert.Equal(AtTheStart[name], loss, 1e-14));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Gradients_agree_with_finite_differences_and_none_flows_into_the_divergence(string name)
    {
        using var scope = NewDisposeScope();
        var sample = Sample(6, 2);
        var loss = UnpairedLosses.Find(name);
        Numerics.AssertGradient(policy => loss.Of(sample with { Policy = policy }, Weighted), sample.Policy);

        var divergence = tensor(0.5).requires_grad_();
        var policy = sample.Policy.clone().requires_grad_();
        loss.Of(sample with { Policy = policy, Kl = divergence }, Weighted).sum().backward();

        Assert.True(divergence.grad is null || divergence.grad.item<double>() == 0);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_good_and_a_bad_answer_mirror_each_other(string name)
    {
        using var scope = NewDisposeScope();
        var sample = Sample(6, 3) with { Kl = tensor(0.0), Shift = 0 };
        var loss = UnpairedLosses.Find(name);
        var options = Weighted with { UndesirableWeight = Weighted.DesirableWeight };

        var mirrored = sample with { Policy = sample.Reference - sample.Ratio, IsDesirable = sample.IsDesirable.logical_not() };

        Numerics.AssertEqual(loss.Of(sample, options), loss.Of(mirrored, options), 1e-12);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Shifts_order_and_other_answers_change_nothing(string name)
    {
        using var scope = NewDisposeScope();
        var sample = Sample(6, 4);
        var order = tensor([4L, 2, 0, 5, 1, 3]);
        var loss = UnpairedLosses.Find(name);
        Tensor Permute(Tensor values) => values.index_select(0, order);

        var losses = loss.Of(sample, Weighted);
        var shifted = loss.Of(sample with { Policy = sample.Policy + 5, Reference = sample.Reference + 5 }, Weighted);
        var permuted = loss.Of(
            sample with
            {
                Policy = Permute(sample.Policy),
                Reference = Permute(sample.Reference),
                IsDesirable = Permute(sample.IsDesirable),
            },
            Weighted
        );
        var single = loss.Of(
            sample with
            {
                Policy = sample.Policy[..1],
                Reference = sample.Reference[..1],
                IsDesirable = sample.IsDesirable[..1],
            },
            Weighted
        );

        Numerics.AssertEqual(losses, shifted, 1e-12);
        Numerics.AssertEqual(Permute(losses), permuted, 1e-14);
        Numerics.AssertEqual(losses[..1], single, 1e-14);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Extreme_log_probabilities_stay_finite_and_float32_agrees_with_float64(string name)
    {
        using var scope = NewDisposeScope();
        var sample = Sample(8, 5);
        var loss = UnpairedLosses.Find(name);
        var single = sample with
        {
            Policy = sample.Policy.to(ScalarType.Float32),
            Reference = sample.Reference.to(ScalarType.Float32),
            Kl = sample.Kl.to(ScalarType.Float32),
        };
        Numerics.AssertEqual(loss.Of(sample, Weighted), loss.Of(single, Weighted).to(ScalarType.Float64), 1e-5);

        var policy = tensor([1e4f, -1e4f, 1e4f, -1e4f]).requires_grad_();
        var extreme = new UnpairedLogProbabilities(policy, zeros(4), tensor([true, true, false, false]), tensor(0f));
        var losses = loss.Of(extreme, Weighted);
        losses.sum().backward();

        Assert.All(losses.Values().Concat(policy.grad!.Values()), value => Assert.True(double.IsFinite(value)));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_loss_reads_the_options_and_inputs_that_it_declares(string name)
    {
        using var scope = NewDisposeScope();
        var sample = Sample(6, 6);
        var loss = UnpairedLosses.Find(name);
        double[] Of(UnpairedLogProbabilities answers, UnpairedLossOptions options) => loss.Of(answers, options).Values();
        (string Option, UnpairedLossOptions Changed)[] changes =
        [
            (nameof(UnpairedLossOptions.Beta), Weighted with { Beta = 1 }),
            (nameof(UnpairedLossOptions.DesirableWeight), Weighted with { DesirableWeight = 1 }),
            (nameof(UnpairedLossOptions.UndesirableWeight), Weighted with { UndesirableWeight = 1 }),
        ];

        Assert.Equal(typeof(UnpairedLossOptions).GetProperties().Length, changes.Length);
        Assert.All(
            changes,
            change =>
                Assert.Equal(
                    loss.Declaration.Reads.Contains(change.Option),
                    !Of(sample, Weighted).SequenceEqual(Of(sample, change.Changed))
                )
        );
        Assert.Equal(loss.Declaration.NeedsKl, !Of(sample, Weighted).SequenceEqual(Of(sample with { Kl = tensor(1.0) }, Weighted)));
        Assert.Equal(loss.Declaration.NeedsShift, !Of(sample, Weighted).SequenceEqual(Of(sample with { Shift = 1 }, Weighted)));
    }

    [Fact]
    public void A_negative_estimate_of_the_divergence_counts_as_none()
    {
        using var scope = NewDisposeScope();
        var sample = Sample(4, 7);
        var kto = UnpairedLosses.Find("kto");

        Numerics.AssertEqual(kto.Of(sample with { Kl = tensor(0.0) }, Weighted), kto.Of(sample with { Kl = tensor(-3.0) }, Weighted), 0);
    }

    [Fact]
    public void The_shift_is_the_mean_of_all_rewards_and_goes_on_from_its_state()
    {
        var shift = new RewardShift();
        shift.Add(6, 3);
        var resumed = new RewardShift();
        resumed.Restore(shift.Save());
        shift.Add(-2, 5);
        resumed.Add(-2, 5);

        Assert.Equal(0.5, shift.Value, 1e-15);
        Assert.Equal((shift.Value, shift.Count), (resumed.Value, resumed.Count));
        Assert.Throws<ArgumentOutOfRangeException>(() => shift.Add(double.NaN, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => shift.Add(1, 0));
        Assert.Throws<InvalidInputException>(() => shift.Restore(new RewardShiftState(1, 0)));
    }

    private static UnpairedLogProbabilities Sample(int count, int seed)
    {
        manual_seed(seed);
        var policy = randn(count, ScalarType.Float64) - 10;
        var desirable = tensor(Enumerable.Range(0, count).Select(i => i % 3 != 1).ToArray());
        return new(policy, policy + randn(count, ScalarType.Float64), desirable, tensor(0.3)) { Shift = 0.2 };
    }
}
