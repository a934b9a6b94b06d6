using System.Text;

namespace Plumbline.Tokenization.Normalizers;

/// <summary>
/// The normalisation forms NFC, NFD, NFKC and NFKD (Unicode Standard Annex 15), keeping for every character the position it came from.
/// The data is Unicode 14.0; characters that later versions added are left as they are.
/// </summary>
internal static class UnicodeNormalizer
{
    private const int HangulBase = 0xAC00;
    private const int LeadBase = 0x1100;
    private const int VowelBase = 0x1161;
    private const int TrailBase = 0x11A7;
    private const int LeadCount = 19;
    private const int VowelCount = 21;
    private const int TrailCount = 28;
    private const int HangulCount = LeadCount * VowelCount * TrailCount;

    /// <summary>The data behind the forms, for those who look at single characters.</summary>
    public static UnicodeCanonicalTables Tables { get; } = UnicodeCanonicalTables.Unpack();

    /// <summary>The text in form C (<paramref name="compose"/>) or form D, or their compatibility forms KC and KD.</summary>
    public static AlignedText Normalize(AlignedText source, bool compose, bool compatibility = false)
    {
        if (!NeedsWork(source.Text, compose, compatibility))
        {
            return source;
        }

        var points = new List<int>(source.Text.Length);
        var origins = new List<int>(source.Text.Length);
        for (var i = 0; i < source.Text.Length; )
        {
            Rune.DecodeFromUtf16(source.Text.AsSpan(i), out var rune, out var length);
            Decompose(rune.Value, source.OriginOf(i), compatibility, points, origins);
            i += length;
        }

        Reorder(points);
        if (compose)
        {
            Compose(points, origins);
        }

        return Assemble(points, origins, source);
    }

    private static bool NeedsWork(string text, bool compose, bool compatibility)
    {
        // Below these, no character combines (C) or decomposes (D, KD).
        var harmless =
            compatibility ? (char)0xA0
            : compose ? (char)0x300
            : (char)0xC0;
        var at = text.AsSpan().IndexOfAnyExceptInRange('\0', (char)(harmless - 1));
        foreach (var character in at < 0 ? [] : text.AsSpan(at))
        {
            if (
                character >= harmless
                && (
                    char.IsSurrogate(character)
                    || Tables.IsInvolved(character)
                    || (compatibility && Tables.TryDecomposeCompatibly(character, out _))
                )
            )
            {
                return true;
            }
        }

        return false;
    }

    private static void Decompose(int point, int origin, bool compatibility, List<int> points, List<int> origins)
    {
        if (compatibility && Tables.TryDecomposeCompatibly(point, out var all))
        {
            foreach (var element in all)
            {
                Add(element);
            }
        }
        else if (point is >= HangulBase and < HangulBase + HangulCount)
        {
            var index = point - HangulBase;
            Add(LeadBase + (index / (VowelCount * TrailCount)));
            Add(VowelBase + (index % (VowelCount * TrailCount) / TrailCount));
            if (index % TrailCount != 0)
            {
                Add(TrailBase + (index % TrailCount));
            }
        }
        else if (Tables.TryDecompose(point, out var first, out var second))
        {
            Decompose(first, origin, compatibility, points, origins);
            if (second != 0)
            {
                // A second element never decomposes further except in a handful of cases that recursion covers.
                Decompose(second, origin, compatibility, points, origins);
            }
        }
        else
        {
            Add(point);
        }

        void Add(int value)
        {
            points.Add(value);
            origins.Add(origin);
        }
    }

    /// <summary>Sorts each run of combining marks by class, keeping the order of equals.</summary>
    private static void Reorder(List<int> points)
    {
        for (var start = 0; start < points.Count; )
        {
            if (Tables.ClassOf(points[start]) == 0)
            {
                start++;
                continue;
            }

            var end = start;
            while (end < points.Count && Tables.ClassOf(points[end]) != 0)
            {
                end++;
            }

            // A stable sort: a text of a million marks must not take a million squared steps. Origins stay in place, so that they ascend.
            var run = points.GetRange(start, end - start).OrderBy(Tables.ClassOf).ToArray();
            for (var i = 0; i < run.Length; i++)
            {
                points[start + i] = run[i];
            }

            start = end;
        }
    }

    private static void Compose(List<int> points, List<int> origins)
    {
        var starter = -1;
        var lastClass = -1;
        var kept = 0;
        for (var i = 0; i < points.Count; i++)
        {
            var point = points[i];
            var combining = Tables.ClassOf(point);
            // A mark is blocked when one of its own or a higher class stands between it and the starter.
            var blocked = lastClass >= combining && lastClass != -1;
            if (starter >= 0 && !blocked && TryCompose(points[starter], point, out var composed))
            {
                points[starter] = composed;
                continue;
            }

            if (combining == 0)
            {
                starter = kept;
                lastClass = -1;
            }
            else
            {
                lastClass = combining;
            }

            points[kept] = point;
            origins[kept++] = origins[i];
        }

        points.RemoveRange(kept, points.Count - kept);
        origins.RemoveRange(kept, origins.Count - kept);
    }

    private static bool TryCompose(int first, int second, out int composed)
    {
        if (first is >= LeadBase and < LeadBase + LeadCount && second is >= VowelBase and < VowelBase + VowelCount)
        {
            composed = HangulBase + ((((first - LeadBase) * VowelCount) + second - VowelBase) * TrailCount);
            return true;
        }

        if (
            first is >= HangulBase and < HangulBase + HangulCount
            && (first - HangulBase) % TrailCount == 0
            && second is > TrailBase and < TrailBase + TrailCount
        )
        {
            composed = first + second - TrailBase;
            return true;
        }

        return Tables.TryCompose(first, second, out composed);
    }

    private static AlignedText Assemble(List<int> points, List<int> origins, AlignedText source)
    {
        var text = new StringBuilder(points.Count);
        var map = new List<int>(source.IsTracked ? points.Count : 0);
        Span<char> units = stackalloc char[2];
        for (var i = 0; i < points.Count; i++)
        {
            var count = new Rune(points[i]).EncodeToUtf16(units);
            text.Append(units[..count]);
            for (var unit = 0; source.IsTracked && unit < count; unit++)
            {
                map.Add(origins[i] + unit);
            }
        }

        var normal = text.ToString();
        return normal == source.Text ? source : source with { Text = normal, Map = source.IsTracked ? [.. map] : null };
    }
}
