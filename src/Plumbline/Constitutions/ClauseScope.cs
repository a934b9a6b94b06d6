using Plumbline.Configuration;

namespace Plumbline.Constitutions;

/// <summary>Where a clause holds. An empty list holds everywhere; several lists must all hold.</summary>
public sealed record ClauseScope : IValidatedOptions
{
    /// <summary>Language tags: <c>pt</c> covers <c>pt-BR</c>.</summary>
    public IReadOnlyList<string> Languages { get; init; } = [];

    /// <summary>Countries (ISO 3166), their parts (<c>US-CA</c>), or <c>EU</c> for the members of the European Union.</summary>
    public IReadOnlyList<string> Regions { get; init; } = [];

    /// <summary>Fields of use, such as <c>healthcare</c>.</summary>
    public IReadOnlyList<string> Domains { get; init; } = [];

    /// <summary>Who is spoken to.</summary>
    public IReadOnlyList<Audience> Audiences { get; init; } = [];

    /// <summary>What is made.</summary>
    public IReadOnlyList<Modality> Modalities { get; init; } = [];

    /// <summary>Whether no list says anything.</summary>
    public bool IsEverywhere => Languages.Count + Regions.Count + Domains.Count + Audiences.Count + Modalities.Count == 0;

    /// <summary>
    /// Whether the clause holds there. What a situation does not say is known only to lie within <paramref name="home"/>: where that is silent too, or lies partly outside of a list, the
    /// list does not hold.
    /// </summary>
    /// <param name="situation">Where and when.</param>
    /// <param name="home">What is known of every situation.</param>
    public bool Contains(Situation situation, ClauseScope home) =>
        Holds(Languages, situation.Language, home.Languages, LanguageTag.Covers)
        && Holds(Regions, situation.Region, home.Regions, Region.Covers)
        && Holds(Domains, situation.Domain, home.Domains, string.Equals)
        && (
            situation.Audience is { } audience
                ? Audiences.Count == 0 || Audiences.Contains(audience)
                : Covers(Audiences, home.Audiences, (left, right) => left == right)
        )
        && (Modalities.Count == 0 || Modalities.Contains(situation.Modality));

    /// <summary>What lies in either, list by list; a list that is empty in one is the other's.</summary>
    internal ClauseScope Joined(ClauseScope other) =>
        new()
        {
            Languages = [.. Languages.Union(other.Languages)],
            Regions = [.. Regions.Union(other.Regions)],
            Domains = [.. Domains.Union(other.Domains)],
            Audiences = [.. Audiences.Union(other.Audiences)],
            Modalities = [.. Modalities.Union(other.Modalities)],
        };

    /// <summary>Whether everything that lies in the other lies in this one too.</summary>
    public bool Covers(ClauseScope other) =>
        Covers(Languages, other.Languages, LanguageTag.Covers)
        && Covers(Regions, other.Regions, Region.Covers)
        && Covers(Domains, other.Domains, string.Equals)
        && Covers(Audiences, other.Audiences, (left, right) => left == right)
        && Covers(Modalities, other.Modalities, (left, right) => left == right);

    /// <summary>Whether something may lie in both.</summary>
    public bool Overlaps(ClauseScope other) =>
        Overlaps(Languages, other.Languages, LanguageTag.Covers)
        && Overlaps(Regions, other.Regions, Region.Covers)
        && Overlaps(Domains, other.Domains, string.Equals)
        && Overlaps(Audiences, other.Audiences, (left, right) => left == right)
        && Overlaps(Modalities, other.Modalities, (left, right) => left == right);

    /// <summary>What a reader calls it: <c>everywhere</c>, or <c>regions DE, FR; domains healthcare</c>.</summary>
    public override string ToString()
    {
        (string Name, IEnumerable<string> Values)[] lists =
        [
            ("languages", Languages),
            ("regions", Regions),
            ("domains", Domains),
            ("audiences", Audiences.Select(audience => OptionText.SnakeCase(audience.ToString()))),
            ("modalities", Modalities.Select(modality => OptionText.SnakeCase(modality.ToString()))),
        ];
        return IsEverywhere
            ? "everywhere"
            : string.Join("; ", lists.Where(list => list.Values.Any()).Select(list => $"{list.Name} {string.Join(", ", list.Values)}"));
    }

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        (IReadOnlyList<string> Values, Func<string, bool> IsValid, string Option, string Range)[] lists =
        [
            (Languages, LanguageTag.IsValid, nameof(Languages), "a list of language tags, such as de or pt-BR"),
            (Regions, Region.IsValid, nameof(Regions), "a list of regions: country codes such as DE, parts such as US-CA, or EU"),
            (Domains, IsName, nameof(Domains), "a list of lower-case names, such as healthcare"),
        ];
        return from list in lists
            from value in list.Values
            where !list.IsValid(value)
            select new OptionProblem(list.Option, value, list.Range);
    }

    private static bool IsName(string name) =>
        name.Length is > 0 and <= 64
        && name.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '_' or '-');

    private static bool Holds(IReadOnlyList<string> list, string? value, IReadOnlyList<string> home, Func<string, string, bool> covers) =>
        value is null ? Covers(list, home, covers) : list.Count == 0 || list.Any(item => covers(item, value));

    private static bool Covers<T>(IReadOnlyList<T> wide, IReadOnlyList<T> narrow, Func<T, T, bool> covers) =>
        wide.Count == 0 || (narrow.Count > 0 && narrow.All(item => wide.Any(other => covers(other, item))));

    private static bool Overlaps<T>(IReadOnlyList<T> left, IReadOnlyList<T> right, Func<T, T, bool> covers) =>
        left.Count == 0 || right.Count == 0 || left.Any(item => right.Any(other => covers(item, other) || covers(other, item)));
}

/// <summary>Who is spoken to.</summary>
public enum Audience
{
    /// <summary>Under 13.</summary>
    Children,

    /// <summary>13 to 17.</summary>
    Teens,

    /// <summary>18 and over.</summary>
    Adults,
}

/// <summary>What is made.</summary>
public enum Modality
{
    /// <summary>Text.</summary>
    Text,

    /// <summary>Images.</summary>
    Image,

    /// <summary>Speech and sound.</summary>
    Audio,

    /// <summary>Moving images.</summary>
    Video,
}

/// <summary>Where and when something is said; null is not known.</summary>
public sealed record Situation : IValidatedOptions
{
    /// <summary>A language tag.</summary>
    public string? Language { get; init; }

    /// <summary>A country, or a part of one.</summary>
    public string? Region { get; init; }

    /// <summary>The field of use.</summary>
    public string? Domain { get; init; }

    /// <summary>Who is spoken to.</summary>
    public Audience? Audience { get; init; }

    /// <summary>What is made.</summary>
    /// <value>Text</value>
    public Modality Modality { get; init; }

    /// <summary>The day; null for a day on which every clause is in force that ever is.</summary>
    public DateOnly? Day { get; init; }

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        if (Language is not null && !LanguageTag.IsValid(Language))
        {
            yield return new OptionProblem(nameof(Language), Language, "a language tag, such as de or pt-BR");
        }

        if (Region is not null && !Constitutions.Region.IsValid(Region))
        {
            yield return new OptionProblem(nameof(Region), Region, "a country code such as DE, or a part of one such as US-CA");
        }
    }
}
