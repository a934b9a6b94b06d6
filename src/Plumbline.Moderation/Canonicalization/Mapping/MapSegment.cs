using System.Runtime.InteropServices;
using Plumbline.Findings;

namespace Plumbline.Moderation.Canonicalization;

/// <summary>How the units of a segment relate to the run they come from.</summary>
internal enum MapKind : byte
{
    /// <summary>Each comes from the whole run.</summary>
    Whole,

    /// <summary>Each comes from the unit at the same place of the run.</summary>
    Copy,

    /// <summary>Each comes from the unit at the same place counted from the run's end.</summary>
    Reverse,
}

/// <summary>Consecutive units of a changed text that come from one run. It ends where the next one starts.</summary>
/// <param name="Start">The first unit.</param>
/// <param name="Origin">Where the run begins in the text it comes from.</param>
/// <param name="OriginLength">How long that run is.</param>
/// <param name="Kind">How the two relate.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct MapSegment(int Start, int Origin, int OriginLength, MapKind Kind)
{
    /// <summary>What <paramref name="length"/> units from <paramref name="offset"/> on, counted from <see cref="Start"/>, come from.</summary>
    public TextSpan Slice(int offset, int length) =>
        Kind switch
        {
            MapKind.Copy => new TextSpan(Origin + offset, length),
            MapKind.Reverse => new TextSpan(Origin + OriginLength - offset - length, length),
            _ => new TextSpan(Origin, OriginLength),
        };
}

/// <summary>Segments that are being collected; neighbours that continue each other become one.</summary>
internal sealed class MapSegments
{
    private readonly List<MapSegment> segments = [];
    private int length;

    /// <summary>Adds units.</summary>
    /// <param name="count">How many.</param>
    /// <param name="origin">The run they come from; as long as <paramref name="count"/> unless each comes from the whole.</param>
    /// <param name="kind">How they relate to it.</param>
    public void Add(int count, TextSpan origin, MapKind kind)
    {
        if (count == 0)
        {
            return;
        }

        // A run of one unit read as a whole is a copy; so is one read backwards.
        if (origin.Length == 1 && count == 1)
        {
            kind = MapKind.Copy;
        }

        if (segments.Count > 0)
        {
            ref var last = ref CollectionsMarshal.AsSpan(segments)[^1];
            var continues = kind == last.Kind && kind == MapKind.Copy && origin.Start == last.Origin + last.OriginLength;
            if (continues)
            {
                last = last with { OriginLength = last.OriginLength + count };
                length += count;
                return;
            }

            if (kind == last.Kind && kind == MapKind.Reverse && origin.End == last.Origin)
            {
                last = last with { Origin = origin.Start, OriginLength = last.OriginLength + count };
                length += count;
                return;
            }

            if (kind == last.Kind && kind == MapKind.Whole && origin.Start == last.Origin && origin.Length == last.OriginLength)
            {
                length += count;
                return;
            }
        }

        segments.Add(new MapSegment(length, origin.Start, origin.Length, kind));
        length += count;
    }

    /// <summary>The map.</summary>
    /// <param name="sourceLength">How long the text is that the units come from.</param>
    public SpanMap Build(int sourceLength) => new([.. segments], length, sourceLength);
}
