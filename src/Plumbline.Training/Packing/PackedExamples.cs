using Plumbline.Models.Language;
using Plumbline.Torch.Functions;
using Plumbline.Training.References;
using Plumbline.Training.Supervised;
using static TorchSharp.torch;

namespace Plumbline.Training.Packing;

/// <summary>
/// The sequences of one pass laid out for the model: no padding, and what the sequences of a group begin with only once. Targets are found by the row of the
/// hidden state before each of them; only these rows meet the vocabulary.
/// </summary>
internal sealed class PackedExamples
{
    private readonly List<long> rows = [];
    private readonly List<long> targets = [];
    private readonly List<long> owners = [];

    /// <summary>Lays out groups in order; sequences are numbered group after group.</summary>
    /// <param name="model">Whether its rotations allow sharing.</param>
    /// <param name="groups">Sequences that begin alike: the answers to one prompt.</param>
    /// <param name="share">Whether what they begin with stands once; false to lay out every sequence by itself.</param>
    internal PackedExamples(Decoder model, IEnumerable<IReadOnlyList<TokenizedExample>> groups, bool share = true)
    {
        var (ids, spans) = (new List<int>(), new List<AttentionSpan>());
        var (counts, last) = (new List<long>(), new List<long>());
        foreach (var group in groups)
        {
            var common = share ? SharedBeginning.Of(model, group) : 0;
            var prompt = ids.Count;
            if (common > 0)
            {
                spans.Add(new AttentionSpan(prompt, common));
                ids.AddRange(group[0].Ids.AsSpan(0, common));
            }

            foreach (var example in group)
            {
                var start = ids.Count;
                spans.Add(new AttentionSpan(start, example.Ids.Length - common, common > 0 ? prompt : 0, common));
                ids.AddRange(example.Ids.AsSpan(common));
                AddTargets(example, counts.Count, position => position < common ? prompt + position : start + position - common);
                counts.Add(example.TargetCount);
                last.Add(ids.Count - 1);
            }
        }

        Tokens = new PackedTokens([.. ids], spans);
        (Counts, LastRows) = ([.. counts], [.. last]);
    }

    /// <summary>The packed tokens.</summary>
    internal PackedTokens Tokens { get; }

    /// <summary>Which distribution of a model's the targets are scored under; the model's own where nobody says.</summary>
    internal TargetDistribution Distribution { get; init; } = TargetDistribution.Plain;

    /// <summary>Target tokens of each sequence.</summary>
    internal long[] Counts { get; }

    /// <summary>The row of each sequence's last token.</summary>
    internal long[] LastRows { get; }

    /// <summary>The sequence that each target belongs to, [targets].</summary>
    internal IReadOnlyList<long> Owners => owners;

    /// <summary>What a model says of the targets, sequence after sequence, [targets].</summary>
    /// <param name="model">Who is asked.</param>
    /// <param name="reference">Whose distance is asked; null for none.</param>
    /// <param name="routing">Receives what routers decided.</param>
    /// <param name="embeddingNoise">[tokens, hidden size], added to the embeddings of the packed tokens; null for none.</param>
    /// <param name="entropyGradient">Whether the entropy has a gradient.</param>
    internal TokenScores Score(
        Decoder model,
        ReferenceLogits? reference = null,
        RoutingRecord? routing = null,
        Tensor? embeddingNoise = null,
        bool entropyGradient = false
    ) => ScoreStates(model, TargetStates(model, routing, embeddingNoise), reference, entropyGradient);

    /// <summary>The same from hidden states that were computed before.</summary>
    /// <param name="model">Whose states these are.</param>
    /// <param name="states">As <see cref="TargetStates"/> gives them.</param>
    /// <param name="reference">Whose distance is asked; null for none.</param>
    /// <param name="entropyGradient">Whether the entropy has a gradient.</param>
    internal TokenScores ScoreStates(Decoder model, Tensor states, ReferenceLogits? reference = null, bool entropyGradient = false) =>
        model.LogProbabilities(
            states,
            TargetsOn(model),
            Distribution.Options with
            {
                Reference = reference,
                EntropyGradient = entropyGradient,
            }
        );

    /// <summary>The same of a reference, and what its distributions are made of where they are asked for.</summary>
    internal ReferenceScores ScoreAsReference(Decoder reference, bool withLogits)
    {
        var hidden = TargetStates(reference);
        var logProbabilities = ScoreStates(reference, hidden).LogProbabilities;
        return new ReferenceScores(logProbabilities, withLogits ? reference.ReferenceLogits(hidden) : null);
    }

    /// <summary>Sums per sequence: [targets] to [sequences].</summary>
    internal Tensor SumPerSequence(Tensor perToken) => perToken.SumByGroup(OwnersLike(perToken), Counts.Length);

    /// <summary>The sequence that each target belongs to, [targets], int64, beside <paramref name="values"/>.</summary>
    internal Tensor OwnersLike(Tensor values) => tensor(owners.ToArray(), device: values.device);

    /// <summary>Target tokens of each sequence as numbers, [sequences], like <paramref name="values"/>.</summary>
    internal Tensor LengthsLike(Tensor values) => tensor(Counts, device: values.device).to(values.dtype);

    /// <summary>The hidden states from which the targets are predicted, [targets, hidden size].</summary>
    internal Tensor TargetStates(Decoder model, RoutingRecord? routing = null, Tensor? embeddingNoise = null) =>
        model.HiddenStates(Tokens, routing, embeddingNoise).index_select(0, tensor(rows.ToArray(), device: model.Device));

    private Tensor TargetsOn(Decoder model) => tensor(targets.ToArray(), device: model.Device);

    private void AddTargets(TokenizedExample example, int owner, Func<int, int> rowOf)
    {
        for (var i = 1; i < example.Ids.Length; i++)
        {
            if (example.IsTarget[i])
            {
                rows.Add(rowOf(i - 1));
                targets.Add(example.Ids[i]);
                owners.Add(owner);
            }
        }
    }
}
