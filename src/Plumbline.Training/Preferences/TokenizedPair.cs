using Plumbline.Training.Supervised;

namespace Plumbline.Training.Preferences;

/// <summary>A preferred and a dispreferred answer to one prompt, each with the prompt before it and only the answer as target.</summary>
/// <param name="Chosen">Prompt and preferred answer.</param>
/// <param name="Rejected">Prompt and dispreferred answer.</param>
public sealed record TokenizedPair(TokenizedExample Chosen, TokenizedExample Rejected)
{
    /// <summary>How likely it is that the preferred answer really is the better one, in [0.5, 1]; null where nobody said, which is certain.</summary>
    public double? Confidence { get; init; }

    /// <summary>Prompt and gold answer, for losses that learn from one; null where there is none.</summary>
    public TokenizedExample? Gold { get; init; }

    /// <summary>The sequences of the pair: chosen, rejected and, where there is one, gold.</summary>
    public IReadOnlyList<TokenizedExample> Sequences => Gold is null ? [Chosen, Rejected] : [Chosen, Rejected, Gold];
}
