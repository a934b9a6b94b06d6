using Plumbline.Training.Supervised;

namespace Plumbline.Training.Preferences;

/// <summary>One answer that was judged good or bad.</summary>
/// <param name="Answer">Prompt and answer.</param>
/// <param name="IsDesirable">Whether it was judged good.</param>
/// <param name="Mismatched">The same prompt with the answer of another row: what the divergence from the reference is estimated on (KTO).</param>
public sealed record TokenizedAnswer(TokenizedExample Answer, bool IsDesirable, TokenizedExample Mismatched);
