namespace Plumbline.Models.Tokenization;

/// <summary>The vocabulary and merges of a byte-level BPE model, as <c>tokenizer.json</c> states them.</summary>
internal sealed class BytePairModel
{
    private readonly Dictionary<string, int> vocabulary;
    private readonly int[] byteIds = new int[256];
    private readonly int longestToken;
    private readonly bool ignoreMerges;
    private readonly int? unknownId;
    private readonly bool fuseUnknown;

    /// <param name="vocabulary">Token, in byte-level characters, to id.</param>
    /// <param name="merges">The merges.</param>
    /// <param name="ignoreMerges">Takes a piece that is in the vocabulary as a whole without asking the merges (Llama 3).</param>
    /// <param name="unknownId">What stands for a byte that the vocabulary lacks; null drops it, as Hugging Face does.</param>
    /// <param name="fuseUnknown">Makes neighbouring unknown bytes one token.</param>
    public BytePairModel(Dictionary<string, int> vocabulary, MergeTable merges, bool ignoreMerges, int? unknownId, bool fuseUnknown)
    {
        this.vocabulary = vocabulary;
        this.ignoreMerges = ignoreMerges;
        this.unknownId = unknownId;
        this.fuseUnknown = fuseUnknown;
        Merges = merges;
        for (var value = 0; value < 256; value++)
        {
            byteIds[value] = vocabulary.GetValueOrDefault(ByteAlphabet.CharacterOf((byte)value).ToString(), -1);
        }

        foreach (var token in vocabulary.Keys)
        {
            longestToken = Math.Max(longestToken, token.Length);
        }
    }

    /// <summary>The merges.</summary>
    public MergeTable Merges { get; }

    /// <summary>The id of a piece that is one token without merging.</summary>
    public bool TryWholePiece(ReadOnlySpan<byte> bytes, out int id)
    {
        id = -1;
        return ignoreMerges && bytes.Length <= longestToken && vocabulary.TryGetValue(ByteAlphabet.TokenOf(bytes), out id);
    }

    /// <summary>Adds the symbol of each byte of a piece, with the position of the character it belongs to.</summary>
    public void AppendBytes(ReadOnlySpan<byte> bytes, SymbolList symbols)
    {
        var unit = -1;
        var astral = false;
        foreach (var value in bytes)
        {
            // Every byte but a continuation byte begins a character; one that begins with 0xF0 or more fills two UTF-16 units.
            if ((value & 0xC0) != 0x80)
            {
                unit += astral ? 2 : 1;
                astral = value >= 0xF0;
            }

            if (byteIds[value] >= 0)
            {
                symbols.Add(byteIds[value], unit);
            }
            else if (unknownId is { } unknown && !(fuseUnknown && symbols.EndsWith(unknown)))
            {
                symbols.Add(unknown, unit);
            }
        }
    }
}
