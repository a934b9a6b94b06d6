using System.Text;
using Plumbline.Tokenization;

namespace Plumbline.Benchmarks;

/// <summary>Writes SentencePiece BPE models for benchmarks.</summary>
internal static class SentencePieceFile
{
    private const char Mark = '\u2581';

    /// <summary>
    /// A model of the most frequent words of texts: every beginning of such a word is a piece, so that merging letter by letter reaches it; the longer a piece
    /// and the rarer its word, the later it is merged.
    /// </summary>
    internal static byte[] OfFrequentWords(IEnumerable<string> texts, int size)
    {
        var words = texts
            .SelectMany(text => text.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries))
            .CountBy(word => Mark + word)
            .OrderByDescending(word => word.Value)
            .ThenBy(word => word.Key, StringComparer.Ordinal)
            .Select(word => word.Key)
            .ToList();
        var pieces = new List<string> { Mark.ToString() };
        pieces.AddRange(words.SelectMany(word => word).Where(letter => letter < 0x2000).Distinct().Select(letter => letter.ToString()));
        var known = pieces.ToHashSet(StringComparer.Ordinal);
        foreach (var word in words)
        {
            for (var length = 2; length <= word.Length && pieces.Count < size; length++)
            {
                if (known.Add(word[..length]))
                {
                    pieces.Add(word[..length]);
                }
            }
        }

        return Write(pieces);
    }

    /// <summary>The tokenizer of a folder that holds the model and nothing else.</summary>
    internal static Tokenizer Load(byte[] model)
    {
        var folder = Directory.CreateTempSubdirectory("plumbline-bench-");
        File.WriteAllBytes(Path.Combine(folder.FullName, "tokenizer.model"), model);
        var tokenizer = Tokenizer.Load(folder.FullName);
        folder.Delete(recursive: true);
        return tokenizer;
    }

    private static byte[] Write(List<string> pieces)
    {
        using var stream = new MemoryStream();
        WritePiece(stream, "<unk>", 0, 2);
        WritePiece(stream, "<s>", 0, 3);
        WritePiece(stream, "</s>", 0, 3);
        for (var value = 0; value < 256; value++)
        {
            WritePiece(stream, $"<0x{value:X2}>", 0, 6);
        }

        for (var rank = 0; rank < pieces.Count; rank++)
        {
            WritePiece(stream, pieces[rank], -rank, 1);
        }

        // trainer_spec: BPE, byte fallback. normalizer_spec: a leading space, all others kept.
        WriteMessage(stream, 2, [0x18, 2, 0x98, 0x02, 1]);
        WriteMessage(stream, 3, [0x0A, 8, .. "identity"u8, 0x18, 1, 0x20, 0, 0x28, 1]);
        return stream.ToArray();
    }

    private static void WritePiece(MemoryStream stream, string text, float score, byte kind)
    {
        using var piece = new MemoryStream();
        WriteMessage(piece, 1, Encoding.UTF8.GetBytes(text));
        piece.WriteByte(0x15);
        piece.Write(BitConverter.GetBytes(score));
        piece.Write([0x18, kind]);
        WriteMessage(stream, 1, piece.ToArray());
    }

    private static void WriteMessage(MemoryStream stream, int field, byte[] content)
    {
        stream.WriteByte((byte)((field << 3) | 2));
        var length = content.Length;
        for (; length >= 0x80; length >>= 7)
        {
            stream.WriteByte((byte)(length | 0x80));
        }

        stream.WriteByte((byte)length);
        stream.Write(content);
    }
}
