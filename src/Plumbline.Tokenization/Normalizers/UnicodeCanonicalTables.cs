namespace Plumbline.Tokenization.Normalizers;

/// <summary>Unicode's decompositions, compositions and combining classes, unpacked for look-up.</summary>
internal sealed class UnicodeCanonicalTables
{
    private readonly Dictionary<int, (int First, int Second)> decompositions = [];
    private readonly Dictionary<(int First, int Second), int> compositions = [];
    private readonly Dictionary<int, byte> classes = [];
    private readonly Dictionary<int, int[]> compatible = [];
    private readonly bool[] involved = new bool[0x10000];

    private UnicodeCanonicalTables() { }

    /// <summary>Whether normalisation may change a text because of this character.</summary>
    public bool IsInvolved(char character) => involved[character];

    /// <summary>The canonical combining class, 0 for starters.</summary>
    public int ClassOf(int point) => point < 0x300 ? 0 : classes.GetValueOrDefault(point);

    /// <summary>One step of decomposition; <paramref name="second"/> is 0 where there is only one element.</summary>
    public bool TryDecompose(int point, out int first, out int second)
    {
        var found = decompositions.TryGetValue(point, out var pair);
        (first, second) = pair;
        return found;
    }

    /// <summary>The primary composite of two characters.</summary>
    public bool TryCompose(int first, int second, out int composed) => compositions.TryGetValue((first, second), out composed);

    /// <summary>All a character becomes in form KD, where that differs from form D.</summary>
    public bool TryDecomposeCompatibly(int point, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out int[]? points) =>
        compatible.TryGetValue(point, out points);

    /// <summary>Reads <see cref="UnicodeCanonicalData"/> and <see cref="UnicodeCompatibilityData"/>.</summary>
    public static UnicodeCanonicalTables Unpack()
    {
        var tables = new UnicodeCanonicalTables();
        var numbers = new PackedNumbers(UnicodeCanonicalData.Decompositions);
        int point = 0,
            first = 0,
            second = 0;
        while (numbers.TryNext(out var head))
        {
            point += head >> 2;
            first += numbers.NextZigzag();
            var hasSecond = (head & 1) != 0;
            second += hasSecond ? numbers.NextZigzag() : 0;
            tables.decompositions[point] = (first, hasSecond ? second : 0);
            tables.Involve(point);
            if ((head & 2) != 0)
            {
                tables.compositions[(first, second)] = point;
                tables.Involve(second);
            }
        }

        numbers = new PackedNumbers(UnicodeCanonicalData.CombiningClasses);
        var at = 0;
        while (numbers.TryNext(out var gap))
        {
            at += gap;
            var end = at + numbers.Next();
            var combining = (byte)numbers.Next();
            for (; at < end; at++)
            {
                tables.classes[at] = combining;
                tables.Involve(at);
            }
        }

        for (var hangul = 0x1100; hangul < 0x1200; hangul++)
        {
            tables.Involve(hangul);
        }

        for (var syllable = 0xAC00; syllable <= 0xD7A3; syllable++)
        {
            tables.Involve(syllable);
        }

        tables.UnpackCompatibility();
        return tables;
    }

    private void UnpackCompatibility()
    {
        var numbers = new PackedNumbers(UnicodeCompatibilityData.Decompositions);
        var (point, first) = (0, 0);
        while (numbers.TryNext(out var gap))
        {
            point += gap;
            var points = new int[numbers.Next()];
            first = points[0] = first + numbers.NextZigzag();
            for (var i = 1; i < points.Length; i++)
            {
                points[i] = points[i - 1] + numbers.NextZigzag();
            }

            compatible[point] = points;
        }
    }

    private void Involve(int point)
    {
        if (point < involved.Length)
        {
            involved[point] = true;
        }
    }

    private struct PackedNumbers(string text)
    {
        private int at;

        public bool TryNext(out int value)
        {
            value = 0;
            for (var shift = 0; at < text.Length; )
            {
                var digit = UnicodeCanonicalData.Digits.IndexOf(text[at++], StringComparison.Ordinal);
                if (digit < 0)
                {
                    continue;
                }

                value |= (digit & 31) << shift;
                shift += 5;
                if (digit < 32)
                {
                    return true;
                }
            }

            return false;
        }

        public int Next() => TryNext(out var value) ? value : throw new InvalidOperationException("The packed Unicode data ends early.");

        public int NextZigzag()
        {
            var value = Next();
            return (value & 1) == 0 ? value >> 1 : -((value + 1) >> 1);
        }
    }
}
