using static TorchSharp.torch;

namespace Plumbline.Models.Language;

/// <content>What stands between the blocks, for those who look into a model.</content>
public sealed partial class Decoder
{
    /// <summary>
    /// Shows the residual stream behind each block, before any norm: what Hugging Face calls <c>hidden_states[n]</c>, but for the last, which it norms. Computes no
    /// block behind the last one asked for, keeps one block's tensors at a time, and records no gradients.
    /// </summary>
    /// <param name="tokens">Sequences, each at most <see cref="DecoderConfig.ContextLength"/> long.</param>
    /// <param name="last">The number of the last block, from 1 to <see cref="DecoderConfig.LayerCount"/>.</param>
    /// <param name="visit">Called behind each block with its number from 1 and [tokens, hidden size], which is gone after the call.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such block.</exception>
    /// <exception cref="InvalidInputException">An id is outside the vocabulary.</exception>
    /// <exception cref="Plumbline.Scoring.ContextExceededException">A sequence is longer than the model's positions.</exception>
    public void VisitHiddenStates(PackedTokens tokens, int last, Action<int, Tensor> visit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(last, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(last, layers.Length);
        var (positions, lengths) = tokens.Places();
        ThrowIfOutside(tokens.Ids, positions);
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var attention = new PackedAttention(Config, tokens.Spans);
        var angles = new Dictionary<RotaryEmbedding, RotaryAngles>();
        var hidden = Embed(tokens.Ids, positions, noise: null);
        for (var layer = 0; layer < last; layer++)
        {
            var rotation = Angles(layer, angles, positions, lengths);
            using var before = hidden;
            using var block = NewDisposeScope();
            hidden = Block(layer, before, rotation, attention, routing: null).MoveToOuterDisposeScope();
            visit(layer + 1, hidden);
        }
    }
}
