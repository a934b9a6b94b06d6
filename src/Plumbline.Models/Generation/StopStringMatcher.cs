namespace Plumbline.Models.Generation;

/// <summary>
/// Looks for stop strings in a text that comes in pieces, and lets out what is certainly not part of one. The match that ends first counts, and the longest of
/// those that end together: what is found does not depend on how the text is cut. Not thread-safe: one per text.
/// </summary>
/// <param name="stopStrings">Each at least one character; compared ordinally.</param>
public sealed class StopStringMatcher(IReadOnlyList<string> stopStrings)
{
    private string held = string.Empty;
    private int released;

    /// <summary>The stop string that was found; null until then.</summary>
    public string? Found { get; private set; }

    /// <summary>Where it begins in the whole text, in UTF-16 units; null until it is found.</summary>
    public int? Position { get; private set; }

    /// <summary>Takes the next piece.</summary>
    /// <param name="text">The piece; ignored once a stop string was found.</param>
    /// <returns>The text that can be shown with it: neither part of a stop string nor the beginning of what may become one.</returns>
    public string Append(string text)
    {
        if (Found is not null)
        {
            return string.Empty;
        }

        var seen = held + text;
        for (var end = held.Length + 1; end <= seen.Length; end++)
        {
            var match = stopStrings.Where(stop => seen.AsSpan(0, end).EndsWith(stop, StringComparison.Ordinal)).MaxBy(stop => stop.Length);
            if (match is not null)
            {
                (Found, Position, held) = (match, released + end - match.Length, string.Empty);
                return seen[..(end - match.Length)];
            }
        }

        var certain = seen.Length - LongestBeginning(seen);
        held = seen[certain..];
        released += certain;
        return seen[..certain];
    }

    /// <summary>Ends the text.</summary>
    /// <returns>What was held back.</returns>
    public string Finish()
    {
        var rest = held;
        (held, released) = (string.Empty, released + held.Length);
        return rest;
    }

    // How many of the last characters may begin a stop string.
    private int LongestBeginning(string text)
    {
        var longest = Math.Min(text.Length, stopStrings.Max(stop => stop.Length) - 1);
        for (var length = longest; length > 0; length--)
        {
            var end = text.AsSpan(text.Length - length);
            foreach (var stop in stopStrings)
            {
                if (length < stop.Length && stop.AsSpan().StartsWith(end, StringComparison.Ordinal))
                {
                    return length;
                }
            }
        }

        return 0;
    }
}
