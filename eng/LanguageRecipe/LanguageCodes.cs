namespace Plumbline.LanguageRecipe;

/// <summary>What sources call languages, and what the model calls them.</summary>
internal sealed class LanguageCodes
{
    private readonly Dictionary<string, string> tags = new(StringComparer.OrdinalIgnoreCase);

    private LanguageCodes() { }

    /// <summary>A language that stands between others, so that it is neither one of the model's nor an example of an unknown one.</summary>
    public const string Ignored = "-";

    /// <summary>Reads a table: one language a line, its tag first and then further codes that mean it, apart by white space; <c>-</c> for codes that are left out.</summary>
    public static LanguageCodes Read(string path)
    {
        var codes = new LanguageCodes();
        foreach (var line in File.ReadLines(path).Select(line => line.Split('#')[0]))
        {
            var names = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            foreach (var name in names)
            {
                codes.tags[name] = names[0];
            }
        }

        return codes;
    }

    /// <summary>The tag of a source's code; null for a language that the model does not know.</summary>
    public string? Tag(string code)
    {
        var name = code.Replace('_', '-').Replace('@', '-');
        while (true)
        {
            if (tags.TryGetValue(name, out var tag))
            {
                return tag;
            }

            var cut = name.LastIndexOf('-');
            if (cut < 0)
            {
                return null;
            }

            name = name[..cut];
        }
    }
}
