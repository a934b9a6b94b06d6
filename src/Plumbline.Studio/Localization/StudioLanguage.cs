using YamlDotNet.Serialization;

namespace Plumbline.Studio.Localization;

/// <summary>The words of the pages in one language.</summary>
public sealed class StudioLanguage
{
    /// <summary>The languages by their tags, in the order in which they are offered; English is the first and stands in for none.</summary>
    private static readonly (string Tag, string Name, bool IsRightToLeft)[] Known =
    [
        ("en", "English", false),
        ("ar", "العربية", true),
        ("de", "Deutsch", false),
        ("es", "Español", false),
        ("fr", "Français", false),
        ("he", "עברית", true),
        ("hi", "हिन्दी", false),
        ("ja", "日本語", false),
        ("pt", "Português", false),
        ("zh", "中文", false),
    ];

    private readonly Dictionary<string, string> words;

    private StudioLanguage(string tag, string name, bool isRightToLeft)
    {
        (Tag, Name, IsRightToLeft) = (tag, name, isRightToLeft);
        using var stream =
            typeof(StudioLanguage).Assembly.GetManifestResourceStream($"language.{tag}")
            ?? throw new InvalidOperationException($"The words of {name} are missing.");
        using var reader = new StreamReader(stream);
        words = new DeserializerBuilder().Build().Deserialize<Dictionary<string, string>>(reader);
    }

    /// <summary>Every language.</summary>
    public static IReadOnlyList<StudioLanguage> All { get; } =
    [.. Known.Select(one => new StudioLanguage(one.Tag, one.Name, one.IsRightToLeft))];

    /// <summary>English.</summary>
    public static StudioLanguage English => All[0];

    /// <summary>The language's tag (BCP 47), such as <c>ar</c>.</summary>
    public string Tag { get; }

    /// <summary>What the language calls itself.</summary>
    public string Name { get; }

    /// <summary>Whether it is written from right to left.</summary>
    public bool IsRightToLeft { get; }

    /// <summary>The keys of all texts.</summary>
    public IReadOnlyCollection<string> Keys => words.Keys;

    /// <summary>A text.</summary>
    /// <param name="key">Its key.</param>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public string this[string key] => words[key];

    /// <summary>A text with values in it.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="values">What stands for {0}, {1} and so on.</param>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public string Format(string key, params ReadOnlySpan<object?> values) =>
        string.Format(System.Globalization.CultureInfo.InvariantCulture, words[key], values);

    /// <summary>The language of a tag; null where there is none.</summary>
    /// <param name="tag">The tag, with or without a region: <c>pt-BR</c> is <c>pt</c>.</param>
    public static StudioLanguage? Find(string? tag) =>
        tag is null ? null : All.FirstOrDefault(one => one.Tag.Equals(tag.Split('-')[0].Trim(), StringComparison.OrdinalIgnoreCase));

    /// <summary>The first language of a browser's wishes that there is; English where there is none.</summary>
    /// <param name="acceptLanguage">The header Accept-Language; null for none.</param>
    public static StudioLanguage Negotiate(string? acceptLanguage)
    {
        var wishes = (acceptLanguage ?? string.Empty)
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Take(20)
            .Select(wish => wish.Split(';'))
            .Select((parts, i) => (Tag: parts[0], Quality: QualityOf(parts), Place: i))
            .OrderByDescending(wish => wish.Quality)
            .ThenBy(wish => wish.Place);
        return wishes.Select(wish => Find(wish.Tag)).FirstOrDefault(found => found is not null) ?? English;
    }

    private static double QualityOf(string[] parts) =>
        parts.Length > 1
        && parts[1].Trim() is var quality
        && quality.StartsWith("q=", StringComparison.Ordinal)
        && double.TryParse(quality[2..], System.Globalization.CultureInfo.InvariantCulture, out var value)
            ? value
            : 1;
}
