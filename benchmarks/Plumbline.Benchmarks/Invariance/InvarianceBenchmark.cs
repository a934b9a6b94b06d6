using Plumbline.Models.Adapters;
using Plumbline.Models.Heads;
using Plumbline.Models.Language;
using Plumbline.Randomness;
using Plumbline.Training.Packing;
using static TorchSharp.torch;

namespace Plumbline.Benchmarks.Invariance;

/// <summary>
/// By how much the gradient of one optimiser step depends on how the step is computed: every objective in every way that a trainer has, against the plain way.
/// </summary>
internal static class InvarianceBenchmark
{
    private const int OnePass = int.MaxValue;

    /// <summary>Small enough that the longest pair fills a pass.</summary>
    private const int SplitTokens = 80;

    /// <summary>Widths that the kernels of training take, and weights large enough that attention and softmax are far from uniform.</summary>
    private static readonly DecoderConfig Config = new()
    {
        ModelType = "llama",
        VocabularySize = 97,
        HiddenSize = 64,
        IntermediateSize = 96,
        LayerCount = 3,
        HeadCount = 4,
        KeyValueHeadCount = 2,
        HeadSize = 32,
        MaxPositions = 128,
        InitializerRange = 0.15,
    };

    internal static InvarianceReport Run()
    {
        var data = new InvarianceData(Config.VocabularySize, new Seed(5));
        return new InvarianceReport([.. InvarianceObjective.All.SelectMany(objective => Cells(objective, data))]);
    }

    private static List<InvarianceCase> Cells(InvarianceObjective objective, InvarianceData data)
    {
        using var scope = NewDisposeScope();
        using var reference = NewReference();
        using var model = NewModel();
        var plain = PlainGradient(objective, data, model.Decoder, model, reference);
        InvarianceCase Cell(string variation, Action step)
        {
            step();
            return new(objective.Name, variation, Take(model, objective).RelativeDifference(plain));
        }

        return
        [
            Cell("micro-batches", () => objective.Step(data, model, reference, SplitTokens)),
            Cell("packed", () => LaidOut(objective, data, model, reference, share: false)),
            Cell("shared prompts", () => LaidOut(objective, data, model, reference, share: true)),
            Cell("checkpointed", () => Checkpointed(objective, data, model, reference)),
            new(objective.Name, "adapter", AdapterDifference(objective, data, reference)),
        ];
    }

    private static void LaidOut(InvarianceObjective objective, InvarianceData data, ScoredDecoder model, Decoder reference, bool share)
    {
        using var scope = NewDisposeScope();
        ModelValues Of(Decoder decoder) =>
            new(
                groups =>
                {
                    var packed = new PackedExamples(decoder, groups, share);
                    return objective.IsScored
                        ? model.ScoresAt(packed.Tokens, packed.LastRows).squeeze(-1)
                        : packed.SumPerSequence(packed.Score(decoder).LogProbabilities);
                },
                groups => new PackedExamples(decoder, groups, share).Score(decoder).LogProbabilities,
                groups => new PackedExamples(decoder, groups, share).TargetStates(decoder)
            );

        objective.Formula(data, Of(model.Decoder), Of(reference)).backward();
    }

    private static void Checkpointed(InvarianceObjective objective, InvarianceData data, ScoredDecoder model, Decoder reference)
    {
        model.Decoder.GradientCheckpointing = true;
        objective.Step(data, model, reference, OnePass);
        model.Decoder.GradientCheckpointing = false;
    }

    /// <summary>The gradient of the adapter's own tensors, against what the chain rule makes of the merged model's.</summary>
    private static double AdapterDifference(InvarianceObjective objective, InvarianceData data, Decoder reference)
    {
        using var model = NewModel();
        var adapter = model.Decoder.Adapters.Add("default", new LoraOptions { Rank = 4, Alpha = 6 }, new Seed(3));
        MoveFromZero(adapter);
        using var merged = model.Decoder.MergedCopy();
        var plain = PlainGradient(objective, data, merged, model, reference)
            .ThroughAdapter(adapter, objective.IsScored ? [model.Weight.Name] : []);
        objective.Step(data, model, reference, OnePass);
        return Take(model, objective).RelativeDifference(plain);
    }

    // B starts at 0, where the gradient of A is 0 too.
    private static void MoveFromZero(LoraAdapter adapter)
    {
        using var noGradients = no_grad();
        using var generator = new Generator(new Seed(4).Value, CPU);
        foreach (var parameter in adapter.Parameters.Where(parameter => parameter.Name.Contains("lora_B", StringComparison.Ordinal)))
        {
            parameter.Value.normal_(0, 0.1, generator);
        }
    }

    /// <summary>The gradient of the plain way, which also holds for parameters that no variation changes.</summary>
    private static NamedGradient PlainGradient(
        InvarianceObjective objective,
        InvarianceData data,
        Decoder decoder,
        ScoredDecoder model,
        Decoder reference
    )
    {
        var policy = new PlainModel(decoder, objective.IsScored ? model.Weight : null);
        var still = new PlainModel(reference, head: null);
        Tensor Constant(Func<Tensor> values)
        {
            using var noGradients = no_grad();
            return values();
        }

        objective
            .Formula(
                data,
                policy.All,
                new ModelValues(
                    groups => Constant(() => still.Values(groups)),
                    groups => Constant(() => still.TokenValues(groups)),
                    groups => Constant(() => still.TargetStates(groups))
                )
            )
            .backward();
        return policy.Gradient();
    }

    // Leaves gradients of 0 for the next variation.
    private static NamedGradient Take(ScoredDecoder model, InvarianceObjective objective)
    {
        var parameters = objective.IsScored ? model.TrainableParameters : model.Decoder.TrainableParameters;
        var taken = NamedGradient.Of(parameters);
        foreach (var parameter in parameters)
        {
            using var gradient = parameter.Value.grad;
            gradient?.zero_();
        }

        return taken;
    }

    private static ScoredDecoder NewModel() =>
        new(
            new Decoder(Config, new Seed(2)),
            new ScoreHeadOptions { InitialDeviation = 1 / Math.Sqrt(Config.HiddenSize + 1) },
            new Seed(1)
        );

    private static Decoder NewReference()
    {
        using var start = new Decoder(Config, new Seed(1));
        return start.FrozenCopy();
    }
}
