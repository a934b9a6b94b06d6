using Plumbline.Models.Language;
using Plumbline.Torch.Functions;
using static TorchSharp.torch;

namespace Plumbline.Training.Supervised;

/// <summary>
/// The predictions that a loss looks at: for each target token the row of the hidden state before it. Only these rows meet the vocabulary.
/// </summary>
internal sealed class TargetRows
{
    private readonly long[] rows;
    private readonly long[] targets;

    /// <summary>The targets of packed examples, in order.</summary>
    internal TargetRows(IReadOnlyList<TokenizedExample> examples)
    {
        Tokens = PackedTokens.Of([.. examples.Select(example => example.Ids)]);
        Counts = [.. examples.Select(example => (long)example.TargetCount)];
        var total = Counts.Sum();
        (rows, targets) = (new long[total], new long[total]);
        var (at, start) = (0, 0);
        foreach (var example in examples)
        {
            for (var i = 1; i < example.Ids.Length; i++)
            {
                if (example.IsTarget[i])
                {
                    (rows[at], targets[at++]) = (start + i - 1, example.Ids[i]);
                }
            }

            start += example.Ids.Length;
        }
    }

    /// <summary>The packed sequences.</summary>
    internal PackedTokens Tokens { get; }

    /// <summary>Target tokens of each example.</summary>
    internal long[] Counts { get; }

    /// <summary>Log-probabilities of the targets, example after example, [targets].</summary>
    internal (Tensor LogProbabilities, TokenStatistics Statistics, Tensor Targets) Score(Decoder model, RoutingRecord? routing = null)
    {
        var hidden = model.HiddenStates(Tokens, routing);
        var target = tensor(targets, device: model.Device);
        var selected = rows.Length == Tokens.Count ? hidden : hidden.index_select(0, tensor(rows, device: model.Device));
        var (logProbabilities, statistics) = model.LogProbabilities(selected, target);
        return (logProbabilities, statistics, target);
    }

    /// <summary>Sums per example: [targets] to [examples].</summary>
    internal Tensor SumPerExample(Tensor perToken)
    {
        var owner = new long[rows.Length];
        var at = 0;
        for (var i = 0; i < Counts.Length; i++)
        {
            owner.AsSpan(at, (int)Counts[i]).Fill(i);
            at += (int)Counts[i];
        }

        return zeros([Counts.Length], perToken.dtype, perToken.device).index_add(0, tensor(owner, device: perToken.device), perToken, 1);
    }
}
