using System.Runtime.InteropServices;

namespace Plumbline.Tokenization.Models;

/// <summary>
/// Remembers the tokens of short pieces: words come again and again. Four places per hash, the entries immutable, so that threads read and write
/// without locks; where all four are taken the new piece replaces one, so the cache follows the language of the texts and never grows.
/// </summary>
/// <param name="model">The model that encodes what is not remembered.</param>
internal sealed class PieceCache(SubwordModel model)
{
    private const int LongestPiece = 48;
    private const int Sets = 1 << 14;
    private const int Ways = 4;

    private readonly Entry?[] entries = new Entry?[Sets * Ways];

    /// <summary>Adds the tokens of a piece, as <see cref="SubwordModel.Encode"/> does.</summary>
    /// <param name="piece">The piece.</param>
    /// <param name="tokens">Where they go.</param>
    /// <param name="alone">A buffer to encode the piece in alone.</param>
    public void Encode(ReadOnlySpan<char> piece, TokenBuffer tokens, TokenBuffer alone)
    {
        if (piece.Length > LongestPiece)
        {
            model.Encode(piece, tokens);
            return;
        }

        var hash = Hash(piece);
        var set = entries.AsSpan((int)(hash & (Sets - 1)) * Ways, Ways);
        foreach (ref var place in set)
        {
            var entry = Volatile.Read(ref place);
            if (entry is null)
            {
                break;
            }

            if (piece.SequenceEqual(entry.Piece))
            {
                tokens.AddPiece(entry.Ids, entry.Starts);
                return;
            }
        }

        // The starts are part of what is remembered, whether this text asks for them or not.
        alone.Reset(withStarts: true);
        model.Encode(piece, alone);
        Remember(new Entry(piece.ToString(), alone.Ids.ToArray(), Narrow(alone.Starts)), set, (int)(hash >> 62), tokens);
    }

    private static byte[] Narrow(ReadOnlySpan<int> starts)
    {
        var bytes = new byte[starts.Length];
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] = (byte)starts[i];
        }

        return bytes;
    }

    private static void Remember(Entry entry, Span<Entry?> set, int victim, TokenBuffer tokens)
    {
        tokens.AddPiece(entry.Ids, entry.Starts);
        foreach (ref var place in set)
        {
            if (Interlocked.CompareExchange(ref place, entry, comparand: null) is null)
            {
                return;
            }
        }

        Volatile.Write(ref set[victim], entry);
    }

    private static ulong Hash(ReadOnlySpan<char> piece)
    {
        const ulong multiplier = 0x9E3779B97F4A7C15UL;
        var hash = (ulong)piece.Length * multiplier;
        var words = MemoryMarshal.Cast<char, ulong>(piece);
        foreach (var word in words)
        {
            hash = (hash ^ word) * multiplier;
            hash ^= hash >> 32;
        }

        foreach (var character in piece[(words.Length * 4)..])
        {
            hash = (hash ^ character) * multiplier;
            hash ^= hash >> 32;
        }

        return hash;
    }

    private sealed class Entry(string piece, int[] ids, byte[] starts)
    {
        public string Piece { get; } = piece;

        public int[] Ids { get; } = ids;

        public byte[] Starts { get; } = starts;
    }
}
