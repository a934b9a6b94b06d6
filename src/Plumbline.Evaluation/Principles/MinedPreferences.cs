using Plumbline.Evaluation.Principles.Words;
using Plumbline.Evaluation.Statistics;

namespace Plumbline.Evaluation.Principles;

/// <summary>What a preference set teaches.</summary>
/// <param name="Pairs">How many pairs.</param>
/// <param name="Prompts">How many conversations they belong to, by what they open with.</param>
/// <param name="Features">The features.</param>
/// <param name="Longer">How often the longer answer, in characters, was chosen.</param>
/// <param name="Shorter">How often the shorter one was.</param>
/// <param name="Bigrams">How often a bag of bigrams picks the chosen answer of a prompt that it never saw; null where it was not asked.</param>
/// <param name="Words">Words that tell chosen from rejected answers.</param>
/// <param name="Clauses">What the clauses of a constitution say; null without scores.</param>
/// <param name="Options">The numbers it was made with.</param>
public sealed record MinedPreferences(
    int Pairs,
    int Prompts,
    PreferenceModel Features,
    WinRate Longer,
    WinRate Shorter,
    WinRate? Bigrams,
    WordFindings Words,
    ClauseComparison? Clauses,
    MiningOptions Options
)
{
    /// <summary>The features that are clearly preferred, or clearly not, by the size of their coefficients.</summary>
    public IReadOnlyList<FeatureFinding> Principles =>
        [
            .. Features
                .Findings.Where(finding => finding.Principle(Options.FalseDiscoveryRate) is not null)
                .OrderByDescending(finding => Math.Abs(finding.Coefficient.Value)),
        ];
}
