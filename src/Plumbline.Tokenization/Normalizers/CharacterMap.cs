using System.Buffers.Binary;

namespace Plumbline.Tokenization.Normalizers;

/// <summary>
/// SentencePiece's precompiled character map: the length of a <see cref="DoubleArrayTrie"/>, the trie, and the replacements it points at, each ended
/// by a zero byte.
/// </summary>
internal sealed class CharacterMap
{
    private readonly DoubleArrayTrie trie;
    private readonly byte[] replacements;

    /// <summary>Reads the map.</summary>
    /// <param name="bytes">The map.</param>
    /// <param name="file">The file it comes from, for messages.</param>
    /// <exception cref="InvalidInputException">The map is shorter than it says.</exception>
    public CharacterMap(ReadOnlySpan<byte> bytes, string file)
    {
        var length = bytes.Length >= sizeof(uint) ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : uint.MaxValue;
        if (length > bytes.Length - sizeof(uint))
        {
            throw new InvalidInputException(
                $"The precompiled_charsmap has {bytes.Length} bytes and announces a trie of {length}.",
                "Download or export the tokenizer again.",
                new InputPosition(file)
            );
        }

        trie = new DoubleArrayTrie(bytes.Slice(sizeof(uint), (int)length));
        replacements = bytes[(sizeof(uint) + (int)length)..].ToArray();
    }

    /// <summary>What stands for a prefix of <paramref name="text"/> in the map.</summary>
    /// <param name="text">UTF-8.</param>
    /// <param name="longest">The longest prefix that is in the map; else the shortest.</param>
    /// <param name="length">The prefix's length in bytes; 0 where none is in the map.</param>
    /// <returns>The replacement, UTF-8, possibly empty.</returns>
    public ReadOnlySpan<byte> Find(ReadOnlySpan<byte> text, bool longest, out int length)
    {
        var at = trie.FindPrefix(text, longest, out length);
        if (at < 0 || at >= replacements.Length)
        {
            length = 0;
            return [];
        }

        var rest = replacements.AsSpan(at);
        var end = rest.IndexOf((byte)0);
        return end < 0 ? rest : rest[..end];
    }
}
