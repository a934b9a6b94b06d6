namespace Plumbline.Moderation.PersonalData.Scanning;

/// <summary>Whether an identifier is one: its letters in upper case and its digits as ASCII, without separators.</summary>
internal delegate bool NumberCheck(ReadOnlySpan<char> value);

/// <summary>One way an identifier is written.</summary>
/// <param name="Pattern"><c>9</c> for a digit, <c>A</c> for a letter of ASCII, <c>*</c> for either; anything else separates groups.</param>
/// <param name="Form">The f of <see cref="PersonalDataConfidence"/>.</param>
internal sealed record NumberShape(string Pattern, double Form)
{
    internal static NumberShape Plain(string pattern) => new(pattern, PersonalDataConfidence.Plain);

    internal static NumberShape Narrow(string pattern) => new(pattern, PersonalDataConfidence.Narrow);

    internal static NumberShape Grouped(string pattern) => new(pattern, PersonalDataConfidence.Grouped);

    internal static NumberShape Own(string pattern) => new(pattern, PersonalDataConfidence.Own);

    /// <summary>The separators between groups, in order.</summary>
    internal string Separators { get; } = string.Concat(Pattern.Where(mark => mark is not ('9' or 'A' or '*')));

    /// <summary>The groups, in order.</summary>
    internal IEnumerable<string> Groups => Pattern.Split(Separators.Distinct().ToArray(), StringSplitOptions.RemoveEmptyEntries);
}
