using Plumbline.Testing.Torch;
using Plumbline.Training.Preferences;
using static TorchSharp.torch;

namespace Plumbline.Training.Tests.Preferences.Losses;

/// <summary>What must hold for every registered loss of pairs; a new one is tested here without a line of its own but its row in <see cref="AtTheStart"/>.</summary>
[NoTensorLeaks]
public sealed class EveryPreferenceLossTests
{
    private const double Beta = 0.4;
    private const double Epsilon = 0.1;
    private static readonly double Ln2 = Math.Log(2);

    /// <summary>The loss where policy and reference are the same; for losses without one, where both answers are equally likely per token and as long.</summary>
    private static readonly Dictionary<string, double> AtTheStart = new()
    {
        ["alphapo"] = Math.Log(1 + Math.Exp(0.3)),
        ["aot"] = Ln2,
        ["aot_unpaired"] = Ln2,
        ["apo_down"] = 1,
        ["apo_zero"] = 1,
        ["bco_pair"] = 2 * Ln2,
        ["cdpo"] = Ln2,
        ["cpo"] = Ln2,
        // Half of the logistic loss, and half of e^0.
        ["discopop"] = (Ln2 + 1) / 2,
        // KL([½, ½] ‖ [1−ε, ε]).
        ["exo_pair"] = -Ln2 - (Math.Log(1 - Epsilon) + Math.Log(Epsilon)) / 2,
        ["hinge"] = 1,
        ["ipo"] = 1 / (4 * Beta * Beta),
        ["nca_pair"] = 2 * Ln2,
        ["orpo"] = Beta * Ln2,
        ["robust"] = Ln2,
        ["sigmoid"] = Ln2,
        ["sigmoid_norm"] = Ln2,
        // −0.9·log σ(−0.3) − 0.1·log σ(0.3).
        ["simpo"] = 0.9 * Math.Log(1 + Math.Exp(0.3)) + 0.1 * Math.Log(1 + Math.Exp(-0.3)),
        ["sppo_hard"] = 1 / (2 * Beta * Beta),
        // The gold answer has −1.2 nats a token.
        ["tpo"] = Ln2 + 1.2,
        ["tpo_l"] = Math.Log(1 + Math.Exp(0.3)) + 1.2,
        // What is explored counts nothing in the samples.
        ["xpo"] = Ln2,
    };

    public static TheoryData<string> All => PairSamples.Names();

    public static TheoryData<string> WithReference => PairSamples.Names(loss => loss.Declaration.NeedsReference);

    public static TheoryData<string> WithDivergence =>
        PairSamples.Names(loss => loss.Declaration.Reads.Contains(nameof(PreferenceLossOptions.FDivergenceType)));

    [Theory]
    [MemberData(nameof(All))]
    public void The_first_step_loses_what_the_formula_says(string name)
    {
        using var scope = NewDisposeScope();
        var sample = PairSamples.Random(4, 1);
        var pairs = sample with
        {
            Rejected = sample.Chosen,
            RejectedLengths = sample.ChosenLengths,
            ReferenceChosen = sample.Chosen,
            ReferenceRejected = sample.Chosen,
        };

        var losses = PreferenceLosses.Find(name).Of(pairs, PairSamples.Options).Values();

        Assert.All(losses, loss => Assert.Equal(AtTheStart[name], loss, 1e-12));
    }

    [Theory]
    [MemberData(nameof(WithReference))]
    public void A_policy_that_is_its_reference_loses_the_same_on_every_pair(string name)
    {
        using var scope = NewDisposeScope();
        var sample = PairSamples.Random(5, 2);
        var pairs = sample with { ReferenceChosen = sample.Chosen, ReferenceRejected = sample.Rejected };

        var losses = PreferenceLosses.Find(name).Of(pairs, PairSamples.Options).Values();

        Assert.All(losses, loss => Assert.Equal(AtTheStart[name], loss, 1e-12));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Gradients_agree_with_finite_differences(string name) => AssertGradients(name, PairSamples.Options);

    [Theory]
    [MemberData(nameof(WithDivergence))]
    public void Gradients_agree_with_finite_differences_under_every_divergence(string name)
    {
        foreach (var divergence in Enum.GetValues<DivergenceType>())
        {
            AssertGradients(name, PairSamples.Options with { FDivergenceType = divergence });
        }
    }

    [Theory]
    [MemberData(nameof(WithReference))]
    public void Adding_a_constant_to_policy_and_reference_changes_nothing(string name)
    {
        using var scope = NewDisposeScope();
        var pairs = PairSamples.Random(6, 3);
        var shifted = pairs with
        {
            Chosen = pairs.Chosen + 7,
            Rejected = pairs.Rejected + 7,
            ReferenceChosen = pairs.ReferenceChosen! + 7,
            ReferenceRejected = pairs.ReferenceRejected! + 7,
        };
        var loss = PreferenceLosses.Find(name);

        Numerics.AssertEqual(loss.Of(pairs, PairSamples.Options), loss.Of(shifted, PairSamples.Options), 1e-9);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void The_order_of_the_pairs_does_not_matter(string name)
    {
        using var scope = NewDisposeScope();
        var pairs = PairSamples.Random(6, 4);
        var order = tensor([3L, 0, 5, 1, 2, 4]);
        var loss = PreferenceLosses.Find(name);

        var before = loss.Of(pairs, PairSamples.Options);
        var after = loss.Of(pairs.Select(values => values.index_select(0, order)), PairSamples.Options);

        // Values of a loss over the whole batch belong to quantiles, which no order changes.
        Numerics.AssertEqual(loss.Declaration.WholeBatch ? before : before.index_select(0, order), after, 1e-12);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_pair_is_moved_by_its_own_loss_alone_unless_the_loss_sees_the_whole_batch(string name)
    {
        using var scope = NewDisposeScope();
        var sample = PairSamples.Random(4, 5);
        var loss = PreferenceLosses.Find(name);

        // Whatever a masked pair contains, the others lose the same.
        var changed = sample with
        {
            Chosen = sample.Chosen.clone().index_fill_(0, tensor([2L]), -40),
        };
        var (before, after) = (loss.Of(sample, PairSamples.Options).Values(), loss.Of(changed, PairSamples.Options).Values());
        var moved = Enumerable.Range(0, 4).Where(i => before[i] != after[i]).ToArray();

        Assert.Equal(loss.Declaration.WholeBatch, moved is not [2]);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Extreme_log_probabilities_stay_finite_in_float32(string name)
    {
        using var scope = NewDisposeScope();
        float[] values = [0, -1e-8f, -1e4f];
        var grid = (from a in values from b in values from c in values from d in values select new[] { a, b, c, d }).ToArray();
        Tensor Column(int column) => tensor(grid.Select(row => row[column]).ToArray());
        var lengths = ones(grid.Length);
        var (chosen, rejected) = (Column(0).requires_grad_(), Column(1).requires_grad_());
        var pairs = new PairLogProbabilities(chosen, rejected, Column(2), Column(3), lengths, lengths)
        {
            Gold = Column(2),
            GoldLengths = lengths,
        };

        var losses = PreferenceLosses.Find(name).Of(pairs, PairSamples.Options);
        losses.sum().backward();

        Assert.All(losses.Values(), loss => Assert.True(double.IsFinite(loss)));
        Assert.All(chosen.grad!.Values().Concat(rejected.grad!.Values()), slope => Assert.True(double.IsFinite(slope)));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Float32_agrees_with_float64(string name)
    {
        using var scope = NewDisposeScope();
        var pairs = PairSamples.Random(8, 6);
        var loss = PreferenceLosses.Find(name);

        var single = loss.Of(pairs.Select(values => values.to(ScalarType.Float32)), PairSamples.Options);

        Assert.Equal(ScalarType.Float32, single.dtype);
        Numerics.AssertEqual(loss.Of(pairs, PairSamples.Options), single.to(ScalarType.Float64), 2e-5);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_loss_reads_the_options_that_it_declares_and_no_others(string name)
    {
        using var scope = NewDisposeScope();
        var pairs = PairSamples.Random(5, 7);
        var loss = PreferenceLosses.Find(name);
        var divergence = PairSamples.Options with { FDivergenceType = DivergenceType.AlphaDivergence };
        (string Option, PreferenceLossOptions Start, PreferenceLossOptions Changed)[] changes =
        [
            (nameof(PreferenceLossOptions.Beta), PairSamples.Options, PairSamples.Options with { Beta = 0.7 }),
            (nameof(PreferenceLossOptions.LabelSmoothing), PairSamples.Options, PairSamples.Options with { LabelSmoothing = 0.2 }),
            (nameof(PreferenceLossOptions.Gamma), PairSamples.Options, PairSamples.Options with { Gamma = 0.9 }),
            (nameof(PreferenceLossOptions.Alpha), PairSamples.Options, PairSamples.Options with { Alpha = 0.5 }),
            (nameof(PreferenceLossOptions.TpoAlpha), PairSamples.Options, PairSamples.Options with { TpoAlpha = 0.5 }),
            (nameof(PreferenceLossOptions.XpoAlpha), PairSamples.Options, PairSamples.Options with { XpoAlpha = 0.5 }),
            (nameof(PreferenceLossOptions.DiscopopTau), PairSamples.Options, PairSamples.Options with { DiscopopTau = 0.9 }),
            (nameof(PreferenceLossOptions.FDivergenceType), PairSamples.Options, divergence),
            (nameof(PreferenceLossOptions.FAlphaDivergenceCoef), divergence, divergence with { FAlphaDivergenceCoef = 0.3 }),
        ];

        Assert.Equal(typeof(PreferenceLossOptions).GetProperties().Length, changes.Length);
        foreach (var (option, start, changed) in changes)
        {
            var isRead = !loss.Of(pairs, start).Values().SequenceEqual(loss.Of(pairs, changed).Values());
            Assert.True(loss.Declaration.Reads.Contains(option) == isRead, $"{name} and {option}: {isRead}");
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_reference_is_asked_for_where_the_loss_declares_it(string name)
    {
        using var scope = NewDisposeScope();
        var pairs = PairSamples.Random(3, 8) with { ReferenceChosen = null, ReferenceRejected = null };
        var loss = PreferenceLosses.Find(name);

        var refusal = Record.Exception(() => loss.Of(pairs, PairSamples.Options));

        Assert.Equal(loss.Declaration.NeedsReference, refusal is InvalidInputException);
        if (refusal is InvalidInputException failure)
        {
            Assert.Contains("reference", failure.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Gold_answers_are_asked_for_where_the_loss_declares_them(string name)
    {
        using var scope = NewDisposeScope();
        var loss = PreferenceLosses.Find(name);

        var refusal = Record.Exception(() => loss.Of(PairSamples.Random(3, 11) with { Gold = null }, PairSamples.Options));

        Assert.Equal(loss.Declaration.NeedsGold, refusal is InvalidInputException);
    }

    [Theory]
    [InlineData("sigmoid")]
    [InlineData("cdpo")]
    [InlineData("robust")]
    [InlineData("exo_pair")]
    [InlineData("sigmoid_norm")]
    [InlineData("cpo")]
    [InlineData("orpo")]
    [InlineData("hinge")]
    [InlineData("ipo")]
    [InlineData("discopop")]
    public void Losses_of_a_margin_see_it_negated_where_the_answers_change_places(string name)
    {
        using var scope = NewDisposeScope();
        var loss = PreferenceLosses.Find(name);
        var pairs = PairSamples.Random(6, 9);
        var mirrored = pairs.Swapped();
        // The margin alone decides: a pair that keeps only the difference of the two answers gives the same loss, and with the sign turned that of the swapped pair.
        var level = pairs.Chosen * 0 - 6;
        var lengths = ones_like(level);

        Tensor Margin(PairLogProbabilities of) =>
            name switch
            {
                "sigmoid_norm" or "ipo" => of.AverageMargin(PairSamples.Options),
                "cpo" => of.PolicyMargin,
                "orpo" => LogOdds(of.ChosenAverage) - LogOdds(of.RejectedAverage),
                _ => of.Margin(PairSamples.Options),
            };

        Assert.True((Margin(pairs) + Margin(mirrored)).abs().max().item<double>() < 1e-12);
        var alone = name is "orpo"
            // log σ(l) − log σ(−l) has log-odds l, so two answers of one token with these stand for any margin.
            ? new PairLogProbabilities(nn.functional.logsigmoid(-Margin(mirrored)), zeros_like(level) - Ln2, level, level, lengths, lengths)
            : new PairLogProbabilities(level - Margin(mirrored), level, level, level, lengths, lengths);
        Numerics.AssertEqual(loss.Of(pairs, PairSamples.Options), loss.Of(alone, PairSamples.Options), 1e-9);
    }

    private static Tensor LogOdds(Tensor average) => average - (1 - average.exp()).log();

    private static void AssertGradients(string name, PreferenceLossOptions options)
    {
        using var scope = NewDisposeScope();
        var loss = PreferenceLosses.Find(name);
        var pairs = PairSamples.Random(4, 10);
        Numerics.AssertGradient(chosen => loss.Of(pairs with { Chosen = chosen }, options), pairs.Chosen);
        Numerics.AssertGradient(rejected => loss.Of(pairs with { Rejected = rejected }, options), pairs.Rejected);
    }
}
