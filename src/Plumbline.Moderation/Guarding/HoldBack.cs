using System.Text;

namespace Plumbline.Moderation.Guarding;

/// <summary>
/// The text of a stream, and how much of it may leave. Windows of W units begin at 0, S, 2S, ...; a unit at p stands in those that begin after p − W and up to p. Once all whole windows of
/// what came have passed, k of them, every window with a unit before kS has passed; so what stands before kS may leave, and at most W units are held.
/// </summary>
/// <remarks>A passage of at most W − S + 1 units that begins at p stands whole in the window that begins at ⌊p/S⌋·S ≤ p, without which p does not leave: nothing of a forbidden passage ever does.</remarks>
internal sealed class HoldBack(HoldBackOptions options)
{
    private readonly StringBuilder text = new();
    private readonly List<Replacement> replacements = [];
    private int windows;
    private int released;

    /// <summary>All that came, as it came.</summary>
    public string Text => text.ToString();

    /// <summary>Whether anything left.</summary>
    public bool HasReleased => released > 0;

    /// <summary>How many units came.</summary>
    public int Length => text.Length;

    /// <summary>The last of what came.</summary>
    /// <param name="units">At most so many units.</param>
    public string Recent(int units)
    {
        var start = Math.Max(0, text.Length - units);
        return text.ToString(start, text.Length - start);
    }

    /// <summary>Takes a piece.</summary>
    public void Add(string piece) => text.Append(piece);

    /// <summary>The next whole window that was not checked, and where it begins; null where more has to come.</summary>
    public (int Start, string Window)? Next() =>
        Start + options.Window <= text.Length ? (Start, text.ToString(Start, options.Window)) : null;

    /// <summary>What is left at the end: the last window, which is not whole. Null where everything stood in windows before.</summary>
    public (int Start, string Window)? Rest() => Start < text.Length ? (Start, text.ToString(Start, text.Length - Start)) : null;

    /// <summary>The window passed.</summary>
    /// <param name="found">What has to be replaced in it, at places of the whole text.</param>
    public void Pass(IReadOnlyList<Replacement> found)
    {
        windows++;
        foreach (var one in found)
        {
            Add(one);
        }
    }

    /// <summary>What may leave now, with replacements made.</summary>
    public string Release() => Release(Math.Min(Start, text.Length));

    /// <summary>All that is left, once everything passed.</summary>
    public string ReleaseAll() => Release(text.Length);

    private int Start => windows * options.Stride;

    private string Release(int end)
    {
        // A replacement leaves as a whole, and so does a character of two units.
        if (replacements.Find(one => one.Span.Start < end && one.Span.End > end) is { Span.Length: > 0 } cut)
        {
            end = cut.Span.Start;
        }

        if (end > 0 && end < text.Length && char.IsHighSurrogate(text[end - 1]))
        {
            end--;
        }

        if (end <= released)
        {
            return string.Empty;
        }

        var start = released;
        released = end;
        var own = replacements
            .Where(one => one.Span.Start >= start && one.Span.End <= end)
            .Select(one => one with { Span = new(one.Span.Start - start, one.Span.Length) })
            .ToList();
        return Replacement.Apply(text.ToString(start, end - start), own);
    }

    private void Add(Replacement found)
    {
        // What left already cannot be replaced: only a passage that is longer than windows allow for can begin there.
        if (found.Span.End <= released)
        {
            return;
        }

        if (found.Span.Start < released)
        {
            found = found with { Span = Findings.TextSpan.Between(released, found.Span.End) };
        }

        var at = replacements.FindIndex(one => one.Span.Overlaps(found.Span));
        if (at < 0)
        {
            at = replacements.FindIndex(one => one.Span.Start > found.Span.Start);
            replacements.Insert(at < 0 ? replacements.Count : at, found);
            return;
        }

        // The same passage is found by every window it stands in; where one of them cut it, the longer run is the passage.
        var longer = found.Span.Length > replacements[at].Span.Length ? found : replacements[at];
        replacements[at] = longer with { Span = found.Span.Joined(replacements[at].Span) };
        while (at + 1 < replacements.Count && replacements[at].Span.Overlaps(replacements[at + 1].Span))
        {
            replacements[at] = replacements[at] with { Span = replacements[at].Span.Joined(replacements[at + 1].Span) };
            replacements.RemoveAt(at + 1);
        }
    }
}
