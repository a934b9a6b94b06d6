namespace Plumbline.Findings;

/// <summary>A run of a text, in UTF-16 units.</summary>
/// <param name="Start">Where it begins, from 0.</param>
/// <param name="Length">How long it is; 0 or more.</param>
public readonly record struct TextSpan(int Start, int Length)
{
    /// <summary>The first unit after it.</summary>
    public int End => Start + Length;

    /// <summary>The run between two places.</summary>
    public static TextSpan Between(int start, int end) => new(start, end - start);

    /// <summary>What of a text it covers.</summary>
    public ReadOnlySpan<char> Of(ReadOnlySpan<char> text) => text.Slice(Start, Length);

    /// <summary>Whether the two share a unit.</summary>
    public bool Overlaps(TextSpan other) => Start < other.End && other.Start < End;

    /// <summary>The shortest run that holds both.</summary>
    public TextSpan Joined(TextSpan other) => Between(Math.Min(Start, other.Start), Math.Max(End, other.End));
}
