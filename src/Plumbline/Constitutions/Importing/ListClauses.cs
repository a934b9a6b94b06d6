using System.Text.RegularExpressions;

namespace Plumbline.Constitutions.Importing;

/// <summary>Plain lists: an item is a clause, an item below it an exception or a detail of it, a heading its section. Without items every paragraph is a clause.</summary>
internal static partial class ListClauses
{
    public static Constitution Read(List<MarkdownSection> sections, string name)
    {
        var clauses = new Dictionary<string, Clause>(StringComparer.Ordinal);
        foreach (var section in sections)
        {
            var items = Items(section.Body);
            foreach (
                var text in items.Count > 0 || sections.Exists(other => Items(other.Body).Count > 0) ? items : Paragraphs(section.Body)
            )
            {
                var clause = new Clause
                {
                    Text = text,
                    Section = section.Title.Length == 0 ? null : section.Title,
                    Polarity = Demand.Of(text),
                };
                clauses.Add(Slug.Free(Slug.Of(text), clauses.Keys), clause);
            }
        }

        return new Constitution { Name = name, Clauses = clauses };
    }

    private static List<string> Items(List<string> body)
    {
        var items = new List<string>();
        int? top = null;
        foreach (var line in body)
        {
            if (Item().Match(line) is { Success: true } item)
            {
                top ??= item.Groups["indent"].Length;
                if (item.Groups["indent"].Length <= top || items.Count == 0)
                {
                    items.Add(item.Groups["text"].Value.Trim());
                }
                else
                {
                    items[^1] += $"\n- {item.Groups["text"].Value.Trim()}";
                }
            }
            else if (items.Count > 0 && line.Length > 0 && char.IsWhiteSpace(line[0]) && line.Trim().Length > 0)
            {
                // The item goes on in the next line.
                items[^1] += $" {line.Trim()}";
            }
        }

        return items;
    }

    private static IEnumerable<string> Paragraphs(List<string> body) =>
        string.Join('\n', body)
            .Split("\n\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(paragraph => paragraph.ReplaceLineEndings(" "));

    [GeneratedRegex(@"^(?<indent>\s*)([-*+•]|\d{1,3}[.)])\s+(?<text>\S.*)$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Item();
}

/// <summary>Whether a sentence asks for something or against it.</summary>
internal static class Demand
{
    private static readonly string[] Against =
    [
        "do not ",
        "don't ",
        "never ",
        "avoid ",
        "no ",
        "refuse ",
        "nicht ",
        "niemals ",
        "kein",
        "nunca ",
        "no ",
        "ne ",
        "jamais ",
    ];

    public static Polarity Of(string text)
    {
        var start = text.TrimStart().Replace('’', '\'').ToLowerInvariant();
        return Array.Exists(Against, word => start.StartsWith(word, StringComparison.Ordinal)) ? Polarity.Forbid : Polarity.Require;
    }
}
