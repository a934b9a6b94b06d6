using Plumbline.Testing.Torch;
using Plumbline.Torch.Functions;
using Plumbline.Torch.Kernels.Decoding;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Plumbline.Torch.Tests.Kernels;

/// <summary>Whole passes of made-up architectures against their definition in float64 operators, without a cache.</summary>
[NoTensorLeaks]
public sealed unsafe class DecodePassTests
{
    private const int Vocabulary = 50;
    private const int Hidden = 48;
    private const int Positions = 64;

    public static TheoryData<string> Architectures => ["gemma", "neox", "gpt2", "partial rotary"];

    [Theory]
    [MemberData(nameof(Architectures))]
    public void A_pass_equals_its_definition(string architecture)
    {
        using var scope = NewDisposeScope();
        var plan = Plan(architecture);
        int[] ids = [.. Enumerable.Range(0, 40).Select(i => (i * 17 + 3) % Vocabulary)];
        var expected = Definition(plan, ids).to(ScalarType.Float32).data<float>().ToArray();

        using var team = new ThreadTeam(2);
        using var decoder = new PackedDecoder(plan, DecodeWeights.BFloat16, team);
        using var cache = new PagedCache(plan.Layers.Count, plan.Layers[0].Attention.Layout, slots: 2, tokens: 128, longest: Positions);
        using var buffers = new DecodeBuffers(decoder, cache, rows: 10, scored: 2, members: 2);
        var pass = DecodePass.Create(decoder, cache, buffers, team);
        void Place(int row, int slot, int at)
        {
            buffers.Tokens.Start[row] = ids[at];
            buffers.Positions.Start[row] = at;
            buffers.Tables.Start[row] = (nint)cache.Table(slot);
        }

        // Slot 0 reads ten tokens at once and then token after token, slot 1 all of them one by one.
        cache.Reserve(0, 40);
        cache.Reserve(1, 40);
        for (var at = 0; at < 10; at++)
        {
            Place(at, 0, at);
        }

        pass.Run(10, oneSequence: true);
        AssertNear(expected, 9, new Span<float>(buffers.Logits.Start, Vocabulary));
        for (var at = 0; at < 40; at++)
        {
            Place(0, 1, at);
            Place(1, 0, at);
            pass.Run(at < 10 ? 1 : 2, oneSequence: false);
            AssertNear(expected, at, new Span<float>(buffers.Logits.Start, Vocabulary));
            if (at >= 10)
            {
                AssertNear(expected, at, new Span<float>(buffers.Logits.Start + Vocabulary, Vocabulary));
            }
        }
    }

    private static void AssertNear(float[] expected, int row, Span<float> actual)
    {
        var own = expected.AsSpan(row * Vocabulary, Vocabulary).ToArray();
        var scale = own.Max(MathF.Abs);
        Assert.All(
            own.Zip(actual.ToArray()),
            pair => Assert.InRange(pair.Second, pair.First - (1e-4f * scale), pair.First + (1e-4f * scale))
        );
    }

    private static DecodePlan Plan(string architecture)
    {
        using var random = new Weights();
        var layout = architecture == "gpt2" ? new HeadLayout(4, 4, 12) : new HeadLayout(6, 2, 8);
        var (gemma, neox, gpt2) = (architecture == "gemma", architecture == "neox", architecture == "gpt2");
        NormPlan Norm(int width) =>
            gemma ? random.RmsNorm(width, offset: 1)
            : neox || gpt2 ? random.LayerNorm(width)
            : random.RmsNorm(width, 0);
        var rotaries = new RotaryPlan?[]
        {
            gpt2
                ? null
                : new RotaryPlan(
                    architecture is "neox" or "partial rotary" ? [1f, 0.1f] : [1f, 0.3f, 0.1f, 0.03f],
                    Factor: neox ? 1.2f : 1
                ),
            gpt2 ? null : new RotaryPlan(architecture is "neox" or "partial rotary" ? [1f, 0.1f] : [0.7f, 0.2f, 0.02f, 0.01f]),
        };
        DecodeLayerPlan Layer(int index) =>
            new(
                new DecodeAttentionPlan
                {
                    Norm = Norm(Hidden),
                    PostNorm = gemma ? Norm(Hidden) : null,
                    QueryKeyValue = random.Matrix(layout.RowSize, Hidden, bias: neox || gpt2),
                    QueryNorm = gemma ? random.RmsNorm(layout.HeadSize, 1) : null,
                    KeyNorm = gemma ? random.RmsNorm(layout.HeadSize, 1) : null,
                    Output = random.Matrix(Hidden, layout.QuerySize, bias: neox || gpt2),
                    Layout = layout,
                    Scale = gemma ? 0.25f : 1 / MathF.Sqrt(layout.HeadSize),
                    SoftCap = gemma ? 5 : null,
                    Window = index == 0 && !gpt2 ? 19 : null,
                    Rotary = rotaries[index],
                },
                new FeedForwardPlan
                {
                    Norm = Norm(Hidden),
                    PostNorm = gemma ? Norm(Hidden) : null,
                    Gate = neox || gpt2 ? null : random.Matrix(70, Hidden, bias: false),
                    Up = random.Matrix(70, Hidden, bias: neox || gpt2),
                    Down = random.Matrix(Hidden, 70, bias: neox || gpt2),
                    Activation =
                        neox ? ActivationKind.Gelu
                        : gpt2 || gemma ? ActivationKind.GeluTanh
                        : ActivationKind.Silu,
                },
                Parallel: neox
            );
        return new DecodePlan
        {
            Embedding = random.Draw(Vocabulary, Hidden),
            EmbeddingScale = gemma ? MathF.Sqrt(Hidden) : 1,
            PositionEmbedding = gpt2 ? random.Draw(Positions, Hidden) : null,
            Layers = [Layer(0), Layer(1)],
            FinalNorm = Norm(Hidden),
            Head = random.Matrix(Vocabulary, Hidden, bias: gpt2),
            LogitSoftCap = gemma ? 10 : null,
            MaxPositions = Positions,
        };
    }

    private static Tensor Definition(DecodePlan plan, int[] ids)
    {
        var hidden = Wide(plan.Embedding).index_select(0, tensor(Array.ConvertAll(ids, id => (long)id))) * plan.EmbeddingScale;
        hidden = plan.PositionEmbedding is { } positions ? hidden + Wide(positions).narrow(0, 0, ids.Length) : hidden;
        foreach (var layer in plan.Layers)
        {
            var attended = Normalised(layer.Attention.PostNorm, Attention(layer.Attention, Normalised(layer.Attention.Norm, hidden)));
            var between = layer.Parallel ? hidden : hidden + attended;
            var added = Normalised(layer.FeedForward.PostNorm, FeedForward(layer.FeedForward, Normalised(layer.FeedForward.Norm, between)));
            hidden = hidden + attended + added;
        }

        var logits = Product(plan.Head, Normalised(plan.FinalNorm, hidden));
        return plan.LogitSoftCap is { } cap ? (logits / cap).tanh() * cap : logits;
    }

    private static Tensor Attention(DecodeAttentionPlan plan, Tensor input)
    {
        var (layout, time) = (plan.Layout, input.shape[0]);
        var parts = Product(plan.QueryKeyValue, input).split([layout.QuerySize, layout.KeyValueSize, layout.KeyValueSize], -1);
        Tensor Heads(Tensor part, NormPlan? norm) => Normalised(norm, part.view(time, -1, layout.HeadSize)).transpose(0, 1);
        var query = Rotated(plan.Rotary, Heads(parts[0], plan.QueryNorm));
        var key = Rotated(plan.Rotary, Heads(parts[1], plan.KeyNorm)).repeat_interleave(layout.Share, 0);
        var value = Heads(parts[2], null).repeat_interleave(layout.Share, 0);
        var scores = query.matmul(key.transpose(1, 2)) * plan.Scale;
        scores = plan.SoftCap is { } cap ? (scores / cap).tanh() * cap : scores;
        var back = arange(time).unsqueeze(1) - arange(time).unsqueeze(0);
        var hiddenFrom = back.lt(0).logical_or(back.ge(plan.Window ?? (int)time));
        var output = F.softmax(scores.masked_fill(hiddenFrom, double.NegativeInfinity), -1).matmul(value);
        return Product(plan.Output, output.transpose(0, 1).reshape(time, layout.QuerySize));
    }

    private static Tensor Rotated(RotaryPlan? plan, Tensor heads)
    {
        if (plan is null)
        {
            return heads;
        }

        var count = plan.Frequencies.Length;
        var angle = outer(arange(heads.shape[1], dtype: ScalarType.Float64), Wide(tensor(plan.Frequencies)));
        var (cosine, sine) = (angle.cos() * plan.Factor, angle.sin() * plan.Factor);
        var (a, b) = (heads.narrow(-1, 0, count), heads.narrow(-1, count, count));
        var rest = heads.narrow(-1, 2 * count, heads.shape[2] - (2 * count));
        return cat([(a * cosine) - (b * sine), (b * cosine) + (a * sine), rest], -1);
    }

    private static Tensor FeedForward(FeedForwardPlan plan, Tensor input)
    {
        var (up, gate) = (Product(plan.Up, input), plan.Gate is null ? null : Product(plan.Gate, input));
        var active = gate ?? up;
        active = plan.Activation switch
        {
            ActivationKind.Silu => F.silu(active),
            ActivationKind.GeluTanh => 0.5 * active * (1 + (Math.Sqrt(2 / Math.PI) * (active + (0.044715 * active.pow(3)))).tanh()),
            _ => F.gelu(active),
        };
        return Product(plan.Down, gate is null ? active : active * up);
    }

    private static Tensor Normalised(NormPlan? plan, Tensor input)
    {
        if (plan is null)
        {
            return input;
        }

        var centred = plan.Centred ? input - input.mean([-1], true) : input;
        var scaled = centred * rsqrt(centred.pow(2).mean([-1], true) + plan.Epsilon) * (Wide(plan.Weight()) + plan.Offset);
        return plan.Bias is { } bias ? scaled + Wide(bias()) : scaled;
    }

    private static Tensor Product(MatrixPlan plan, Tensor input) =>
        F.linear(input, Wide(plan.Weight()), plan.Bias is { } bias ? Wide(bias()) : null);

    private static Tensor Wide(Tensor values) => values.to(ScalarType.Float64);

    // Random weights that are bfloat16 numbers: packing loses nothing.
    private sealed class Weights : IDisposable
    {
        private readonly Generator generator = new(11, CPU);

        public void Dispose() => generator.Dispose();

        internal Tensor Draw(params long[] shape) =>
            empty(shape, ScalarType.Float32).normal_(0, 0.3, generator).to(ScalarType.BFloat16).to(ScalarType.Float32);

        internal MatrixPlan Matrix(int outputs, int inputs, bool bias)
        {
            var (weight, addend) = (Draw(outputs, inputs), bias ? Draw(outputs) : null);
            return new MatrixPlan(outputs, inputs, () => weight.alias(), addend is null ? null : () => addend.alias());
        }

        internal NormPlan RmsNorm(int width, float offset)
        {
            var weight = offset == 0 ? Draw(width) + 1 : Draw(width);
            return new NormPlan(width, () => weight.alias(), 1e-5, Offset: offset);
        }

        internal NormPlan LayerNorm(int width)
        {
            var (weight, bias) = (Draw(width) + 1, Draw(width));
            return new NormPlan(width, () => weight.alias(), 1e-5, () => bias.alias(), Centred: true);
        }
    }
}
