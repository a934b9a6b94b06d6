using Plumbline.Randomness;
using Plumbline.Testing.Torch;
using Plumbline.Torch.Functions;
using static TorchSharp.torch;

namespace Plumbline.Torch.Tests.Functions;

[NoTensorLeaks]
public sealed class KeptEntriesTests
{
    private const int Rows = 9;
    private const int Vocabulary = 150;
    private const int Width = 16;

    // Whole, and cut into slices of the vocabulary and blocks of rows; in float64 by operators, in float32 by kernels where there is no cap.
    [Theory]
    [InlineData(ScalarType.Float64, null, Rows, Vocabulary, 1e-10)]
    [InlineData(ScalarType.Float64, 3.0, 4, 64, 1e-10)]
    [InlineData(ScalarType.Float32, null, Rows, Vocabulary, 2e-5)]
    [InlineData(ScalarType.Float32, null, 4, 64, 2e-5)]
    [InlineData(ScalarType.Float32, 3.0, 4, 64, 2e-5)]
    public void All_that_is_returned_is_of_the_softmax_over_what_was_kept(
        ScalarType dtype,
        double? cap,
        int tileRows,
        int tileEntries,
        double tolerance
    )
    {
        using var scope = NewDisposeScope();
        var random = new Seed(3).Source();
        var kept = Kept(random);
        var targets = tensor(
            kept.Select(row => (long)(row is null ? random.NextInt(Vocabulary) : random.Choose(row))).ToArray(),
            dtype: ScalarType.Int64
        );
        Tensor Drawn(int rows) =>
            tensor(Enumerable.Range(0, rows * Width).Select(_ => random.NextNormal()).ToArray()).view(rows, Width).to(dtype);
        var (hidden, weight, other) = (Drawn(Rows), Drawn(Vocabulary), Drawn(Rows));
        var upstream = tensor(Enumerable.Range(0, 3 * Rows).Select(_ => random.NextNormal()).ToArray()).view(3, Rows).to(dtype);

        var expected = Plain(hidden, weight, other, targets, kept, cap, upstream);
        var actual = Tiled(hidden, weight, other, targets, kept, cap, upstream, new LogitTiles(Rows, Vocabulary, tileRows, tileEntries));

        for (var i = 0; i < expected.Length; i++)
        {
            var distance = (expected[i] - actual[i].to(ScalarType.Float64)).abs().max().item<double>();
            Assert.True(distance < tolerance * (1 + expected[i].abs().max().item<double>()), $"number {i} is off by {distance}");
        }
    }

    [Fact]
    public void A_target_that_was_not_kept_is_refused()
    {
        using var scope = NewDisposeScope();

        var failure = Assert.Throws<ArgumentException>(() =>
            FusedLayers.LogProbabilities(
                zeros(2, 4),
                zeros(8, 4),
                tensor([1L, 2L]),
                new LogProbabilityOptions
                {
                    Kept = new KeptEntries([
                        [1, 5],
                        [3],
                    ]),
                }
            )
        );

        Assert.Contains("each must be among what its row keeps", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Entries_must_ascend()
    {
        Assert.Throws<ArgumentException>(() =>
            new KeptEntries([
                [2, 1],
            ])
        );
        Assert.Throws<ArgumentException>(() =>
            new KeptEntries([
                [],
            ])
        );
        Assert.Throws<ArgumentException>(() =>
            new KeptEntries([
                [-1],
            ])
        );
    }

    private static int[]?[] Kept(RandomSource random) =>
        [
            .. Enumerable
                .Range(0, Rows)
                .Select(row =>
                    row % 4 == 3
                        ? null
                        : (int[])[.. Enumerable.Range(0, 1 + random.NextInt(20)).Select(_ => random.NextInt(Vocabulary)).Distinct().Order()]
                ),
        ];

    // Log-probability, entropy, divergence, gradient of the hidden states, gradient of the weight; in float64.
    private static Tensor[] Plain(Tensor hidden, Tensor weight, Tensor other, Tensor targets, int[]?[] kept, double? cap, Tensor upstream)
    {
        var (h, w) = (hidden.to(ScalarType.Float64).detach().requires_grad_(), weight.to(ScalarType.Float64).detach().requires_grad_());
        var mask = ones([Rows, Vocabulary], ScalarType.Bool);
        for (var row = 0; row < Rows; row++)
        {
            foreach (var entry in kept[row] ?? [.. Enumerable.Range(0, Vocabulary)])
            {
                mask[row, entry] = tensor(false);
            }
        }

        Tensor Masked(Tensor logits) => FusedLayers.SoftCapped(logits, cap).Times(0.7).masked_fill(mask, double.NegativeInfinity);
        var logP = Masked(h.mm(w.t())).log_softmax(-1);
        var logQ = Masked(other.to(ScalarType.Float64).mm(weight.to(ScalarType.Float64).t())).log_softmax(-1);
        var finite = logP.masked_fill(mask, 0.0);
        var p = logP.exp();
        var atTarget = logP.gather(1, targets.unsqueeze(1)).squeeze(1);
        var entropy = -(p * finite).sum(dim: -1);
        var divergence = (p * (finite - logQ.masked_fill(mask, 0.0))).sum(dim: -1);
        (stack([atTarget, entropy, divergence]) * upstream.to(ScalarType.Float64)).sum().backward();
        return [atTarget.detach(), entropy.detach(), divergence.detach(), h.grad!, w.grad!];
    }

    private static Tensor[] Tiled(
        Tensor hidden,
        Tensor weight,
        Tensor other,
        Tensor targets,
        int[]?[] kept,
        double? cap,
        Tensor upstream,
        LogitTiles tiles
    )
    {
        var (h, w) = (hidden.detach().requires_grad_(), weight.detach().requires_grad_());
        var options = new LogProbabilityOptions
        {
            LogitScale = 0.7,
            SoftCap = cap,
            EntropyGradient = true,
            Reference = new ReferenceLogits(other, weight, cap),
            Kept = new KeptEntries(kept),
        };
        var scores = LogProbabilityCall.Score(h, w, targets, options, tiles);
        (stack([scores.LogProbabilities, scores.Entropy, scores.Divergence!]) * upstream).sum().backward();
        return [scores.LogProbabilities.detach(), scores.Entropy.detach(), scores.Divergence!.detach(), h.grad!, w.grad!];
    }
}
