namespace Plumbline.Torch.Functions;

/// <summary>How the scores of one attention layer are made from queries and keys.</summary>
/// <param name="Scale">Factor on the scores; 1/√(head size) in most models.</param>
/// <param name="Window">A query sees this many keys, its own included (Mistral's sliding window, arXiv 2310.06825); null for all before it.</param>
/// <param name="SoftCap">Scores become cap · tanh(score / cap) before the softmax (Gemma 2, arXiv 2408.00118); null for none.</param>
public sealed record AttentionRule(double Scale, int? Window = null, double? SoftCap = null)
{
    /// <summary>Scores scaled by 1/√(head size), nothing else.</summary>
    public static AttentionRule Plain(int headSize) => new(1 / Math.Sqrt(headSize));
}
