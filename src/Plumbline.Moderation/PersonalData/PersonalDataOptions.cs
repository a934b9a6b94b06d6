using Plumbline.Moderation.PersonalData.Recognizers;

namespace Plumbline.Moderation.PersonalData;

/// <summary>What a scanner looks for.</summary>
public sealed record PersonalDataOptions
{
    /// <summary>The kinds that are looked for, of <see cref="PersonalDataKinds"/>; null for all.</summary>
    /// <value>Null.</value>
    public IReadOnlyList<string>? Kinds { get; init; }

    /// <summary>The countries whose numbers are looked for, as ISO 3166-1 alpha-2 in lower case; null for all. What belongs to no country is always looked for.</summary>
    /// <value>Null.</value>
    public IReadOnlyList<string>? Countries { get; init; }

    /// <summary>The countries whose telephone numbers are found as they are dialled at home, without a word that says so near.</summary>
    /// <value>None.</value>
    public IReadOnlyList<string> PhoneRegions { get; init; } = [];

    /// <summary>The confidence from which a match is reported, in [0, 1].</summary>
    /// <value>.55</value>
    public double LeastConfidence { get; init; } = PersonalDataConfidence.Least;

    /// <summary>Checks it.</summary>
    /// <exception cref="InvalidInputException">A value is not usable.</exception>
    internal void Check()
    {
        if (LeastConfidence is not (>= 0 and <= 1))
        {
            throw new InvalidInputException($"least_confidence is {LeastConfidence}.", "Give a number from 0 to 1.");
        }

        foreach (var kind in Kinds ?? [])
        {
            if (!PersonalDataKinds.All.Contains(kind))
            {
                throw new InvalidInputException(
                    $"kinds has {kind}, which there is not.",
                    $"Use some of: {string.Join(", ", PersonalDataKinds.All)}."
                );
            }
        }

        var countries = PersonalDataRegistry
            .Rules.Select(rule => rule.Country)
            .OfType<string>()
            .Distinct()
            .Order(StringComparer.Ordinal)
            .ToList();
        foreach (var country in Countries ?? [])
        {
            if (!countries.Contains(country))
            {
                throw new InvalidInputException(
                    $"countries has {country}, for which there are no rules.",
                    $"Use some of: {string.Join(", ", countries)}."
                );
            }
        }

        foreach (var region in PhoneRegions)
        {
            if (!NationalPhonePlans.Has(region))
            {
                throw new InvalidInputException(
                    $"phone_regions has {region}, whose numbering is not known.",
                    $"Use some of: {string.Join(", ", NationalPhonePlans.Regions)}."
                );
            }
        }
    }
}
