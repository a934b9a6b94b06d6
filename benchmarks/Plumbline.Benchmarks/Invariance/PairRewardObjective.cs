using Plumbline.Models.Heads;
using Plumbline.Training.Loop;
using Plumbline.Training.Packing;
using Plumbline.Training.Preferences;
using Plumbline.Training.Rewards;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Plumbline.Benchmarks.Invariance;

/// <summary>A reward model of pairs: the loss of Bradley and Terry over the score head's value at each answer's last token.</summary>
/// <param name="model">The model in training; not owned.</param>
internal sealed class PairRewardObjective(ScoredDecoder model) : IObjective<TokenizedPair>
{
    /// <inheritdoc/>
    public ITrainedModel Model { get; } = new TrainedScorer(model);

    /// <inheritdoc/>
    public ExampleSize Size(TokenizedPair example) => SharedBeginning.Size(model.Decoder, example.Chosen, example.Rejected);

    /// <inheritdoc/>
    public Tensor Evaluate(IReadOnlyList<TokenizedPair> examples, StepNormalizer normalizer, MetricSums metrics)
    {
        var packed = new PackedExamples(model.Decoder, examples.Select(pair => new[] { pair.Chosen, pair.Rejected }));
        var scores = new RankedScores(Scores(model, packed), Rankings.Pairs(examples.Count));
        return normalizer.PerExample(RewardLosses.Find("bradley_terry").Of(scores, new RewardLossOptions()).sum());
    }

    /// <summary>The score of each sequence, [sequences].</summary>
    internal static Tensor Scores(ScoredDecoder model, PackedExamples packed)
    {
        var last = model.Decoder.HiddenStates(packed.Tokens).index_select(0, tensor(packed.LastRows));
        return F.linear(last, model.Weight.Value).squeeze(-1);
    }
}
