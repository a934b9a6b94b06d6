namespace Plumbline.Tokenization;

/// <summary>A range of UTF-16 positions, the end excluded.</summary>
internal readonly record struct TextRange(int Start, int End);

/// <summary>A stretch of text that remembers where each of its characters stood in the text it came from.</summary>
/// <param name="Text">The characters.</param>
/// <param name="Base">The original position of the first character, where the stretch is an unchanged copy.</param>
/// <param name="Map">The original position of each character, where it is not.</param>
internal sealed record AlignedText(string Text, int Base = 0, int[]? Map = null)
{
    /// <summary>Whether the stretch begins the text it came from.</summary>
    public bool IsBeginning { get; init; } = true;

    /// <summary>Whether positions are kept at all; where nobody asks for them, keeping them would be most of the work.</summary>
    public bool IsTracked { get; init; } = true;

    /// <summary>The original position of the character at <paramref name="index"/>.</summary>
    public int OriginOf(int index) => Map is null ? Base + index : Map[index];

    /// <summary>The stretch from <paramref name="start"/> to <paramref name="end"/>; the text itself where that is all of it.</summary>
    public AlignedText Slice(int start, int end) =>
        start == 0 && end == Text.Length
            ? this
            : this with
            {
                Text = Text[start..end],
                Base = Base + start,
                Map = Map?[start..end],
                IsBeginning = IsBeginning && start == 0,
            };
}
