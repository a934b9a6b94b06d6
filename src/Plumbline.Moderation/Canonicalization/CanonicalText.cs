using Plumbline.Findings;

namespace Plumbline.Moderation.Canonicalization;

/// <summary>A text and all the ways in which it can be read.</summary>
public sealed class CanonicalText
{
    internal CanonicalText(string original, IReadOnlyList<CanonicalView> views, bool isTruncated) =>
        (Original, Views, IsTruncated) = (original, views, isTruncated);

    /// <summary>The text as it was written.</summary>
    public string Original { get; }

    /// <summary>The readings, at least one; the first is the text as every detector should read it (<see cref="CanonicalView.NormalizedName"/>).</summary>
    public IReadOnlyList<CanonicalView> Views { get; }

    /// <summary>The text as every detector should read it.</summary>
    public CanonicalView Normalized => Views[0];

    /// <summary>Whether there was more to unwrap than the budget allows. Such a text is not safe because nothing was found in it.</summary>
    public bool IsTruncated { get; }
}

/// <summary>One reading of a text.</summary>
public sealed class CanonicalView
{
    /// <summary>The name of the first view.</summary>
    public const string NormalizedName = "normalized";

    internal CanonicalView(string text, string name, int depth, SpanMap map) => (Text, Name, Depth, Map) = (text, name, depth, map);

    /// <summary>The reading; where nothing had to be changed, the very instance that was given.</summary>
    public string Text { get; }

    /// <summary>How it was read: <c>normalized</c>, <c>base64</c>, or several joined by <c>+</c>, the outermost first, as in <c>base64+reversed</c>.</summary>
    public string Name { get; }

    /// <summary>How many encodings were undone; 0 for the first view.</summary>
    public int Depth { get; }

    /// <summary>Where each UTF-16 unit of <see cref="Text"/> comes from in the original.</summary>
    public SpanMap Map { get; }

    /// <summary>The shortest run of the original that a run of this view comes from.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The run does not lie in this view.</exception>
    public TextSpan OriginOf(TextSpan span) => Map.OriginOf(span);
}
