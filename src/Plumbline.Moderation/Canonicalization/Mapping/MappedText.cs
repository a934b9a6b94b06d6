using System.Text;
using Plumbline.Findings;

namespace Plumbline.Moderation.Canonicalization;

/// <summary>A changed text, and where its units come from.</summary>
/// <param name="Text">The text.</param>
/// <param name="Map">From its units to those of the text that was changed.</param>
internal sealed record MappedText(string Text, SpanMap Map)
{
    /// <summary>A text that is not changed.</summary>
    public static MappedText Unchanged(string text) => new(text, SpanMap.Identity(text.Length));

    /// <summary>The text after a further change of it.</summary>
    public MappedText Then(MappedText change) =>
        ReferenceEquals(change.Text, Text) ? this : new MappedText(change.Text, change.Map.Through(Map));
}

/// <summary>Writes a changed copy of a text and keeps where its units come from.</summary>
/// <param name="source">The text.</param>
internal sealed class MappedTextBuilder(string source)
{
    private readonly StringBuilder text = new(source.Length);
    private readonly MapSegments segments = new();

    /// <summary>How many units were written.</summary>
    public int Length => text.Length;

    /// <summary>The last character that was written; -1 for none.</summary>
    public int Last =>
        text.Length == 0 ? -1
        : text.Length > 1 && char.IsSurrogatePair(text[^2], text[^1]) ? char.ConvertToUtf32(text[^2], text[^1])
        : text[^1];

    /// <summary>Copies a run as it is.</summary>
    public void Copy(int start, int end)
    {
        text.Append(source, start, end - start);
        segments.Add(end - start, TextSpan.Between(start, end), MapKind.Copy);
    }

    /// <summary>Writes units that all come from one run.</summary>
    public void Write(ReadOnlySpan<char> units, int start, int end) => Write(units, start, end, MapKind.Whole);

    /// <summary>Writes units that come from a run.</summary>
    /// <param name="units">The units; as many as the run has where <paramref name="kind"/> relates them one by one.</param>
    /// <param name="start">Where the run begins.</param>
    /// <param name="end">Where it ends.</param>
    /// <param name="kind">How the units relate to it.</param>
    public void Write(ReadOnlySpan<char> units, int start, int end, MapKind kind)
    {
        text.Append(units);
        segments.Add(units.Length, TextSpan.Between(start, end), kind);
    }

    /// <summary>The copy.</summary>
    public MappedText Build() => new(text.ToString(), segments.Build(source.Length));
}
