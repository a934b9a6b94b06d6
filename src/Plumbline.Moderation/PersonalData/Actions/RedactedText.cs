using Plumbline.Findings;

namespace Plumbline.Moderation.PersonalData.Actions;

/// <summary>A text in which personal data was replaced.</summary>
/// <param name="Text">The text.</param>
/// <param name="Replaced">What was replaced, in the order of the text.</param>
public sealed record RedactedText(string Text, IReadOnlyList<ReplacedSpan> Replaced);

/// <summary>One thing that was replaced. It does not hold what stood there.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Country">Its country; null for none.</param>
/// <param name="Original">Where it stood.</param>
/// <param name="Replacement">Where what stands for it is.</param>
/// <param name="Action">What was done.</param>
public readonly record struct ReplacedSpan(
    string Kind,
    string? Country,
    TextSpan Original,
    TextSpan Replacement,
    PersonalDataAction Action
);

/// <summary>A text in which tokens were replaced by what they stand for.</summary>
/// <param name="Text">The text.</param>
/// <param name="Restored">How many tokens were restored.</param>
/// <param name="Refused">Tokens of the given text that were not made with this key or were changed; they stay as they are.</param>
public sealed record RestoredText(string Text, int Restored, IReadOnlyList<TextSpan> Refused);
