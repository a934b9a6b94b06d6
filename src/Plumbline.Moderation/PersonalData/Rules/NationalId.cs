using Plumbline.Moderation.PersonalData.Scanning;

namespace Plumbline.Moderation.PersonalData.Rules;

/// <summary>Makes rules for numbers that states give people.</summary>
internal static class NationalId
{
    /// <summary>A rule whose name begins with its country.</summary>
    /// <param name="name">Its name, such as <c>de_tax_id</c>.</param>
    /// <param name="title">What readers call the number.</param>
    /// <param name="chance">The share of random strings of its shape that pass.</param>
    /// <param name="passes">The check.</param>
    /// <param name="check">The check in words.</param>
    /// <param name="source">Where it is published.</param>
    /// <param name="words">Words that stand near it, separated by commas.</param>
    /// <param name="shapes">How it is written.</param>
    internal static PersonalDataRule Of(
        string name,
        string title,
        double chance,
        NumberCheck passes,
        string check,
        string source,
        string words,
        params NumberShape[] shapes
    ) =>
        new(PersonalDataKinds.NationalId, name, title)
        {
            Country = name[..2],
            Chance = chance,
            Passes = passes,
            Check = check,
            Source = source,
            HasChecksum = !check.StartsWith("no check digit", StringComparison.Ordinal),
            Words = words.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
            Shapes = shapes,
        };
}
