using Plumbline.Models.Adapters;
using Plumbline.Models.HuggingFace;
using Plumbline.Models.Language;
using Plumbline.Randomness;
using Plumbline.Testing.Torch;
using Plumbline.Torch.Allocation;
using Plumbline.Torch.Checkpointing;
using Plumbline.Torch.Dispatch;
using Plumbline.Torch.Functions;
using Plumbline.Torch.Optimization;
using static TorchSharp.torch;

namespace Plumbline.Models.Tests.Language;

/// <summary>Layers as one step of autograd with a backward pass of their own, against the same layers composed of their parts under plain autograd.</summary>
[NoTensorLeaks]
public sealed class DecoderBlockTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Architectures", "Reference");

    // Unequal lengths, one of a single token, and a prompt with three answers.
    private static readonly AttentionSpan[] Spans =
    [
        new(0, 37),
        new(37, 1),
        new(38, 18),
        new(56, 20, 38, 18),
        new(76, 1, 38, 18),
        new(77, 11, 38, 18),
    ];
    private static readonly PackedTokens Tokens = new(TinyModels.Ids(5, 88), Spans);

    public static TheoryData<string> Architectures =>
        [.. Directory.GetDirectories(Folder).Select(folder => Path.GetFileName(folder)!).Order(StringComparer.Ordinal)];

    // Soft caps, norms behind attention, layer norms, experts; and LongRoPE's factors, which fix a head of eight values.
    private static readonly string[] Composed =
    [
        "gemma2",
        "gemma3",
        "gpt-neox",
        "gpt-neox-serial",
        "gpt2",
        "mixtral",
        "phi3-longrope",
        "qwen3-moe",
    ];

    [Theory]
    [MemberData(nameof(Architectures))]
    public void Values_and_gradients_equal_those_of_the_composed_layers(string architecture)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        using var decoder = new Decoder(Config(architecture), new Seed(3));
        using var exact = new Decoder(Config(architecture), new Seed(3), ScalarType.Float64);
        Disturb(decoder);
        CopyInto(exact, decoder);
        var weights = randn(Tokens.Count, decoder.Config.HiddenSize);

        var (hidden, gradients) = Pass(decoder, new PackedAttention(decoder.Config, Spans), weights);
        var (composed, composedGradients) = Pass(decoder, new Unfused(new PackedAttention(decoder.Config, Spans)), weights);
        var (wide, wideGradients) = Pass(exact, new PackedAttention(exact.Config, Spans), weights.to(ScalarType.Float64));

        Assert.Equal(Composed.Contains(architecture), hidden.Equals(composed));
        Assert.InRange(Distance(hidden, composed), 0, 1e-6);
        Assert.InRange(Distance(hidden, wide), 0, 1e-5);
        foreach (var ((gradient, composedGradient), wideGradient) in gradients.Zip(composedGradients).Zip(wideGradients))
        {
            Assert.InRange(Distance(gradient, composedGradient), 0, 1e-6);
            Assert.InRange(Distance(gradient, wideGradient), 0, 1e-5);
        }
    }

    // Sizes that the kernels take, everything else as the reference model has it.
    private static DecoderConfig Config(string architecture)
    {
        var config = ConfigJson.Read(Path.Combine(Folder, architecture, "config.json"));
        return config with
        {
            VocabularySize = 64,
            HiddenSize = 64,
            IntermediateSize = 96,
            HeadSize = config.RotaryShare < 1 ? 128 : 32,
            MaxPositions = config.RopeScaling is null ? 64 : config.MaxPositions,
            ScaledMaxPositions = config.RopeScaling is null ? null : 64,
            InitializerRange = 0.15,
        };
    }

    // Norms and biases of a new model are all ones and zeros, which would hide mistakes.
    private static void Disturb(Decoder decoder)
    {
        using var noGradients = no_grad();
        foreach (var parameter in decoder.Parameters.Where(parameter => parameter.Value.dim() == 1))
        {
            parameter.Value.add_(randn(parameter.Value.shape) * 0.2);
        }
    }

    private static void CopyInto(Decoder target, Decoder source)
    {
        using var noGradients = no_grad();
        foreach (var (to, from) in target.Parameters.Zip(source.Parameters))
        {
            to.Value.copy_(from.Value);
        }
    }

    private static (Tensor Hidden, Tensor[] Gradients) Pass(Decoder decoder, IAttention attention, Tensor weights)
    {
        foreach (var parameter in decoder.TrainableParameters)
        {
            using var gradient = parameter.Value.grad;
            gradient?.zero_();
        }

        var (positions, lengths) = Tokens.Places();
        var hidden = decoder.HiddenStates(Tokens.Ids, positions, attention, lengths);
        (hidden * weights).sum().backward();
        return (
            hidden.detach(),
            [.. decoder.TrainableParameters.Select(parameter => parameter.Value.grad?.clone() ?? zeros_like(parameter.Value))]
        );
    }

    private static double Distance(Tensor actual, Tensor expected)
    {
        var wide = expected.to(ScalarType.Float64);
        return ((actual.to(ScalarType.Float64) - wide).norm() / (wide.norm() + 1e-30)).item<double>();
    }

    // The same attention under another type: the layers are composed of their parts.
    private sealed class Unfused(PackedAttention attention) : IAttention
    {
        public Tensor Attend(int layer, Tensor rows) => attention.Attend(layer, rows);
    }
}
