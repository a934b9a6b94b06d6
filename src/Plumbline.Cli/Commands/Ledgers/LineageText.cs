using Plumbline.Lineage;

namespace Plumbline.Cli.Commands.Ledgers;

/// <summary>A walk as a tree for a terminal: each artifact and row once, later mentions by its number.</summary>
internal static class LineageText
{
    private const int ShortId = 12;
    private const int ShortText = 100;

    /// <summary>Writes the tree.</summary>
    internal static void Write(TextWriter output, LineageNode node) => Write(output, new LineageStep(node), string.Empty, string.Empty);

    /// <summary>An id that people can tell from others, and look up by.</summary>
    internal static string Short(string id)
    {
        var digits = id[(id.IndexOf(':') + 1)..];
        return digits.Length <= ShortId ? digits : digits[..ShortId];
    }

    private static void Write(TextWriter output, LineageStep step, string first, string rest)
    {
        output.WriteLine(first + LedgerCommand.OneLine(Line(step)));
        var node = step.Node;
        var bar = node.From.Count > 0 ? "│  " : "   ";
        foreach (var detail in Details(step))
        {
            output.WriteLine(rest + bar + LedgerCommand.OneLine(detail));
        }

        for (var i = 0; i < node.From.Count; i++)
        {
            var isLast = i == node.From.Count - 1;
            Write(output, node.From[i], rest + (isLast ? "└─ " : "├─ "), rest + (isLast ? "   " : "│  "));
        }
    }

    private static string Line(LineageStep step)
    {
        var node = step.Node;
        var role = step.Role is null || step.Role == node.Kind ? string.Empty : $"{step.Role}: ";
        var clause = step.Clause is null ? string.Empty : $", clause {step.Clause}";
        var name = node.Entry is { } entry ? $" {entry.Artifact.Name}" : string.Empty;
        var what = $"{role}{node.Kind}{name} {Short(node.Id)}{clause}";
        return node.State switch
        {
            LineageNodeState.Unknown => $"{what}: no ledger here knows it",
            LineageNodeState.ToldBefore => $"{what}: see [{node.Number}]",
            LineageNodeState.LeftOff => $"{what}: more is left off, ask for it by its id",
            _ => $"[{node.Number}] {what}",
        };
    }

    private static IEnumerable<string> Details(LineageStep step)
    {
        if (step.Text is { } text)
        {
            yield return $"\"{Shortened(text)}\"";
        }

        // What was said where the artifact was told first is not said again; what this row says of it is.
        if (step.Node.State == LineageNodeState.ToldBefore)
        {
            yield break;
        }

        if (step.Node.Problem is { } problem)
        {
            yield return problem;
        }

        if (step.Node.Entry is { } entry)
        {
            var facts = entry
                .Artifact.Facts.Where(fact => !fact.Key.StartsWith(Artifact.LineageFact, StringComparison.Ordinal))
                .OrderBy(fact => fact.Key, StringComparer.Ordinal)
                .Select(fact => $"{fact.Key} {(ArtifactId.IsHash(fact.Value.Text) ? Short(fact.Value.Text) : Shortened(fact.Value.Text))}");
            yield return string.Join(", ", facts.Prepend($"{entry.Time.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z"));
        }
    }

    private static string Shortened(string text)
    {
        if (text.Length <= ShortText)
        {
            return text;
        }

        // Not through the middle of a character.
        var end = char.IsHighSurrogate(text[ShortText - 1]) ? ShortText - 1 : ShortText;
        return text[..end] + "…";
    }
}
