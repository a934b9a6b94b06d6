using System.Runtime.CompilerServices;

namespace Plumbline.Moderation.TextModels;

/// <summary>Takes what <see cref="TextFeatures"/> finds in a text.</summary>
internal interface IFeatureSink
{
    /// <summary>A feature, as 64 bits that look random.</summary>
    void Add(ulong hash);

    /// <summary>A segment of the text ended.</summary>
    /// <param name="end">The first unit after it.</param>
    void EndSegment(int end);
}

/// <summary>
/// The features of a text: hashed n-grams of its letters, its words, and its pairs of words. Letters are in lower case, and runs of everything that is neither letter nor digit are one
/// space, so an n-gram may reach over the end of a word. Scripts that write syllables or words as one sign, or no spaces, have n-grams of 1 to 3, the others of 3 to 5.
/// </summary>
/// <remarks>
/// The text is cut at spaces into segments of about <see cref="SegmentLength"/> units, which models score alone and with the one before: what stands in a few words of a long text is not drowned by the rest.
/// N-grams and pairs of words do not reach over the end of a segment.
/// </remarks>
internal static class TextFeatures
{
    /// <summary>The units after which a segment ends at the next space.</summary>
    internal const int SegmentLength = 160;

    /// <summary>The units after which it ends wherever it is.</summary>
    internal const int LongestSegment = 240;

    /// <summary>Changes when features do: models learnt from others are refused.</summary>
    internal const int Version = 1;

    private const ulong GramKey = 0x9E3779B97F4A7C15;
    private const ulong FifthKey = 0xC2B2AE3D27D4EB4F;
    private const ulong WordKey = 0xD6E8FEB86659FD93;
    private const ulong PairKey = 0xA0761D6478BD642F;
    private const char FirstWide = '\u0E00';

    private static readonly char[] Folded = Fold();

    /// <summary>Each UTF-16 unit as features see it: letters, digits, marks and surrogates in lower case, everything else a space.</summary>
    internal static ReadOnlySpan<char> FoldedUnits => Folded;

    /// <summary>Gives a text's features to a sink, segment by segment. The last segment ends with the text; an empty text has none.</summary>
    internal static void Visit<TSink>(ReadOnlySpan<char> text, ref TSink sink)
        where TSink : struct, IFeatureSink, allows ref struct
    {
        var folded = Folded.AsSpan();
        var state = default(State);
        state.Begin();
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var letter = folded[text[i]];
            if (letter == ' ')
            {
                state.EndWord(ref sink);
                if (i - start >= SegmentLength)
                {
                    sink.EndSegment(i + 1);
                    state.Begin();
                    start = i + 1;
                }
            }
            else
            {
                state.Take(letter, ref sink);
                if (i - start >= LongestSegment)
                {
                    state.EndWord(ref sink);
                    sink.EndSegment(i + 1);
                    state.Begin();
                    start = i + 1;
                }
            }
        }

        if (start < text.Length)
        {
            state.EndWord(ref sink);
            sink.EndSegment(text.Length);
        }
    }

    private static char[] Fold()
    {
        var folded = new char[1 << 16];
        for (var i = 0; i < folded.Length; i++)
        {
            var unit = (char)i;
            folded[i] = char.IsLetterOrDigit(unit) || char.IsSurrogate(unit) || IsMark(unit) ? char.ToLowerInvariant(unit) : ' ';
        }

        return folded;
    }

    // Vowel signs of Indic and other scripts are marks: without them most words would fall apart.
    private static bool IsMark(char unit) =>
        char.GetUnicodeCategory(unit)
            is System.Globalization.UnicodeCategory.NonSpacingMark
                or System.Globalization.UnicodeCategory.SpacingCombiningMark;

    private static bool IsWide(char letter) =>
        letter is >= '\u0E00' and <= '\u0EFF' or >= '\u1000' and <= '\u109F' or >= '\u1780' and <= '\u17FF' or >= '\u2E80' and <= '\uD7FF';

    /// <summary>The last letters and words.</summary>
    private struct State
    {
        // The last four letters, 16 bits each, the newest lowest; and the one before them.
        private ulong letters;
        private ulong fifth;
        private int count;
        private ulong word;
        private ulong wordBefore;

        /// <summary>Begins a segment, as after a space.</summary>
        public void Begin()
        {
            (letters, fifth, count) = (' ', 0, 1);
            (word, wordBefore) = (0, 0);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Take<TSink>(char letter, ref TSink sink)
            where TSink : struct, IFeatureSink, allows ref struct
        {
            Push(letter);
            word = (word ^ letter) * WordKey;
            word ^= word >> 29;
            if (letter >= FirstWide && IsWide(letter))
            {
                EmitWide(ref sink);
            }
            else
            {
                EmitNarrow(ref sink);
            }
        }

        /// <summary>Ends a word; does nothing after a space.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void EndWord<TSink>(ref TSink sink)
            where TSink : struct, IFeatureSink, allows ref struct
        {
            if (word == 0)
            {
                return;
            }

            Push(' ');
            EmitNarrow(ref sink);
            sink.Add(Mixed(word * PairKey));
            if (wordBefore != 0)
            {
                sink.Add(Mixed((word * PairKey) ^ (wordBefore * FifthKey)));
            }

            (wordBefore, word) = (word, 0);
        }

        private void Push(char letter)
        {
            fifth = letters >> 48;
            letters = (letters << 16) | letter;
            count++;
        }

        private readonly void EmitNarrow<TSink>(ref TSink sink)
            where TSink : struct, IFeatureSink, allows ref struct
        {
            if (count < 3)
            {
                return;
            }

            sink.Add(Mixed((letters & 0xFFFF_FFFF_FFFF) * GramKey));
            if (count >= 4)
            {
                sink.Add(Mixed(letters * GramKey));
            }

            if (count >= 5)
            {
                sink.Add(Mixed((letters * GramKey) ^ (fifth * FifthKey)));
            }
        }

        private readonly void EmitWide<TSink>(ref TSink sink)
            where TSink : struct, IFeatureSink, allows ref struct
        {
            sink.Add(Mixed((letters & 0xFFFF) * GramKey));
            sink.Add(Mixed((letters & 0xFFFF_FFFF) * GramKey));
            if (count >= 3)
            {
                sink.Add(Mixed((letters & 0xFFFF_FFFF_FFFF) * GramKey));
            }
        }

        private static ulong Mixed(ulong product) => (product ^ (product >> 32)) * GramKey;
    }
}
