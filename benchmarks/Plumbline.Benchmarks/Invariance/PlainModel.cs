using Plumbline.Models.Language;
using Plumbline.Training.Supervised;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Plumbline.Benchmarks.Invariance;

/// <summary>
/// The plain way: a model of elementary operators, every sequence by itself, the scores over the whole vocabulary at every position. Nothing here is shared with
/// what it judges but the weights. Its tensors belong to the scope it was made in.
/// </summary>
internal sealed class PlainModel
{
    private readonly EagerDecoder decoder;
    private readonly Dictionary<string, Tensor> heads;

    /// <summary>Copies the weights.</summary>
    /// <param name="source">The decoder, without adapters.</param>
    /// <param name="head">The score head; null where none is trained.</param>
    internal PlainModel(Decoder source, DecoderParameter? head)
    {
        decoder = new EagerDecoder(source, ScalarType.Float32, source.Config.MaxPositions);
        heads = head is null ? [] : new(StringComparer.Ordinal) { [head.Name] = head.Value.detach().clone().requires_grad_() };
    }

    /// <summary>The gradients since the model was made.</summary>
    internal NamedGradient Gradient() => NamedGradient.Of(decoder.Weights.Concat(heads));

    /// <summary>One number per sequence, [sequences]: the score of its last token, or the sum of its targets' log-probabilities.</summary>
    internal Tensor Values(IReadOnlyList<IReadOnlyList<TokenizedExample>> groups) =>
        stack(groups.SelectMany(group => group).Select(example => heads.Count > 0 ? Score(example) : LogProbability(example)));

    /// <summary>The model as formulas see it.</summary>
    internal ModelValues All => new(Values, TokenValues, TargetStates);

    /// <summary>The log-probability of each target, [targets].</summary>
    internal Tensor TokenValues(IReadOnlyList<IReadOnlyList<TokenizedExample>> groups) =>
        cat([.. groups.SelectMany(group => group).Select(LogProbabilities)]);

    /// <summary>The hidden state before each target, [targets, hidden size].</summary>
    internal Tensor TargetStates(IReadOnlyList<IReadOnlyList<TokenizedExample>> groups) =>
        cat([
            .. groups
                .SelectMany(group => group)
                .Select(example => States(example).index_select(0, tensor(Targets(example).Select(i => i - 1L).ToArray()))),
        ]);

    private Tensor Score(TokenizedExample example) => F.linear(States(example).select(0, -1), heads.Values.Single()).squeeze(-1);

    private Tensor LogProbability(TokenizedExample example) => LogProbabilities(example).sum();

    private Tensor LogProbabilities(TokenizedExample example)
    {
        var all = F.log_softmax(decoder.Logits(States(example)), -1);
        return stack(Targets(example).Select(i => all[i - 1, example.Ids[i]]));
    }

    private static IEnumerable<int> Targets(TokenizedExample example) =>
        Enumerable.Range(1, example.Ids.Length - 1).Where(i => example.IsTarget[i]);

    // [tokens, hidden size].
    private Tensor States(TokenizedExample example) =>
        decoder.HiddenStates(tensor(Array.ConvertAll(example.Ids, id => (long)id)).unsqueeze(0)).squeeze(0);
}
