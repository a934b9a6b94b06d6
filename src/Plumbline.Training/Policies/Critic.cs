using Plumbline.Models.Heads;
using Plumbline.Models.Language;
using Plumbline.Randomness;
using Plumbline.Torch.Optimization;
using Plumbline.Torch.Safetensors;
using Plumbline.Training.Loop;
using Plumbline.Training.Packing;
using static TorchSharp.torch;

namespace Plumbline.Training.Policies;

/// <summary>
/// Expects, before each token of an answer, what is still to be earned: V of generalised advantage estimation. A model of its own, or a head on the policy's
/// hidden states. Owns its head and, if it is a model of its own, that.
/// </summary>
public sealed class Critic : IDisposable
{
    private const string Head = "critic";
    private readonly ScoredDecoder model;

    private Critic(ScoredDecoder model, bool isShared) => (this.model, IsShared) = (model, isShared);

    /// <summary>Whether the critic reads the policy's hidden states.</summary>
    public bool IsShared { get; }

    /// <summary>A critic that is a model of its own: the policy's moves do not disturb it, and it costs a second model.</summary>
    /// <param name="model">A token head with one label over the policy's vocabulary; owned from now on.</param>
    /// <exception cref="InvalidInputException">The head is another one.</exception>
    public static Critic Separate(ScoredDecoder model) =>
        model.Options is { Kind: ScoreHeadKind.Token, Labels.Count: 1 }
            ? new Critic(model, isShared: false)
            : throw new InvalidInputException(
                $"A critic gives one number to each token, and this head scores {(model.Options.Kind == ScoreHeadKind.Token ? "tokens" : "sequences")} with {model.Options.Labels.Count} labels.",
                "Start a token head with one label."
            );

    /// <summary>A head on the policy's own hidden states, of zeros where nothing else is asked: nearly free, and its loss moves the policy's weights too.</summary>
    /// <param name="policy">The model in training; not owned.</param>
    /// <param name="seed">The seed of the head's weights.</param>
    /// <param name="deviation">Their standard deviation at the start, 0 or more.</param>
    public static Critic OnPolicy(Decoder policy, Seed seed, double deviation = 0) =>
        new(new ScoredDecoder(policy, HeadOptions with { InitialDeviation = deviation }, seed, ownsDecoder: false), true);

    /// <summary>One number a token, 0 at the start: no advantage is invented before the critic has learnt anything.</summary>
    public static ScoreHeadOptions HeadOptions { get; } =
        new()
        {
            Kind = ScoreHeadKind.Token,
            Labels = ["value"],
            InitialDeviation = 0,
        };

    /// <summary>What is trained beside the policy.</summary>
    internal IEnumerable<DecoderParameter> Parameters => IsShared ? model.HeadParameters : model.TrainableParameters;

    /// <summary>The values before each target of a pass.</summary>
    /// <param name="packed">The pass.</param>
    /// <param name="policyStates">The policy's hidden states at the targets, [targets, hidden size].</param>
    /// <param name="policy">Whose activations are kept or computed again; the critic's likewise.</param>
    /// <returns>[targets], float32.</returns>
    internal Tensor Values(PackedExamples packed, Tensor policyStates, Decoder policy)
    {
        if (IsShared)
        {
            return model.Scores(policyStates).view(-1);
        }

        model.Decoder.GradientCheckpointing = policy.GradientCheckpointing;
        return model.Scores(packed.TargetStates(model.Decoder)).view(-1);
    }

    /// <summary>Writes what training changes into a checkpoint's folder.</summary>
    internal void Save(string folder)
    {
        if (!IsShared)
        {
            new TrainedScorer(model).SaveWeights(Path.Combine(folder, Head));
            return;
        }

        using var scope = NewDisposeScope();
        SafetensorsWriter.Write(Path.Combine(folder, Head + ".safetensors"), ScoredModelFolder.HeadTensors(model));
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    internal void Load(string folder)
    {
        if (!IsShared)
        {
            new TrainedScorer(model).LoadWeights(Path.Combine(folder, Head));
            return;
        }

        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        StateLoader.Load(folder, [.. ScoredModelFolder.HeadTensors(model)], new StateLoadOptions { AllowCast = false, Stem = Head });
    }

    /// <inheritdoc/>
    public void Dispose() => model.Dispose();
}

/// <summary>A policy in training, and its critic where it has one.</summary>
/// <param name="policy">The policy.</param>
/// <param name="critic">Its critic; null for none.</param>
/// <param name="criticRate">The critic's learning rate as a multiple of the policy's.</param>
internal sealed class TrainedPolicy(Decoder policy, Critic? critic, double criticRate) : ITrainedModel
{
    private const int CriticPart = 1;
    private readonly TrainedDecoder trained = new(policy);

    /// <inheritdoc/>
    public Decoder Decoder => policy;

    /// <inheritdoc/>
    public IReadOnlyList<DecoderParameter> TrainableParameters => trained.TrainableParameters;

    /// <inheritdoc/>
    public IEnumerable<OptimizedParameter> OptimizedParameters =>
        [
            .. TrainableParameters.Select(parameter => new OptimizedParameter(parameter.Name, parameter.Value, parameter.Decays)),
            .. (critic?.Parameters ?? []).Select(parameter => new OptimizedParameter(
                $"critic.{parameter.Name}",
                parameter.Value,
                parameter.Decays,
                criticRate,
                CriticPart
            )),
        ];

    /// <inheritdoc/>
    public void SaveWeights(string folder)
    {
        trained.SaveWeights(folder);
        critic?.Save(folder);
    }

    /// <inheritdoc/>
    public void LoadWeights(string folder)
    {
        trained.LoadWeights(folder);
        critic?.Load(folder);
    }
}
