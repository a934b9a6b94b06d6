using Plumbline.Testing.Torch;
using Plumbline.Torch.Blocks;
using Plumbline.Torch.Functions;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Plumbline.Torch.Tests.Functions;

/// <summary>A block with every feed-forward, biases and low-rank additions against its formula under plain autograd in float64.</summary>
[NoTensorLeaks]
public sealed class DecoderBlockFunctionTests
{
    private const int Hidden = 32;
    private const int Inner = 48;
    private const int Tokens = 21;

    private static readonly HeadLayout Layout = new(4, 2, 16);

    [Theory]
    [InlineData(ActivationKind.Silu, true)]
    [InlineData(ActivationKind.Silu, false)]
    [InlineData(ActivationKind.Gelu, true)]
    [InlineData(ActivationKind.Gelu, false)]
    [InlineData(ActivationKind.GeluTanh, true)]
    [InlineData(ActivationKind.GeluTanh, false)]
    public void Values_and_gradients_equal_the_formula(ActivationKind activation, bool gated)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var parameters = Parameters(gated);
        var exact = parameters.ToDictionary(entry => entry.Key, entry => entry.Value.detach().to(ScalarType.Float64).requires_grad_());
        var direction = randn(Tokens, Hidden);

        var output = DecoderBlock.Forward(parameters["x"], Shape(activation, gated), Weights(parameters), Plan(), null, null);
        (output * direction).sum().backward();
        var expected = Formula(exact, activation, gated);
        (expected * direction).sum().backward();

        Assert.InRange(Distance(output, expected), 0, 1e-6);
        Assert.All(parameters.Keys, name => Assert.InRange(Distance(parameters[name].grad!, exact[name].grad!), 0, 1e-6));
    }

    [Fact]
    public void Frozen_parameters_get_no_gradient_and_an_input_without_one_still_gives_the_others_theirs()
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        var parameters = Parameters(gated: true);
        foreach (var (name, value) in parameters)
        {
            value.requires_grad = name is "a" or "b";
        }

        DecoderBlock.Forward(parameters["x"], Shape(ActivationKind.Silu, true), Weights(parameters), Plan(), null, null).sum().backward();

        Assert.All(parameters, entry => Assert.Equal(entry.Key is "a" or "b", entry.Value.grad is not null));
    }

    [Fact]
    public void What_the_kernels_do_not_fit_is_refused()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        var (parameters, shape) = (Parameters(gated: true), Shape(ActivationKind.Silu, true));
        void Run(BlockShape block, Tensor hidden, AttentionPlan plan) =>
            DecoderBlock.Forward(hidden, block, Weights(parameters), plan, null, null);

        Assert.False(DecoderBlock.Supports(shape with { HiddenSize = 40 }, parameters["x"]));
        Assert.False(DecoderBlock.Supports(shape with { Rule = new AttentionRule(1, SoftCap: 2) }, parameters["x"]));
        Assert.Throws<ArgumentException>(() => Run(shape, parameters["x"].to(ScalarType.Float64), Plan()));
        Assert.Throws<ArgumentException>(() => Run(shape with { RotaryHalf = 16 }, parameters["x"], Plan()));
        Assert.Throws<ArgumentException>(() => Run(shape, parameters["x"], AttentionPlan.Of([new AttentionSpan(0, Tokens + 1)])));
    }

    private static AttentionPlan Plan() => AttentionPlan.Of([new AttentionSpan(0, Tokens)]);

    private static BlockShape Shape(ActivationKind activation, bool gated) =>
        new()
        {
            HiddenSize = Hidden,
            FeedForwardSize = Inner,
            Layout = Layout,
            Rule = AttentionRule.Plain(Layout.HeadSize),
            NormEpsilon = 1e-5,
            Activation = activation,
            Gated = gated,
        };

    private static Dictionary<string, Tensor> Parameters(bool gated)
    {
        var wide = gated ? 2 * Inner : Inner;
        (string Name, long[] Shape)[] shapes =
        [
            ("x", [Tokens, Hidden]),
            ("n1", [Hidden]),
            ("qkv", [Layout.RowSize, Hidden]),
            ("qkv bias", [Layout.RowSize]),
            ("a", [3, Hidden]),
            ("b", [Layout.QuerySize, 3]),
            ("o", [Hidden, Layout.QuerySize]),
            ("o bias", [Hidden]),
            ("n2", [Hidden]),
            ("up", [wide, Hidden]),
            ("up bias", [wide]),
            ("down", [Hidden, Inner]),
            ("down bias", [Hidden]),
        ];
        return shapes.ToDictionary(entry => entry.Name, entry => (randn(entry.Shape) * 0.3).requires_grad_());
    }

    private static BlockWeights Weights(Dictionary<string, Tensor> parameters) =>
        new(
            parameters["n1"],
            new BlockProjection(
                parameters["qkv"],
                parameters["qkv bias"],
                [new LowRankAddition(parameters["a"], [new LowRankModule(0, 0, parameters["b"], 1.5)])]
            ),
            new BlockProjection(parameters["o"], parameters["o bias"], []),
            parameters["n2"],
            new BlockProjection(parameters["up"], parameters["up bias"], []),
            new BlockProjection(parameters["down"], parameters["down bias"], [])
        );

    private static Tensor Formula(Dictionary<string, Tensor> p, ActivationKind activation, bool gated)
    {
        Tensor Norm(Tensor values, string weight) => values * rsqrt(values.pow(2).mean([-1], true) + 1e-5) * p[weight];
        Tensor Linear(Tensor values, string name) => F.linear(values, p[name], p[name + " bias"]);

        var normed = Norm(p["x"], "n1");
        var parts = Linear(normed, "qkv").split([Layout.QuerySize, Layout.KeyValueSize, Layout.KeyValueSize], -1);
        var queries = parts[0] + (normed.matmul(p["a"].t()).matmul(p["b"].t()) * 1.5);
        Tensor Heads(Tensor part, int heads) =>
            part.view(Tokens, heads, Layout.HeadSize).transpose(0, 1).repeat_interleave(Layout.Heads / heads, dim: 0);
        var scores = Heads(queries, 4).matmul(Heads(parts[1], 2).transpose(-1, -2)) / Math.Sqrt(Layout.HeadSize);
        var hidden = full([Tokens, Tokens], double.NegativeInfinity, ScalarType.Float64).triu(1);
        var attended = F.softmax(scores + hidden, -1).matmul(Heads(parts[2], 2)).transpose(0, 1).reshape(Tokens, Layout.QuerySize);
        var middle = p["x"] + Linear(attended, "o");

        var inner = Linear(Norm(middle, "n2"), "up");
        var gate = gated ? inner.narrow(1, 0, Inner) : inner;
        var active = activation switch
        {
            ActivationKind.Silu => gate * gate.sigmoid(),
            ActivationKind.Gelu => gate * 0.5 * (1 + (gate / Math.Sqrt(2)).erf()),
            _ => gate * 0.5 * (1 + ((gate + (0.044715 * gate.pow(3))) * Math.Sqrt(2 / Math.PI)).tanh()),
        };
        return middle + Linear(gated ? active * inner.narrow(1, Inner, Inner) : active, "down");
    }

    private static double Distance(Tensor actual, Tensor expected) =>
        ((actual.to(ScalarType.Float64) - expected).norm() / expected.norm()).item<double>();
}
