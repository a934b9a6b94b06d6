using System.Buffers;
using System.Text;

namespace Plumbline.Tokenization.Decoders;

/// <summary>Byte-level tokens: their bytes, all together, are UTF-8; what forms no character becomes U+FFFD.</summary>
internal sealed class ByteLevelStage(DecodingStage next) : DecodingStage
{
    private const int OnStack = 256;

    private readonly Decoder decoder = Encoding.UTF8.GetDecoder();
    private bool hasBegun;

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<char> part, bool begins, bool ends)
    {
        var bytes = part.Length <= OnStack ? stackalloc byte[part.Length] : new byte[part.Length];
        for (var i = 0; i < part.Length; i++)
        {
            var value = ByteAlphabet.ByteOf(part[i]);
            if (value < 0)
            {
                // An added token that is written as it stands.
                Decode(Encoding.UTF8.GetBytes(part.ToString()), flush: false);
                return;
            }

            bytes[i] = (byte)value;
        }

        Decode(bytes, flush: false);
    }

    /// <inheritdoc/>
    public override void Finish()
    {
        Decode([], flush: true);
        next.Write([], !hasBegun, ends: true);
        hasBegun = false;
        next.Finish();
    }

    private void Decode(ReadOnlySpan<byte> bytes, bool flush)
    {
        var most = Encoding.UTF8.GetMaxCharCount(bytes.Length);
        var characters = most <= OnStack ? stackalloc char[most] : new char[most];
        next.Write(characters[..decoder.GetChars(bytes, characters, flush)], !hasBegun, ends: false);
        hasBegun = true;
    }
}

/// <summary>
/// Tokens like <c>&lt;0xE2&gt;</c> are bytes of UTF-8. A byte that belongs to no character becomes U+FFFD, one for each, as in SentencePiece; Hugging Face
/// does the same but gives up whole runs of bytes for one wrong byte, which nobody could know while the run still goes on.
/// </summary>
internal sealed class ByteFallbackStage(DecodingStage next) : DecodingStage
{
    private readonly byte[] waiting = new byte[4];
    private int count;
    private bool isInRun;

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<char> part, bool begins, bool ends)
    {
        if (begins && ends && ByteTokens.TryParse(part, out var value))
        {
            waiting[count++] = value;
            Decode(final: false);
            return;
        }

        EndRun();
        next.Write(part, begins, ends);
    }

    /// <inheritdoc/>
    public override void Finish()
    {
        EndRun();
        next.Finish();
    }

    /// <summary>All characters of a run are one token to what comes next.</summary>
    private void EndRun()
    {
        Decode(final: true);
        if (isInRun)
        {
            next.Write([], begins: false, ends: true);
        }

        isInRun = false;
    }

    private void Decode(bool final)
    {
        Span<char> units = stackalloc char[2];
        while (count > 0)
        {
            var status = Rune.DecodeFromUtf8(waiting.AsSpan(0, count), out var rune, out var used);
            if (status == OperationStatus.NeedMoreData && !final)
            {
                return;
            }

            var isCharacter = status == OperationStatus.Done;
            used = isCharacter ? used : 1;
            next.Write(units[..(isCharacter ? rune : Rune.ReplacementChar).EncodeToUtf16(units)], begins: !isInRun, ends: false);
            isInRun = true;
            waiting.AsSpan(used, count - used).CopyTo(waiting);
            count -= used;
        }
    }
}

/// <summary>How vocabularies with byte fallback write the 256 bytes: <c>&lt;0x00&gt;</c> to <c>&lt;0xFF&gt;</c>.</summary>
internal static class ByteTokens
{
    /// <summary>The token of a byte.</summary>
    public static string Of(int value) => $"<0x{value:X2}>";

    /// <summary>The byte of a token.</summary>
    public static bool TryParse(ReadOnlySpan<char> token, out byte value)
    {
        value = 0;
        return token.Length == 6
            && token.StartsWith("<0x")
            && token[5] == '>'
            && byte.TryParse(token[3..5], System.Globalization.NumberStyles.AllowHexSpecifier, provider: null, out value);
    }

    /// <summary>The ids of the 256 byte tokens, -1 where one is missing; null where all are.</summary>
    public static int[]? IdsIn(IReadOnlyDictionary<string, int> vocabulary)
    {
        var ids = new int[256];
        for (var value = 0; value < ids.Length; value++)
        {
            ids[value] = vocabulary.TryGetValue(Of(value), out var id) ? id : -1;
        }

        return Array.TrueForAll(ids, id => id < 0) ? null : ids;
    }
}
