using System.Buffers.Binary;

namespace Plumbline.Tokenization.Normalizers;

/// <summary>
/// The compiled trie of darts-clone, which SentencePiece stores its character map in: one number of 32 bits per node, its children found by exclusive
/// or with the next byte. Whatever the numbers are, a walk stays within them.
/// </summary>
/// <param name="bytes">The numbers, little-endian.</param>
internal sealed class DoubleArrayTrie(ReadOnlySpan<byte> bytes)
{
    private readonly uint[] units = Read(bytes);

    /// <summary>Walks along <paramref name="key"/> and reports the value of the shortest or the longest prefix that is in the trie.</summary>
    /// <param name="key">UTF-8.</param>
    /// <param name="longest">The longest; else the shortest.</param>
    /// <param name="length">The prefix's length in bytes, 0 where there is none.</param>
    /// <returns>The value of the prefix, or -1.</returns>
    public int FindPrefix(ReadOnlySpan<byte> key, bool longest, out int length)
    {
        length = 0;
        var value = -1;
        if (units.Length == 0)
        {
            return value;
        }

        var node = Offset(units[0]);
        for (var i = 0; i < key.Length; i++)
        {
            node ^= key[i];
            if (node >= units.Length || Label(units[node]) != key[i])
            {
                return value;
            }

            var unit = units[node];
            node ^= Offset(unit);
            if (HasLeaf(unit) && node < units.Length)
            {
                value = (int)(units[node] & int.MaxValue);
                length = i + 1;
                if (!longest)
                {
                    return value;
                }
            }
        }

        return value;
    }

    private static bool HasLeaf(uint unit) => ((unit >> 8) & 1) == 1;

    // The highest bit marks a value: no byte equals such a label.
    private static uint Label(uint unit) => unit & 0x8000_00FF;

    private static uint Offset(uint unit) => (unit >> 10) << (int)((unit & 0x200) >> 6);

    private static uint[] Read(ReadOnlySpan<byte> bytes)
    {
        var numbers = new uint[bytes.Length / sizeof(uint)];
        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i] = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(i * sizeof(uint))..]);
        }

        return numbers;
    }
}
