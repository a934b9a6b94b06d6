using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Plumbline.Moderation.PersonalData.Scanning;

/// <summary>
/// Finds the next character that something personal could hang on: a digit of any script, <c>@ : = _ -</c>, and the first of two letters that stand in the beginning of a key
/// and hardly anywhere else (<c>IA</c>, <c>Iz</c>, <c>yJ</c>, <c>SG</c>) or in the names of bank codes (<c>IC</c>, <c>SW</c>, <c>Sw</c>).
/// </summary>
internal static class Anchors
{
    /// <summary>The first anchor from <paramref name="from"/> on; the text's length where there is none.</summary>
    internal static int Next(ReadOnlySpan<char> text, int from)
    {
        ref var units = ref MemoryMarshal.GetReference(MemoryMarshal.Cast<char, ushort>(text));
        var at = from;
        if (Vector256.IsHardwareAccelerated)
        {
            // One more than a block is read, for pairs.
            for (; at < text.Length - Vector256<ushort>.Count; at += Vector256<ushort>.Count)
            {
                var block = Vector256.LoadUnsafe(ref units, (nuint)at);
                var hits = Near(block) | Pairs(block, Vector256.LoadUnsafe(ref units, (nuint)at + 1));
                if (Vector256.GreaterThanAny(block, Vector256.Create((ushort)0x7F)))
                {
                    hits |= Far(block);
                }

                if (hits != Vector256<ushort>.Zero)
                {
                    return at + BitOperations.TrailingZeroCount(hits.ExtractMostSignificantBits());
                }
            }
        }

        while (at < text.Length && !Is(text[at], at + 1 < text.Length ? text[at + 1] : '\0'))
        {
            at++;
        }

        return at;
    }

    /// <summary>Whether a character is one, given the next.</summary>
    internal static bool Is(char c, char next) =>
        c is '@' or ':' or '=' or '_' or '-' or '\uFF1A'
        || Characters.IsDigit(c)
        || (c, next) is ('I', 'A') or ('I', 'z') or ('I', 'C') or ('y', 'J') or ('S', 'G') or ('S', 'W') or ('S', 'w');

    // The colon follows the nine.
    private static Vector256<ushort> Near(Vector256<ushort> block) =>
        Within(block, '0', 10) | Equal(block, '@') | Equal(block, '=') | Equal(block, '_') | Equal(block, '-');

    private static Vector256<ushort> Pairs(Vector256<ushort> block, Vector256<ushort> next) =>
        (Equal(block, 'I') & (Equal(next, 'A') | Equal(next, 'z') | Equal(next, 'C')))
        | (Equal(block, 'y') & Equal(next, 'J'))
        | (Equal(block, 'S') & (Equal(next, 'G') | Equal(next, 'W') | Equal(next, 'w')));

    private static Vector256<ushort> Far(Vector256<ushort> block) =>
        Within(block, 0x0660, 9)
        | Within(block, 0x06F0, 9)
        | (Within(block, 0x0900, 0x4FF) & Within(block & Vector256.Create((ushort)0x7F), 0x66, 9))
        | Within(block, 0x0E50, 9)
        | Within(block, 0x0ED0, 9)
        | Within(block, 0xFF10, 10);

    private static Vector256<ushort> Equal(Vector256<ushort> block, char c) => Vector256.Equals(block, Vector256.Create((ushort)c));

    private static Vector256<ushort> Within(Vector256<ushort> block, ushort first, ushort width) =>
        Vector256.LessThanOrEqual(block - Vector256.Create(first), Vector256.Create(width));
}
