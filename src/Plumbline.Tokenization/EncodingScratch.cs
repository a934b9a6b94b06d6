using Plumbline.Tokenization.PreTokenizers;

namespace Plumbline.Tokenization;

/// <summary>The lists one thread encodes with, kept from text to text, so that encoding allocates little beside its result.</summary>
internal sealed class EncodingScratch
{
    /// <summary>A thread keeps a megabyte or two; what a larger text needed goes back to the collector.</summary>
    private const int LargestKept = 1 << 16;

    [ThreadStatic]
    private static EncodingScratch? kept;

    private EncodingScratch() { }

    /// <summary>The tokens found.</summary>
    public TokenBuffer Tokens { get; } = new();

    /// <summary>The tokens of a piece that is met for the first time.</summary>
    public TokenBuffer PieceTokens { get; } = new();

    /// <summary>The pieces of a stretch.</summary>
    public List<PreTokenizer.Piece> Pieces { get; private set; } = [];

    /// <summary>The pieces of the step before, where a pre-tokenizer has several.</summary>
    public List<PreTokenizer.Piece> OtherPieces { get; private set; } = [];

    /// <summary>The matches of a pattern.</summary>
    public List<TextRange> Matches { get; } = [];

    /// <summary>This thread's scratch; give it back with <see cref="Return"/>.</summary>
    public static EncodingScratch Rent()
    {
        var scratch = kept ?? new EncodingScratch();
        kept = null;
        return scratch;
    }

    /// <summary>Keeps the scratch for the thread's next text.</summary>
    public void Return()
    {
        Pieces.Clear();
        OtherPieces.Clear();
        Matches.Clear();
        if (Tokens.Count <= LargestKept && Pieces.Capacity <= LargestKept && Matches.Capacity <= LargestKept)
        {
            kept = this;
        }
    }

    /// <summary>Makes the result of one step the input of the next.</summary>
    public void SwapPieces()
    {
        (Pieces, OtherPieces) = (OtherPieces, Pieces);
        Pieces.Clear();
    }
}
