using System.Buffers;
using System.Text;

namespace Plumbline.Tokenization.Models;

/// <summary>BPE over the UTF-8 bytes of a piece (GPT-2 and its heirs); the vocabulary writes them in <see cref="ByteAlphabet"/>.</summary>
internal sealed class ByteLevelBytePairModel : BytePairModel
{
    private readonly int[] byteIds = new int[256];
    private readonly int longestToken;

    /// <param name="settings">The model; its vocabulary in byte-level characters.</param>
    public ByteLevelBytePairModel(BytePairSettings settings)
        : base(settings)
    {
        for (var value = 0; value < 256; value++)
        {
            byteIds[value] = settings.Vocabulary.GetValueOrDefault(ByteAlphabet.CharacterOf((byte)value).ToString(), -1);
        }

        longestToken = settings.Vocabulary.Keys.Select(token => token.Length).DefaultIfEmpty().Max();
    }

    /// <inheritdoc/>
    public override bool OnlyBegins(char character) => false;

    /// <inheritdoc/>
    protected override bool TryWhole(ReadOnlySpan<char> piece, out int id)
    {
        id = -1;
        // A character is at least one byte, and a byte one character of the vocabulary's alphabet.
        if (piece.Length > longestToken)
        {
            return false;
        }

        var count = Encoding.UTF8.GetByteCount(piece);
        if (count > longestToken)
        {
            return false;
        }

        var bytes = ArrayPool<byte>.Shared.Rent(count);
        Encoding.UTF8.GetBytes(piece, bytes);
        var found = Settings.Vocabulary.TryGetValue(ByteAlphabet.TokenOf(bytes.AsSpan(0, count)), out id);
        ArrayPool<byte>.Shared.Return(bytes);
        return found;
    }

    /// <inheritdoc/>
    protected override int MaximumSymbols(ReadOnlySpan<char> piece) => Encoding.UTF8.GetByteCount(piece);

    /// <inheritdoc/>
    protected override void ReadSymbols(ReadOnlySpan<char> piece, ref SymbolList symbols)
    {
        Span<byte> bytes = stackalloc byte[4];
        for (var at = 0; at < piece.Length; )
        {
            if (piece[at] < 0x80)
            {
                AddByte((byte)piece[at], at, ref symbols);
                at++;
                continue;
            }

            Rune.DecodeFromUtf16(piece[at..], out var rune, out var length);
            foreach (var value in bytes[..rune.EncodeToUtf8(bytes)])
            {
                AddByte(value, at, ref symbols);
            }

            at += length;
        }
    }

    private void AddByte(byte value, int start, ref SymbolList symbols)
    {
        if (byteIds[value] >= 0)
        {
            symbols.Add(byteIds[value], start);
        }
        else
        {
            AddUnknown(start, ref symbols);
        }
    }
}
