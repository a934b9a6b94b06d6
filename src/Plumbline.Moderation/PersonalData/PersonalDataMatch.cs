using Plumbline.Findings;

namespace Plumbline.Moderation.PersonalData;

/// <summary>Personal data, or a secret, found in a text.</summary>
/// <param name="Rule">Which rule found it.</param>
/// <param name="Country">The country it belongs to, as ISO 3166-1 alpha-2 in lower case; null where there is none or it is not known.</param>
/// <param name="Span">Where it stands.</param>
/// <param name="Confidence">How sure that is, in [0, 1]: see <see cref="PersonalDataConfidence"/>.</param>
public readonly record struct PersonalDataMatch(PersonalDataRule Rule, string? Country, TextSpan Span, double Confidence)
{
    /// <summary>What it is: one of <see cref="PersonalDataKinds"/>.</summary>
    public string Kind => Rule.Kind;
}
