using Plumbline.Testing.Torch;
using Plumbline.Torch.Functions;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Plumbline.Torch.Tests.Functions;

/// <summary>The log-probability engine against autograd over the full logits in float64, and what must hold of any distribution.</summary>
[NoTensorLeaks]
public sealed class LogProbabilityTests
{
    private const int Rows = 11;
    private const int Width = 7;

    /// <summary>Rows and entries of a tile, scale, cap, whether the entropy has a gradient, whether there is a reference.</summary>
    public static TheoryData<int, int, double, double?, bool, bool> Cases()
    {
        var cases = new TheoryData<int, int, double, double?, bool, bool>();
        foreach (var (rows, entries) in new[] { (1, 100), (3, 100), (4, 7), (Rows, 1), (Rows, 16), (100, 18), (100, 100) })
        {
            foreach (var (scale, cap) in new (double, double?)[] { (1, null), (0.7, null), (1, 1.5), (1.8, 2.0) })
            {
                foreach (var (entropy, reference) in new[] { (false, false), (true, false), (false, true), (true, true) })
                {
                    cases.Add(rows, entries, scale, cap, entropy, reference);
                }
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void In_float64_tiles_equal_autograd_over_the_full_logits(
        int rows,
        int entries,
        double scale,
        double? cap,
        bool entropy,
        bool reference
    ) => AssertEqualsFullLogits(ScalarType.Float64, 19, (rows, entries), scale, cap, entropy, reference, 1e-10);

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_kernels_in_float32_equal_float64(int rows, int entries, double scale, double? cap, bool entropy, bool reference) =>
        AssertEqualsFullLogits(ScalarType.Float32, 53, (rows, entries), scale, cap, entropy, reference, 1e-5);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(33)]
    [InlineData(1000)]
    public void The_kernels_read_vocabularies_of_any_size(int vocabulary) =>
        AssertEqualsFullLogits(ScalarType.Float32, vocabulary, (4, vocabulary), 1.3, 4.0, true, true, 2e-5);

    [Theory]
    [InlineData(3, 70)]
    [InlineData(100, 70)]
    [InlineData(100, 32)]
    public void The_kernels_in_bf16_stay_within_bf16_rounding_of_float64(int rows, int entries)
    {
        using var scope = NewDisposeScope();
        var problem = new Problem(70, ScalarType.BFloat16);
        var options = problem.Options(0.8, 3, entropyGradient: true, reference: true);

        var scores = LogProbabilityCall.Score(
            problem.Hidden,
            problem.Weight,
            problem.Targets,
            options,
            new LogitTiles(Rows, 70, rows, entries)
        );
        var expected = problem.FullLogits(options);

        foreach (var (actual, wanted) in Pairs(scores, expected))
        {
            Assert.Equal(ScalarType.Float32, actual.dtype);
            AssertClose(actual, wanted, 0.02);
        }

        var direction = problem.Directions(3);
        Combine(scores, direction).backward();
        Combine(expected, direction).backward();
        // Logits and their gradients are rounded to 8 bits, and so are the results.
        AssertNear(problem.Hidden.grad!, problem.WideHidden.grad!, 0.02);
        AssertNear(problem.Weight.grad!, problem.WideWeight.grad!, 0.02);
    }

    [Fact]
    public void Gradients_equal_finite_differences()
    {
        using var scope = NewDisposeScope();
        var problem = new Problem(9, ScalarType.Float64);
        var options = problem.Options(1.4, 2.5, entropyGradient: true, reference: true);
        var direction = problem.Directions(3);
        var tiles = new LogitTiles(Rows, 9, 4, 5);
        Tensor Loss() => Combine(LogProbabilityCall.Score(problem.Hidden, problem.Weight, problem.Targets, options, tiles), direction);

        Loss().backward();

        foreach (var parameter in new[] { problem.Hidden, problem.Weight })
        {
            var analytic = parameter.grad!.data<double>().ToArray();
            using var noGradients = no_grad();
            var flat = parameter.detach().view(-1);
            for (var i = 0; i < analytic.Length; i += 5)
            {
                const double Step = 1e-6;
                using var entry = flat.narrow(0, i, 1);
                var value = entry.item<double>();
                entry.fill_(value + Step);
                var above = Loss().item<double>();
                entry.fill_(value - Step);
                var below = Loss().item<double>();
                entry.fill_(value);
                Assert.Equal((above - below) / (2 * Step), analytic[i], 1e-7);
            }
        }
    }

    [Theory]
    [InlineData(ScalarType.Float64, 53)]
    [InlineData(ScalarType.Float32, 53)]
    [InlineData(ScalarType.BFloat16, 53)]
    [InlineData(ScalarType.Float64, 16)]
    [InlineData(ScalarType.Float32, 16)]
    [InlineData(ScalarType.BFloat16, 16)]
    public void From_itself_a_policy_is_at_distance_0_without_gradient(ScalarType dtype, int entries)
    {
        using var scope = NewDisposeScope();
        var problem = new Problem(53, dtype);
        var options = new LogProbabilityOptions
        {
            SoftCap = 3,
            LogitScale = 1.2,
            Reference = new ReferenceLogits(problem.Hidden, problem.Weight, 3),
        };

        var tiles = new LogitTiles(Rows, 53, Rows, entries);
        var divergence = LogProbabilityCall.Score(problem.Hidden, problem.Weight, problem.Targets, options, tiles).Divergence!;
        divergence.sum().backward();

        // Exactly: both logits are the same bits, and so are the sums over them.
        Assert.Equal(0, divergence.abs().max().to(ScalarType.Float64).item<double>());
        Assert.Equal(0, problem.Hidden.grad!.abs().max().to(ScalarType.Float64).item<double>());
        Assert.Equal(0, problem.Weight.grad!.abs().max().to(ScalarType.Float64).item<double>());
    }

    [Theory]
    [InlineData(ScalarType.Float64, 1e-12)]
    [InlineData(ScalarType.Float32, 1e-5)]
    public void Of_equal_logits_the_entropy_is_the_log_of_the_vocabulary_and_the_first_token_is_the_top(ScalarType dtype, double tolerance)
    {
        using var scope = NewDisposeScope();
        var scores = FusedLayers.LogProbabilities(ones(2, 4, dtype: dtype), ones(1000, 4, dtype: dtype), tensor([0L, 999L]));

        AssertClose(scores.Entropy, full(2, Math.Log(1000), dtype: ScalarType.Float64), tolerance);
        AssertClose(scores.LogProbabilities, full(2, -Math.Log(1000), dtype: ScalarType.Float64), tolerance);
        AssertClose(scores.LogSumSquares, full(2, -Math.Log(1000), dtype: ScalarType.Float64), tolerance);
        Assert.Equal([0L, 0L], scores.Top.data<long>().ToArray());
        Assert.Equal([true, false], scores.Correct.data<bool>().ToArray());
    }

    [Theory]
    [InlineData(ScalarType.Float64, 1e-11)]
    [InlineData(ScalarType.Float32, 2e-4)]
    public void A_constant_added_to_every_logit_changes_nothing(ScalarType dtype, double tolerance)
    {
        using var scope = NewDisposeScope();
        var problem = new Problem(53, dtype);
        var options = problem.Options(1, null, entropyGradient: false, reference: true);
        // A column of ones meets a column of one number: each logit of a row grows by the same.
        var shiftedHidden = cat([problem.Hidden, full([Rows, 1], 40, dtype: dtype)], 1);
        var shiftedWeight = cat([problem.Weight, ones(53, 1, dtype: dtype)], 1);

        var scores = FusedLayers.LogProbabilities(problem.Hidden, problem.Weight, problem.Targets, options);
        var shifted = FusedLayers.LogProbabilities(shiftedHidden, shiftedWeight, problem.Targets, options);

        foreach (var (actual, wanted) in Pairs(shifted, scores))
        {
            AssertClose(actual, wanted, tolerance);
        }

        Assert.True(shifted.Top.Equals(scores.Top));
    }

    [Theory]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.Float32)]
    public void No_rows_give_empty_scores_and_gradients_of_zero(ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        var (hidden, weight) = (zeros(0, 4, dtype: dtype).requires_grad_(), ones(9, 4, dtype: dtype).requires_grad_());
        var options = new LogProbabilityOptions { EntropyGradient = true, Reference = new ReferenceLogits(hidden, weight) };

        var scores = FusedLayers.LogProbabilities(hidden, weight, zeros(0, dtype: ScalarType.Int64), options);
        (scores.LogProbabilities.sum() + scores.Entropy.sum() + scores.Divergence!.sum()).backward();

        Assert.Equal([0L], scores.Correct.shape);
        Assert.Equal([0L, 4L], hidden.grad!.shape);
        Assert.Equal(0, weight.grad!.abs().max().to(ScalarType.Float64).item<double>());
    }

    [Theory]
    [InlineData(40)]
    [InlineData(16)]
    public void A_NaN_shows_in_every_score_and_in_the_gradient(int entries)
    {
        using var scope = NewDisposeScope();
        var (hidden, weight) = (ones(1, 4).requires_grad_(), ones(40, 4));
        weight[7, 2] = float.NaN;

        var scores = LogProbabilityCall.Score(hidden, weight, tensor([3L]), new LogProbabilityOptions(), new LogitTiles(1, 40, 1, entries));
        scores.LogProbabilities.sum().backward();

        Assert.True(float.IsNaN(scores.LogProbabilities.item<float>()));
        Assert.True(float.IsNaN(scores.Entropy.item<float>()));
        Assert.True(float.IsNaN(scores.LogSumSquares.item<float>()));
        Assert.True(float.IsNaN(hidden.grad!.sum().item<float>()));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(0.0)]
    [InlineData(-1.0)]
    [InlineData(double.PositiveInfinity)]
    public void Scales_and_caps_that_are_not_above_0_are_refused(double value)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new LogProbabilityOptions { LogitScale = value });
        Assert.Throws<ArgumentOutOfRangeException>(() => new LogProbabilityOptions { SoftCap = value });
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_refused_by_name()
    {
        using var scope = NewDisposeScope();
        var (hidden, weight, targets) = (ones(3, 4), ones(9, 4), zeros(3, dtype: ScalarType.Int64));

        Assert.Contains("[rows, width]", Refusal(hidden, ones(9, 5), targets, null), StringComparison.Ordinal);
        Assert.Contains("[2]", Refusal(hidden, weight, zeros(2, dtype: ScalarType.Int64), null), StringComparison.Ordinal);
        Assert.Contains(
            "(3 and 9)",
            Refusal(hidden, weight, targets, new ReferenceLogits(ones(3, 2), ones(8, 2))),
            StringComparison.Ordinal
        );
    }

    internal static (Tensor Actual, Tensor Wanted)[] Pairs(TokenScores actual, TokenScores wanted) =>
        [
            (actual.LogProbabilities, wanted.LogProbabilities),
            (actual.Entropy, wanted.Entropy),
            (actual.LogSumSquares, wanted.LogSumSquares),
            .. actual.Divergence is null ? Array.Empty<(Tensor, Tensor)>() : [(actual.Divergence, wanted.Divergence!)],
        ];

    private static string Refusal(Tensor hidden, Tensor weight, Tensor targets, ReferenceLogits? reference) =>
        Assert
            .Throws<ArgumentException>(() =>
                FusedLayers.LogProbabilities(hidden, weight, targets, new LogProbabilityOptions { Reference = reference })
            )
            .Message;

    private static void AssertEqualsFullLogits(
        ScalarType dtype,
        int vocabulary,
        (int Rows, int Entries) tile,
        double scale,
        double? cap,
        bool entropy,
        bool reference,
        double tolerance
    )
    {
        using var scope = NewDisposeScope();
        var problem = new Problem(vocabulary, dtype);
        var options = problem.Options(scale, cap, entropy, reference);
        var tiles = new LogitTiles(Rows, vocabulary, tile.Rows, tile.Entries);

        var scores = LogProbabilityCall.Score(problem.Hidden, problem.Weight, problem.Targets, options, tiles);
        var expected = problem.FullLogits(options);

        foreach (var (actual, wanted) in Pairs(scores, expected))
        {
            AssertClose(actual, wanted, tolerance);
        }

        Assert.Equal(entropy, scores.Entropy.requires_grad);
        Assert.False(scores.LogSumSquares.requires_grad);
        Assert.True(scores.Top.Equals(expected.Top));
        Assert.True(scores.Correct.Equals(expected.Top.eq(problem.Targets)));
        var direction = problem.Directions(3);
        Combine(scores, direction, entropy).backward();
        Combine(expected, direction, entropy).backward();
        AssertClose(problem.Hidden.grad!, problem.WideHidden.grad!, tolerance);
        AssertClose(problem.Weight.grad!, problem.WideWeight.grad!, tolerance);
    }

    private static Tensor Combine(TokenScores scores, Tensor[] directions, bool entropy = true)
    {
        var sum = (scores.LogProbabilities * directions[0]).sum();
        sum = entropy ? sum + (scores.Entropy * directions[1]).sum() : sum;
        return scores.Divergence is { } divergence ? sum + (divergence * directions[2]).sum() : sum;
    }

    private static void AssertClose(Tensor actual, Tensor wanted, double tolerance)
    {
        var wide = wanted.to(ScalarType.Float64);
        var difference = (actual.to(ScalarType.Float64) - wide).abs().max().item<double>();
        Assert.True(difference <= tolerance * Math.Max(1, wide.abs().max().item<double>()), $"{difference} is above {tolerance}.");
    }

    private static void AssertNear(Tensor actual, Tensor wanted, double tolerance)
    {
        var relative = ((actual.to(ScalarType.Float64) - wanted).norm() / wanted.norm()).item<double>();
        Assert.True(relative <= tolerance, $"{relative} is above {tolerance}.");
    }

    /// <summary>Random hidden states and heads of a policy and a reference of another width, and their exact twins in float64.</summary>
    private sealed class Problem
    {
        private readonly Tensor referenceHidden;
        private readonly Tensor referenceWeight;

        internal Problem(int vocabulary, ScalarType dtype)
        {
            manual_seed(7);
            referenceHidden = randn(Rows, 3, dtype: dtype);
            referenceWeight = randn(vocabulary, 3, dtype: dtype);
            Hidden = randn(Rows, Width, dtype: dtype).requires_grad_();
            Weight = randn(vocabulary, Width, dtype: dtype).requires_grad_();
            Targets = randint(0, vocabulary, [Rows]);
            WideHidden = Hidden.detach().to(ScalarType.Float64, copy: true).requires_grad_();
            WideWeight = Weight.detach().to(ScalarType.Float64, copy: true).requires_grad_();
        }

        internal Tensor Hidden { get; }

        internal Tensor Weight { get; }

        internal Tensor Targets { get; }

        internal Tensor WideHidden { get; }

        internal Tensor WideWeight { get; }

        internal Tensor[] Directions(int count) => [.. Enumerable.Range(0, count).Select(_ => randn(Rows, dtype: ScalarType.Float64))];

        internal LogProbabilityOptions Options(double scale, double? cap, bool entropyGradient, bool reference) =>
            new()
            {
                LogitScale = scale,
                SoftCap = cap,
                EntropyGradient = entropyGradient,
                Reference = reference ? new ReferenceLogits(referenceHidden, referenceWeight, 5) : null,
            };

        /// <summary>The definitions, over all logits at once.</summary>
        internal TokenScores FullLogits(LogProbabilityOptions options)
        {
            Tensor Logs(Tensor hidden, Tensor weight, double? softCap)
            {
                var logits = F.linear(hidden, weight);
                return F.log_softmax((softCap is { } cap ? (logits / cap).tanh() * cap : logits) * options.LogitScale, -1);
            }

            var logP = Logs(WideHidden, WideWeight, options.SoftCap);
            var p = logP.exp();
            var entropy = -(p * logP).sum(-1);
            Tensor? divergence = null;
            if (options.Reference is not null)
            {
                var logQ = Logs(referenceHidden.to(ScalarType.Float64), referenceWeight.to(ScalarType.Float64), 5);
                divergence = (p * (logP - logQ)).sum(-1);
            }

            var top = logP.argmax(-1);
            return new TokenScores(
                logP.gather(1, Targets.unsqueeze(1)).squeeze(1),
                options.EntropyGradient ? entropy : entropy.detach(),
                top,
                top.eq(Targets),
                p.detach().square().sum(-1).log(),
                divergence
            );
        }
    }
}
