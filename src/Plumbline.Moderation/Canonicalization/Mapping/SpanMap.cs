using Plumbline.Findings;

namespace Plumbline.Moderation.Canonicalization;

/// <summary>
/// Where each UTF-16 unit of a changed text comes from. Kept as a list of segments, so that a text of which nothing changed costs one of them.
/// </summary>
public sealed class SpanMap
{
    private readonly MapSegment[] segments;

    internal SpanMap(MapSegment[] segments, int length, int sourceLength) =>
        (this.segments, Length, SourceLength) = (segments, length, sourceLength);

    /// <summary>How many units the changed text has.</summary>
    public int Length { get; }

    /// <summary>How many units the text it comes from has.</summary>
    public int SourceLength { get; }

    /// <summary>Whether nothing moved: every unit comes from the unit at its own place.</summary>
    public bool IsIdentity => Length == SourceLength && segments is [] or [{ Kind: MapKind.Copy }];

    /// <summary>The map of a text that is not changed.</summary>
    internal static SpanMap Identity(int length) => new(length == 0 ? [] : [new MapSegment(0, 0, length, MapKind.Copy)], length, length);

    /// <summary>What one unit comes from.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such unit.</exception>
    public TextSpan OriginOf(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Length);
        var segment = segments[FindSegment(index)];
        return segment.Slice(index - segment.Start, 1);
    }

    /// <summary>The shortest run that holds all that a run comes from. An empty run comes from the empty run before its first unit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The run does not lie in the text.</exception>
    public TextSpan OriginOf(TextSpan span)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(span.Start);
        ArgumentOutOfRangeException.ThrowIfNegative(span.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(span.End, Length);
        if (span.Length == 0)
        {
            return new TextSpan(span.Start < Length ? OriginOf(span.Start).Start : SourceLength, 0);
        }

        var at = FindSegment(span.Start);
        var joined = Clip(at, span);
        for (at++; at < segments.Length && segments[at].Start < span.End; at++)
        {
            joined = joined.Joined(Clip(at, span));
        }

        return joined;
    }

    /// <summary>This map and the one of the text that it starts from, as one.</summary>
    /// <param name="outer">Where the units of this map's source come from.</param>
    internal SpanMap Through(SpanMap outer)
    {
        if (outer.IsIdentity)
        {
            return this;
        }

        var joined = new MapSegments();
        for (var i = 0; i < segments.Length; i++)
        {
            var segment = segments[i];
            var length = EndOf(i) - segment.Start;
            if (segment.Kind == MapKind.Whole)
            {
                joined.Add(length, outer.OriginOf(new TextSpan(segment.Origin, segment.OriginLength)), MapKind.Whole);
            }
            else
            {
                outer.AddTo(joined, new TextSpan(segment.Origin, length), segment.Kind == MapKind.Reverse);
            }
        }

        return joined.Build(outer.SourceLength);
    }

    // What a run of this map's text comes from, segment by segment, forwards or backwards.
    private void AddTo(MapSegments joined, TextSpan run, bool backwards)
    {
        if (run.Length == 0)
        {
            return;
        }

        var (first, last) = (FindSegment(run.Start), FindSegment(run.End - 1));
        for (var step = 0; step <= last - first; step++)
        {
            var at = backwards ? last - step : first + step;
            var (from, to) = (Math.Max(run.Start, segments[at].Start), Math.Min(run.End, EndOf(at)));
            joined.Add(to - from, segments[at].Slice(from - segments[at].Start, to - from), Turn(segments[at].Kind, backwards));
        }
    }

    private static MapKind Turn(MapKind kind, bool backwards) =>
        (kind, backwards) switch
        {
            (MapKind.Copy, true) => MapKind.Reverse,
            (MapKind.Reverse, true) => MapKind.Copy,
            _ => kind,
        };

    private TextSpan Clip(int at, TextSpan span)
    {
        var (from, to) = (Math.Max(span.Start, segments[at].Start), Math.Min(span.End, EndOf(at)));
        return segments[at].Slice(from - segments[at].Start, to - from);
    }

    private int EndOf(int at) => at + 1 < segments.Length ? segments[at + 1].Start : Length;

    private int FindSegment(int index)
    {
        var (low, high) = (0, segments.Length - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            (low, high) = segments[middle].Start <= index ? (middle, high) : (low, middle - 1);
        }

        return low;
    }
}
