using System.Buffers;
using System.Text;
using Plumbline.Tokenization.Models;
using Plumbline.Tokenization.Normalizers;
using Plumbline.Tokenization.PreTokenizers;

namespace Plumbline.Tokenization.SentencePiece;

/// <summary>
/// SentencePiece's normalisation: user-defined symbols stay as they are, the longest entry of the character map is replaced, spaces are joined and
/// marked, and one stands before the text.
/// </summary>
/// <param name="model">What the file says.</param>
/// <param name="map">Its character map; null where it has none.</param>
/// <param name="userDefined">The user-defined symbols; null where there are none.</param>
internal sealed class SentencePieceNormalizer(SentencePieceModel model, CharacterMap? map, TokenTrie? userDefined) : Normalizer
{
    private readonly char space = model.EscapesWhitespace ? MetaspacePreTokenizer.Mark : ' ';

    /// <inheritdoc/>
    public override AlignedText Normalize(AlignedText text)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Text.Length));
        var count = Encoding.UTF8.GetBytes(text.Text, bytes);
        var walk = new Walk(text, bytes.AsSpan(0, count));
        var builder = new AlignedTextBuilder(text, text.Text.Length + 1);
        // At the start every space is one too many, where those are removed.
        var afterSpace = model.RemovesExtraWhitespace;
        var pendingPrefix = model.AddsDummyPrefix;
        while (!walk.IsAtEnd)
        {
            var index = walk.Index;
            var part = Next(ref walk);
            while (afterSpace && part.StartsWith(' '))
            {
                part = part[1..];
            }

            if (pendingPrefix && (part.Length > 0 || !model.RemovesExtraWhitespace))
            {
                builder.Write(space, index);
                pendingPrefix = false;
            }

            if (part.Length > 0)
            {
                Write(part, index, builder);
                afterSpace = part[^1] == ' ';
            }

            afterSpace &= model.RemovesExtraWhitespace;
        }

        ArrayPool<byte>.Shared.Return(bytes);
        while (model.RemovesExtraWhitespace && builder.Length > 0 && builder.Last == space)
        {
            builder.RemoveLast();
        }

        return builder.Build();
    }

    /// <summary>What stands for the next part of the text.</summary>
    private ReadOnlySpan<char> Next(ref Walk walk)
    {
        if (userDefined is not null && userDefined.TryLongest(walk.Rest, out var symbolLength, out _))
        {
            return walk.TakeUnits(symbolLength);
        }

        if (map is not null)
        {
            var replacement = map.Find(walk.RestBytes, longest: true, out var length);
            if (length > 0)
            {
                walk.TakeBytes(length);
                return Encoding.UTF8.GetString(replacement);
            }
        }

        return walk.TakeUnits(char.IsHighSurrogate(walk.Rest[0]) ? 2 : 1);
    }

    private void Write(ReadOnlySpan<char> part, int index, AlignedTextBuilder builder)
    {
        foreach (var character in part)
        {
            builder.Write(character == ' ' ? space : character, index);
        }
    }

    /// <summary>A place in a text and the same place in its UTF-8.</summary>
    private ref struct Walk(AlignedText text, ReadOnlySpan<byte> bytes)
    {
        private readonly ReadOnlySpan<byte> bytes = bytes;
        private int byteIndex;

        public int Index { get; private set; }

        public readonly bool IsAtEnd => Index == text.Text.Length;

        public readonly ReadOnlySpan<char> Rest => text.Text.AsSpan(Index);

        public readonly ReadOnlySpan<byte> RestBytes => bytes[byteIndex..];

        public ReadOnlySpan<char> TakeUnits(int count)
        {
            var taken = Rest[..count];
            Index += count;
            byteIndex += Encoding.UTF8.GetByteCount(taken);
            return taken;
        }

        /// <summary>Passes over whole characters; a map that ends within one takes it all.</summary>
        public void TakeBytes(int count)
        {
            for (var end = byteIndex + count; byteIndex < end; )
            {
                TakeUnits(char.IsHighSurrogate(Rest[0]) ? 2 : 1);
            }
        }
    }
}
