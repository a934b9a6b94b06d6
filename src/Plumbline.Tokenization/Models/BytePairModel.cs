namespace Plumbline.Tokenization.Models;

/// <summary>What a file says about a BPE model, whatever its symbols are.</summary>
/// <param name="Vocabulary">Token to id, without the tokens that text may not make.</param>
/// <param name="Merges">The merges.</param>
internal sealed record BytePairSettings(Dictionary<string, int> Vocabulary, MergeTable Merges)
{
    /// <summary>Takes a piece that is in the vocabulary as a whole without asking the merges (Llama 3).</summary>
    public bool IgnoreMerges { get; init; }

    /// <summary>What stands for a symbol that the vocabulary lacks; null drops it, as Hugging Face does.</summary>
    public int? UnknownId { get; init; }

    /// <summary>Makes neighbouring unknown symbols one token.</summary>
    public bool FuseUnknown { get; init; }

    /// <summary>What every character of a word but its first is looked up with before it; empty for nothing.</summary>
    public string ContinuingPrefix { get; init; } = string.Empty;

    /// <summary>What the last character of a word is looked up with behind it (CLIP's <c>&lt;/w&gt;</c>); empty for nothing.</summary>
    public string EndSuffix { get; init; } = string.Empty;

    /// <summary>The tokens of the 256 bytes, which stand for characters that the vocabulary lacks; null where there are none.</summary>
    public int[]? ByteIds { get; init; }

    /// <summary>Tokens that are symbols as they stand, found before anything else (SentencePiece's user-defined symbols).</summary>
    public TokenTrie? WholeSymbols { get; init; }
}

/// <summary>Byte pair encoding (Sennrich et al. 2016, arXiv 1508.07909): from the symbols of a piece, merges neighbours until none have a merge.</summary>
internal abstract class BytePairModel(BytePairSettings settings) : SubwordModel
{
    /// <summary>What the file says.</summary>
    protected BytePairSettings Settings { get; } = settings;

    /// <inheritdoc/>
    public override void Encode(ReadOnlySpan<char> piece, TokenBuffer tokens)
    {
        if (Settings.IgnoreMerges && TryWhole(piece, out var whole))
        {
            tokens.Add(whole, 0);
            return;
        }

        var symbols = new SymbolList(MaximumSymbols(piece));
        try
        {
            ReadSymbols(piece, ref symbols);
            symbols.Merge(Settings.Merges);
            symbols.CopyTo(tokens);
        }
        finally
        {
            symbols.Dispose();
        }
    }

    /// <inheritdoc/>
    public override bool OnlyBegins(char character) =>
        !Settings.IgnoreMerges
        && Settings.ContinuingPrefix.Length + Settings.EndSuffix.Length == 0
        // An unknown symbol could be fused with its neighbours.
        && Settings.Vocabulary.ContainsKey(character.ToString())
        && TokenTrie.OnlyBegins(Settings.Vocabulary.Keys, character);

    /// <summary>The token that a piece is as a whole.</summary>
    protected abstract bool TryWhole(ReadOnlySpan<char> piece, out int id);

    /// <summary>At least as many symbols as the piece has.</summary>
    protected abstract int MaximumSymbols(ReadOnlySpan<char> piece);

    /// <summary>Adds the symbols of the piece before any merge.</summary>
    protected abstract void ReadSymbols(ReadOnlySpan<char> piece, ref SymbolList symbols);

    /// <summary>Adds a symbol that the vocabulary lacks.</summary>
    protected void AddUnknown(int start, ref SymbolList symbols)
    {
        if (Settings.UnknownId is { } unknown && !(Settings.FuseUnknown && symbols.EndsWith(unknown)))
        {
            symbols.Add(unknown, start);
        }
    }
}
