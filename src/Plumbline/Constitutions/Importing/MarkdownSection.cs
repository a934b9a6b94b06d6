using System.Text.RegularExpressions;

namespace Plumbline.Constitutions.Importing;

/// <summary>A heading of a Markdown file with the lines until the next one. What stands in fenced code is no heading.</summary>
/// <param name="Level">1 to 6; 0 for what stands before the first heading.</param>
/// <param name="Title">The heading without its anchor.</param>
/// <param name="Anchor">Its <c>{#anchor}</c>; null for none.</param>
/// <param name="Attributes">What else stands in the braces, such as <c>authority=user</c>.</param>
/// <param name="Path">The headings above it, joined by <c>/</c>.</param>
/// <param name="Body">The lines.</param>
internal sealed partial record MarkdownSection(
    int Level,
    string Title,
    string? Anchor,
    IReadOnlyDictionary<string, string> Attributes,
    string Path,
    List<string> Body
)
{
    /// <summary>The sections of a text, in its order.</summary>
    public static List<MarkdownSection> Split(string text)
    {
        var sections = new List<MarkdownSection> { new(0, string.Empty, null, new Dictionary<string, string>(), string.Empty, []) };
        var above = new List<(int Level, string Title)>();
        var fence = string.Empty;
        foreach (var raw in text.Split('\n'))
        {
            var line = raw.TrimEnd('\r');
            fence = Fence(line, fence, out var isFence);
            if (fence.Length > 0 || isFence || Heading().Match(line) is not { Success: true } heading)
            {
                sections[^1].Body.Add(line);
                continue;
            }

            var level = heading.Groups["level"].Length;
            var (title, anchor, attributes) = Named(heading.Groups["title"].Value.Trim());
            above.RemoveAll(other => other.Level >= level);
            sections.Add(new MarkdownSection(level, title, anchor, attributes, string.Join(" / ", above.Select(other => other.Title)), []));
            above.Add((level, title));
        }

        return sections;
    }

    /// <summary>The fence that is open after a line: three or more of ` or ~, closed by as many of the same.</summary>
    public static string Fence(string line, string open, out bool isFence)
    {
        var trimmed = line.TrimStart();
        var length = trimmed.Length == 0 || trimmed[0] is not ('`' or '~') ? 0 : trimmed.Length - trimmed.TrimStart(trimmed[0]).Length;
        isFence = length >= 3;
        if (!isFence)
        {
            return open;
        }

        return open.Length == 0 ? trimmed[..length]
            : trimmed[0] == open[0] && length >= open.Length && trimmed.Trim().Length == length ? string.Empty
            : open;
    }

    private static (string Title, string? Anchor, IReadOnlyDictionary<string, string> Attributes) Named(string heading)
    {
        var braces = Braces().Match(heading);
        if (!braces.Success)
        {
            return (heading, null, new Dictionary<string, string>());
        }

        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        string? anchor = null;
        foreach (var part in braces.Groups["inner"].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part[0] == '#')
            {
                anchor = part[1..];
            }
            else if (part.Split('=', 2) is [var key, var value])
            {
                attributes[key] = value.Trim('"');
            }
        }

        return (heading[..braces.Index].Trim(), anchor, attributes);
    }

    [GeneratedRegex(@"^(?<level>#{1,6})\s+(?<title>.+)$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Heading();

    [GeneratedRegex(@"\{(?<inner>[^{}]*)\}\s*$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Braces();
}
