using Plumbline.Feedback.Projects;

namespace Plumbline.Studio.Ranking;

/// <summary>A piece of an answer's text between the ends of marks.</summary>
/// <param name="Text">The text.</param>
/// <param name="Labels">The ids of the marks that lie on it.</param>
public sealed record MarkedPiece(string Text, IReadOnlyList<string> Labels);

/// <summary>An answer's text with its marked passages.</summary>
public static class MarkedText
{
    /// <summary>The text in pieces.</summary>
    /// <param name="text">The text.</param>
    /// <param name="spans">The passages; they may overlap.</param>
    public static IReadOnlyList<MarkedPiece> Cut(string text, IReadOnlyList<MarkedSpan> spans)
    {
        int[] ends =
        [
            .. spans.SelectMany(span => new[] { span.Start, span.Start + span.Length }).Append(0).Append(text.Length).Distinct().Order(),
        ];
        return
        [
            .. ends.Zip(ends.Skip(1))
                .Select(piece => new MarkedPiece(
                    text[piece.First..piece.Second],
                    [
                        .. spans
                            .Where(span => span.Start <= piece.First && span.Start + span.Length >= piece.Second)
                            .Select(span => span.Label)
                            .Distinct(),
                    ]
                )),
        ];
    }

    /// <summary>Finds a passage by what it says: the first place at which it stands unmarked by the same label; null where there is none.</summary>
    /// <param name="text">The text.</param>
    /// <param name="quote">What the passage says.</param>
    /// <param name="label">What it is.</param>
    /// <param name="spans">The passages that are marked already.</param>
    public static MarkedSpan? Find(string text, string quote, string label, IReadOnlyList<MarkedSpan> spans)
    {
        // Forms change line feeds on their way.
        var sought = quote.ReplaceLineEndings("\n").Trim();
        if (sought.Length == 0)
        {
            return null;
        }

        for (var at = text.IndexOf(sought, StringComparison.Ordinal); at >= 0; at = text.IndexOf(sought, at + 1, StringComparison.Ordinal))
        {
            var found = new MarkedSpan(at, sought.Length, label);
            if (!spans.Any(span => span.Start == found.Start && span.Length == found.Length && span.Label == label))
            {
                return found;
            }
        }

        return null;
    }
}
