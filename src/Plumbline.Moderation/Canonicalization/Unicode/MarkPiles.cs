using System.Globalization;
using System.Text;
using Plumbline.Tokenization.Normalizers;

namespace Plumbline.Moderation.Canonicalization.Unicode;

/// <summary>
/// Takes down piles of combining marks. On Latin, Greek and Cyrillic letters a pile is more than two marks, or one that no orthography puts there; other scripts keep theirs, up to a number
/// that none reaches.
/// </summary>
internal static class MarkPiles
{
    /// <summary>The most marks that stay on one letter of any script.</summary>
    public const int LongestRun = 10;

    private const int MostOnLatin = 2;
    private const int FewestPiles = 3;

    /// <summary>The text without piles.</summary>
    /// <remarks>A letter that carried one stands without any mark; where most marked letters are piles, all of them do.</remarks>
    public static MappedText Clear(string text)
    {
        var (piles, marked) = (0, 0);
        foreach (var cluster in new ClusterWalk(text))
        {
            marked += cluster.Marks > 0 ? 1 : 0;
            piles += cluster.IsPile ? 1 : 0;
        }

        var all = piles >= FewestPiles && piles * 2 >= marked;
        var builder = new MappedTextBuilder(text);
        foreach (var cluster in new ClusterWalk(text))
        {
            if (cluster.IsLatin && (cluster.IsPile || (all && cluster.Marks > 0)))
            {
                builder.Write(char.ConvertFromUtf32(RootOf(cluster.Base)), cluster.Start, cluster.End);
            }
            else
            {
                builder.Copy(cluster.Start, cluster.Kept);
            }
        }

        return builder.Build();
    }

    /// <summary>A letter without the marks that are part of it.</summary>
    public static int RootOf(int point)
    {
        while (UnicodeNormalizer.Tables.TryDecompose(point, out var first, out var second) && second != 0)
        {
            point = first;
        }

        return point;
    }

    private static int MarksWithin(int point)
    {
        var count = 0;
        while (UnicodeNormalizer.Tables.TryDecompose(point, out var first, out var second) && second != 0)
        {
            (point, count) = (first, count + 1);
        }

        return count;
    }

    // Marks of no script in particular.
    private static bool IsGeneral(int mark) =>
        mark
            is (>= 0x300 and <= 0x36F)
                or (>= 0x483 and <= 0x489)
                or (>= 0x1AB0 and <= 0x1AFF)
                or (>= 0x1DC0 and <= 0x1DFF)
                or (>= 0x20D0 and <= 0x20FF)
                or (>= 0xFE20 and <= 0xFE2F);

    // Marks that some letter of these scripts composes with, and a few that orthographies and transcriptions write without composing.
    private static bool IsOrthographic(int mark) =>
        mark
            is (>= 0x300 and <= 0x304)
                or (>= 0x306 and <= 0x30D)
                or 0x30F
                or 0x311
                or 0x313
                or 0x314
                or 0x31B
                or (>= 0x323 and <= 0x329)
                or 0x32D
                or 0x32E
                or 0x330
                or 0x331
                or 0x338
                or (>= 0x340 and <= 0x345)
                or 0x358
                or 0x361
                or (>= 0x483 and <= 0x487);

    private ref struct ClusterWalk(string text)
    {
        private int next;

        public Cluster Current { get; private set; }

        public readonly ClusterWalk GetEnumerator() => this;

        public bool MoveNext()
        {
            if (next >= text.Length)
            {
                return false;
            }

            var start = next;
            Rune.DecodeFromUtf16(text.AsSpan(start), out var first, out var length);
            var (end, kept, marks, piled, isOdd) = (start + length, start + length, 0, 0, false);
            while (end < text.Length && IsMarkAt(end, out var mark, out length))
            {
                marks++;
                end += length;
                kept = marks <= LongestRun ? end : kept;
                piled += IsGeneral(mark) ? 1 : 0;
                isOdd |= IsGeneral(mark) && !IsOrthographic(mark);
            }

            // Marks of another script behind a quotation mark or a space are letters of a word that was cut there.
            var isLatin = CharacterClasses.IsPileBase(first.Value) && piled == marks;
            var isPile = isLatin && marks > 0 && (isOdd || marks + MarksWithin(first.Value) > MostOnLatin);
            Current = new Cluster(start, end, isLatin ? end : kept, first.Value, marks, isLatin, isPile);
            next = end;
            return true;
        }

        private readonly bool IsMarkAt(int index, out int mark, out int length)
        {
            (mark, length) = (text[index], 1);
            if (mark < 0x300)
            {
                return false;
            }

            if (
                char.IsHighSurrogate(text[index])
                && Rune.DecodeFromUtf16(text.AsSpan(index), out var rune, out length) == System.Buffers.OperationStatus.Done
            )
            {
                mark = rune.Value;
            }

            return CharUnicodeInfo.GetUnicodeCategory(mark) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark;
        }
    }

    private readonly record struct Cluster(int Start, int End, int Kept, int Base, int Marks, bool IsLatin, bool IsPile);
}
