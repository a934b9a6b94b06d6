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
/// Expects, before each token of an answer, what is still to be earned: V of generalised advantage estimation; under a constraint also what it is still to cost (Safe RLHF,
/// arXiv 2310.12773), as λ moves and a single number would always be late. A model of its own, or a head on the policy's hidden states. Owns its head and, if it is a model
/// of its own, that.
/// </summary>
public sealed class Critic : IDisposable
{
    private const string Stem = "critic";
    private readonly ScoredDecoder model;

    private Critic(ScoredDecoder model, bool isShared) => (this.model, IsShared) = (model, isShared);

    /// <summary>Whether the critic reads the policy's hidden states.</summary>
    public bool IsShared { get; }

    /// <summary>Whether it expects costs beside rewards.</summary>
    public bool HasCost => model.Options.Labels.Count == 2;

    /// <summary>A critic that is a model of its own: the policy's moves do not disturb it, and it costs a second model.</summary>
    /// <param name="model">A token head over the policy's vocabulary, with one label for rewards or two for rewards and costs; owned from now on.</param>
    /// <exception cref="InvalidInputException">The head is another one.</exception>
    public static Critic Separate(ScoredDecoder model) =>
        model.Options is { Kind: ScoreHeadKind.Token, Labels.Count: 1 or 2 }
            ? new Critic(model, isShared: false)
            : throw new InvalidInputException(
                $"A critic gives one number to each token, or with costs two, and this head scores {(model.Options.Kind == ScoreHeadKind.Token ? "tokens" : "sequences")} with {model.Options.Labels.Count} labels.",
                "Start a token head with one label or two."
            );

    /// <summary>A head on the policy's own hidden states, of zeros where nothing else is asked: nearly free, and its loss moves the policy's weights too.</summary>
    /// <param name="policy">The model in training; not owned.</param>
    /// <param name="seed">The seed of the head's weights.</param>
    /// <param name="deviation">Their standard deviation at the start, 0 or more.</param>
    /// <param name="hasCost">Whether it expects costs beside rewards.</param>
    public static Critic OnPolicy(Decoder policy, Seed seed, double deviation = 0, bool hasCost = false) =>
        new(new ScoredDecoder(policy, Head(hasCost) with { InitialDeviation = deviation }, seed, ownsDecoder: false), true);

    /// <summary>One number a token, or two with costs, 0 at the start: no advantage is invented before the critic has learnt anything.</summary>
    /// <param name="hasCost">Whether it expects costs beside rewards.</param>
    public static ScoreHeadOptions Head(bool hasCost = false) =>
        new()
        {
            Kind = ScoreHeadKind.Token,
            Labels = hasCost ? ["value", "cost"] : ["value"],
            InitialDeviation = 0,
        };

    /// <summary>What is trained beside the policy.</summary>
    internal IEnumerable<DecoderParameter> Parameters => IsShared ? model.HeadParameters : model.TrainableParameters;

    /// <summary>The values before each target of a pass.</summary>
    /// <param name="packed">The pass.</param>
    /// <param name="policyStates">The policy's hidden states at the targets, [targets, hidden size].</param>
    /// <param name="policy">Whose activations are kept or computed again; the critic's likewise.</param>
    /// <returns>[targets, 1] or, with costs, [targets, 2], float32.</returns>
    internal Tensor Values(PackedExamples packed, Tensor policyStates, Decoder policy)
    {
        if (IsShared)
        {
            return model.Scores(policyStates);
        }

        model.Decoder.GradientCheckpointing = policy.GradientCheckpointing;
        return model.Scores(packed.TargetStates(model.Decoder));
    }

    /// <summary>Writes what training changes into a checkpoint's folder.</summary>
    internal void Save(string folder)
    {
        if (!IsShared)
        {
            new TrainedScorer(model).SaveWeights(Path.Combine(folder, Stem));
            return;
        }

        using var scope = NewDisposeScope();
        SafetensorsWriter.Write(Path.Combine(folder, Stem + ".safetensors"), ScoredModelFolder.HeadTensors(model));
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    internal void Load(string folder)
    {
        if (!IsShared)
        {
            new TrainedScorer(model).LoadWeights(Path.Combine(folder, Stem));
            return;
        }

        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        StateLoader.Load(folder, [.. ScoredModelFolder.HeadTensors(model)], new StateLoadOptions { AllowCast = false, Stem = Stem });
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
