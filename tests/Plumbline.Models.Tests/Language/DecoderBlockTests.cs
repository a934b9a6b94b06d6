using Plumbline.Models.Adapters;
using Plumbline.Models.HuggingFace;
using Plumbline.Models.Language;
using Plumbline.Randomness;
using Plumbline.Testing;
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

        Assert.Equal(!Composed.Contains(architecture), IsOneStepOfAutograd(decoder));
        Assert.InRange(Distance(hidden, composed), 0, 1e-6);
        Assert.InRange(Distance(hidden, wide), 0, 1e-5);
        foreach (var ((gradient, composedGradient), wideGradient) in gradients.Zip(composedGradients).Zip(wideGradients))
        {
            Assert.InRange(Distance(gradient, composedGradient), 0, 1e-6);
            Assert.InRange(Distance(gradient, wideGradient), 0, 1e-5);
        }
    }

    [Fact]
    public void Adapters_on_a_frozen_base_get_the_gradients_of_the_composed_layers_and_the_base_gets_none()
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        using var decoder = new Decoder(Config("qwen2"), new Seed(3));
        using var exact = new Decoder(Config("qwen2"), new Seed(3), ScalarType.Float64);
        Disturb(decoder);
        AddAdapters(decoder);
        AddAdapters(exact);
        DisturbMatrices(decoder);
        CopyInto(exact, decoder);
        var weights = randn(Tokens.Count, decoder.Config.HiddenSize);

        var (hidden, gradients) = Pass(decoder, new PackedAttention(decoder.Config, Spans), weights);
        var (composed, composedGradients) = Pass(decoder, new Unfused(new PackedAttention(decoder.Config, Spans)), weights);
        var (_, wideGradients) = Pass(exact, new PackedAttention(exact.Config, Spans), weights.to(ScalarType.Float64));

        Assert.True(IsOneStepOfAutograd(decoder));
        Assert.InRange(Distance(hidden, composed), 0, 1e-6);
        foreach (var ((gradient, composedGradient), wideGradient) in gradients.Zip(composedGradients).Zip(wideGradients))
        {
            // How far float32 is from the truth depends on the processor's order of sums; the one step may hardly be worse at it than the layers.
            Assert.InRange(Distance(gradient, wideGradient), 0, 5e-7 + Distance(composedGradient, wideGradient));
            Assert.InRange(Distance(composedGradient, wideGradient), 0, 1e-5);
        }

        Assert.All(gradients, gradient => Assert.True(gradient.norm().item<float>() > 0));
        Assert.All(decoder.Parameters, parameter => Assert.Null(parameter.Value.grad));
    }

    private static void AddAdapters(Decoder decoder)
    {
        decoder.Adapters.Add(
            "first",
            new LoraOptions { Rank = 3, TargetModules = ["q_proj", "v_proj", "o_proj", "down_proj"] },
            new Seed(1)
        );
        decoder.Adapters.Add("second", new LoraOptions { Rank = 5, Alpha = 20 }, new Seed(2));
        decoder.Adapters.Activate(("first", 0.5), ("second", 1));
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 0.1)]
    public void Adapters_that_decompose_weights_or_drop_inputs_keep_the_composed_layers(bool useDora, double dropout)
    {
        using var scope = NewDisposeScope();
        using var decoder = new Decoder(TinyModels.Config("llama"), new Seed(3));
        decoder.Adapters.Add("first", new LoraOptions { UseDora = useDora, Dropout = dropout }, new Seed(1));
        var weights = randn(Tokens.Count, decoder.Config.HiddenSize);

        var (hidden, gradients) = Pass(decoder, new PackedAttention(decoder.Config, Spans), weights);
        var (composed, composedGradients) = Pass(decoder, new Unfused(new PackedAttention(decoder.Config, Spans)), weights);

        Assert.False(IsOneStepOfAutograd(decoder));
        Assert.True(hidden.Equals(composed));
        Assert.All(gradients.Zip(composedGradients), pair => Assert.True(pair.First.Equals(pair.Second)));
    }

    [Theory]
    [InlineData("llama-2")]
    [InlineData("qwen3")]
    [InlineData("gemma")]
    public void In_bf16_values_and_gradients_stay_within_bf16_rounding_of_float32(string architecture)
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        using var decoder = new Decoder(Config(architecture), new Seed(3));
        var weights = randn(Tokens.Count, decoder.Config.HiddenSize);
        (Tensor Hidden, Tensor[] Gradients) Half(IAttention attention)
        {
            using var autocast = Autocast.To(ScalarType.BFloat16);
            return Pass(decoder, attention, weights);
        }

        var (hidden, gradients) = Pass(decoder, new PackedAttention(decoder.Config, Spans), weights);
        var (half, halfGradients) = Half(new PackedAttention(decoder.Config, Spans));
        var (composed, composedGradients) = Half(new Unfused(new PackedAttention(decoder.Config, Spans)));

        // No worse than autocast over the composed layers by more than rounding's own noise, and small: bf16 has 8 bits.
        Assert.InRange(Distance(half, hidden), 0, Math.Min(0.02, 1.5 * Distance(composed, hidden)));
        for (var i = 0; i < gradients.Length; i++)
        {
            Assert.InRange(Distance(halfGradients[i], gradients[i]), 0, Math.Min(0.05, 1.5 * Distance(composedGradients[i], gradients[i])));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Passes_repeat_bit_for_bit_and_leave_no_tensor_and_no_buffer_behind(bool half)
    {
        using var decoder = new Decoder(Config("qwen3"), new Seed(3));
        float[] Run()
        {
            using var scope = NewDisposeScope();
            using var autocast = half ? Autocast.To(ScalarType.BFloat16) : null;
            var (_, gradients) = Pass(decoder, new PackedAttention(decoder.Config, Spans), ones(Tokens.Count, decoder.Config.HiddenSize));
            return [.. gradients.SelectMany(gradient => gradient.view(-1).data<float>().ToArray())];
        }

        var first = Run();
        var (tensors, buffers) = (Tensor.TotalCount, BufferPool.BytesInUse);
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(first, Run());
        }

        Assert.Equal(tensors, Tensor.TotalCount);
        Assert.Equal(buffers, BufferPool.BytesInUse);
    }

    [Fact]
    public void What_a_pass_without_a_backward_pass_kept_comes_back_when_it_is_collected()
    {
        using var decoder = new Decoder(Config("llama-2"), new Seed(3));
        void Forget()
        {
            using var scope = NewDisposeScope();
            decoder.HiddenStates(Tokens);
        }

        Forget();
        Collect();
        var before = BufferPool.BytesInUse;
        for (var i = 0; i < 5; i++)
        {
            Forget();
        }

        Assert.True(BufferPool.BytesInUse > before);
        Collect();
        Assert.Equal(before, BufferPool.BytesInUse);
    }

    [Fact]
    public void Without_gradients_nothing_is_kept()
    {
        using var scope = NewDisposeScope();
        using var decoder = new Decoder(Config("llama-2"), new Seed(3));
        var expected = decoder.HiddenStates(Tokens);
        using var noGradients = no_grad();
        var before = BufferPool.BytesInUse;

        var hidden = decoder.HiddenStates(Tokens);

        Assert.True(hidden.Equals(expected));
        Assert.Equal(before, BufferPool.BytesInUse);
    }

    [Fact]
    public void A_second_backward_pass_over_a_retained_graph_adds_the_same_gradients_again()
    {
        using var scope = NewDisposeScope();
        using var decoder = new Decoder(Config("qwen3"), new Seed(3));
        var loss = decoder.HiddenStates(Tokens).pow(2).sum();

        loss.backward(retain_graph: true);
        var once = decoder.Parameters.Select(parameter => parameter.Value.grad!.clone()).ToArray();
        loss.backward();

        Assert.All(decoder.Parameters.Zip(once), pair => Assert.InRange(Distance(pair.First.Value.grad!, pair.Second * 2), 0, 1e-7));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_checkpointed_decoder_gives_the_same_bits(bool half)
    {
        using var scope = NewDisposeScope();
        using var decoder = new Decoder(Config("llama-2"), new Seed(3));
        var attention = new PackedAttention(decoder.Config, Spans);
        var (positions, lengths) = Tokens.Places();
        Tensor[] Gradients(Func<Tensor> hidden)
        {
            foreach (var parameter in decoder.Parameters)
            {
                parameter.Value.grad?.zero_();
            }

            using (half ? Autocast.To(ScalarType.BFloat16) : null)
            {
                GradientCheckpoint.Backward(hidden().pow(2).sum());
            }

            // All but the head, which hidden states do not need.
            return [.. decoder.Parameters.Select(parameter => parameter.Value.grad).OfType<Tensor>().Select(gradient => gradient.clone())];
        }

        var plain = Gradients(() => decoder.HiddenStates(Tokens.Ids, positions, attention, lengths));
        var again = Gradients(() => GradientCheckpoint.Run(_ => decoder.HiddenStates(Tokens.Ids, positions, attention, lengths), zeros(1)));

        Assert.Equal(decoder.Parameters.Count - 1, again.Length);
        Assert.All(plain.Zip(again), pair => Assert.True(pair.First.Equals(pair.Second)));
    }

    [Theory]
    [InlineData("optimiser")]
    [InlineData("copy")]
    [InlineData("view")]
    [InlineData("load")]
    [InlineData("merge")]
    public void A_changed_weight_is_never_used_as_it_was(string change)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var decoder = new Decoder(Config("llama-2"), new Seed(3));
        using var other = new Decoder(Config("llama-2"), new Seed(4));
        ModelFolder.Save(folder.Path, other);
        Tensor Hidden(Decoder model)
        {
            using var autocast = Autocast.To(ScalarType.BFloat16);
            return model.HiddenStates(Tokens);
        }

        var before = Hidden(decoder);
        before.sum().backward();
        using (no_grad())
        {
            Change(decoder, other, change, folder.Path);
        }

        using var fresh = new Decoder(Config("llama-2"), new Seed(5));
        CopyInto(fresh, decoder);
        var after = Hidden(decoder);
        Assert.False(after.Equals(before));
        Assert.True(after.Equals(Hidden(fresh)));
    }

    private static void Change(Decoder decoder, Decoder other, string change, string folder)
    {
        switch (change)
        {
            case "optimiser":
                using (
                    var optimizer = new AdamW(
                        decoder.Parameters.Select(parameter => new OptimizedParameter(parameter.Name, parameter.Value, parameter.Decays)),
                        new AdamWOptions()
                    )
                )
                {
                    optimizer.Apply(0.01);
                }

                break;
            case "copy":
                CopyInto(decoder, other);
                break;
            case "view":
                decoder.Layers[0].Output.Weight.Value.narrow(0, 3, 2).normal_();
                break;
            case "load":
                ModelFolder.LoadWeights(folder, decoder);
                break;
            default:
                decoder.Adapters.Add("first", new LoraOptions(), new Seed(1));
                DisturbMatrices(decoder);
                decoder.Adapters.MergeAndUnload();
                break;
        }
    }

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    private static void DisturbMatrices(Decoder decoder)
    {
        using var noGradients = no_grad();
        foreach (var parameter in decoder.TrainableParameters)
        {
            parameter.Value.add_(randn(parameter.Value.shape) * 0.02);
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
        foreach (
            var (to, from) in target.Parameters.Concat(target.TrainableParameters).Zip(source.Parameters.Concat(source.TrainableParameters))
        )
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

    // Only blocks keep what their backward pass needs in buffers of the pool.
    private static bool IsOneStepOfAutograd(Decoder decoder)
    {
        Collect();
        var before = BufferPool.BytesInUse;
        decoder.HiddenStates(Tokens);
        return BufferPool.BytesInUse > before;
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
