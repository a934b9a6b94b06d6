using Plumbline.Findings;

namespace Plumbline.Moderation.TermLists;

/// <summary>What of a text stands in quotation marks: from one to the next that closes it, in the same line.</summary>
/// <remarks>Apostrophes are no quotation marks: too many words have one.</remarks>
internal static class QuotedRuns
{
    // What is longer is rather a mark that was forgotten than a quotation.
    private const int Longest = 500;

    /// <summary>The runs, in their order; they do not overlap.</summary>
    public static List<TextSpan> Of(ReadOnlySpan<char> text)
    {
        var runs = new List<TextSpan>();
        var (closing, start) = (string.Empty, 0);
        for (var i = 0; i < text.Length; i++)
        {
            if (i - start <= Longest && closing.Contains(text[i]))
            {
                runs.Add(TextSpan.Between(start, i));
                closing = string.Empty;
            }
            else if (closing.Length == 0 || text[i] == '\n' || i - start > Longest)
            {
                (closing, start) = (Closing(text[i]), i + 1);
            }
        }

        return runs;
    }

    /// <summary>Whether a run lies in one of them.</summary>
    public static bool Hold(List<TextSpan> runs, TextSpan span)
    {
        var (low, high) = (0, runs.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = runs[middle].Start <= span.Start ? (middle + 1, high) : (low, middle);
        }

        return low > 0 && runs[low - 1].End >= span.End;
    }

    // English, German, French, Swedish, and East Asian.
    private static string Closing(char opening) =>
        opening switch
        {
            '"' => "\"",
            '\u201C' => "\u201D",
            '\u201D' => "\u201D",
            '\u201E' => "\u201C\u201D",
            '\u00AB' => "\u00BB",
            '\u00BB' => "\u00AB",
            '\u300C' => "\u300D",
            '\u300E' => "\u300F",
            _ => string.Empty,
        };
}
