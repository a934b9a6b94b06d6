namespace Plumbline.Moderation.Canonicalization.Readings;

/// <summary>Writes the views of unwrapped runs.</summary>
internal static class Unwrapping
{
    private const int LongestGap = 8;

    /// <summary>The text with each run replaced by what it says.</summary>
    public static MappedText InPlace(string text, UnwrappedText unwrapped)
    {
        var builder = new MappedTextBuilder(text);
        var at = 0;
        foreach (var run in unwrapped.Runs)
        {
            builder.Copy(at, run.Start);
            builder.Write(run.Text, run.Start, run.End, run.Kind);
            at = run.End;
        }

        builder.Copy(at, text.Length);
        return builder.Build();
    }

    /// <summary>What the runs say, without the text around them: runs that only signs divide stay on one line.</summary>
    public static MappedText Alone(string text, UnwrappedText unwrapped)
    {
        var builder = new MappedTextBuilder(text);
        var at = unwrapped.Runs[0].Start;
        foreach (var run in unwrapped.Runs)
        {
            if (run.Start > at || builder.Length > 0)
            {
                Divide(text, at, run.Start, builder);
            }

            builder.Write(run.Text, run.Start, run.End, run.Kind);
            at = run.End;
        }

        return builder.Build();
    }

    /// <summary>Whether anything of weight stands around the runs.</summary>
    public static bool HasSurroundings(string text, UnwrappedText unwrapped)
    {
        var at = 0;
        foreach (var run in unwrapped.Runs)
        {
            if (HasLetters(text.AsSpan(at, run.Start - at)))
            {
                return true;
            }

            at = run.End;
        }

        return HasLetters(text.AsSpan(at));
    }

    private static void Divide(string text, int start, int end, MappedTextBuilder builder)
    {
        if (end - start <= LongestGap && !HasLetters(text.AsSpan(start, end - start)))
        {
            builder.Copy(start, end);
        }
        else
        {
            builder.Write("\n", start, end);
        }
    }

    private static bool HasLetters(ReadOnlySpan<char> gap)
    {
        foreach (var unit in gap)
        {
            if (char.IsLetterOrDigit(unit))
            {
                return true;
            }
        }

        return false;
    }
}
