namespace Plumbline.Tokenization.PreTokenizers;

/// <summary>One step of cutting a text into the pieces that the model works on separately. Thread-safe.</summary>
internal abstract class PreTokenizer
{
    /// <summary>Cuts a stretch of a text and adds the non-empty pieces, in order.</summary>
    /// <param name="text">The text.</param>
    /// <param name="start">Where the stretch starts in it.</param>
    /// <param name="end">Where it ends; behind <paramref name="start"/>.</param>
    /// <param name="pieces">Where the pieces go.</param>
    /// <param name="matches">A list to work with.</param>
    public abstract void Split(AlignedText text, int start, int end, List<Piece> pieces, List<TextRange> matches);

    /// <summary>A stretch of a text that is tokenised on its own.</summary>
    public readonly record struct Piece(AlignedText Text, int Start, int End);
}

/// <summary>All steps, each cutting the pieces of the one before.</summary>
/// <param name="steps">The steps; none leaves every text in one piece.</param>
internal sealed class PreTokenizerSequence(IReadOnlyList<PreTokenizer> steps)
{
    /// <summary>The steps.</summary>
    public IReadOnlyList<PreTokenizer> Steps => steps;

    /// <summary>Cuts a stretch of a text into <see cref="EncodingScratch.Pieces"/>.</summary>
    public void Cut(AlignedText text, int start, int end, EncodingScratch scratch)
    {
        scratch.Pieces.Clear();
        if (steps.Count == 1)
        {
            steps[0].Split(text, start, end, scratch.Pieces, scratch.Matches);
            return;
        }

        scratch.Pieces.Add(new PreTokenizer.Piece(text, start, end));
        foreach (var step in steps)
        {
            scratch.SwapPieces();
            foreach (var piece in scratch.OtherPieces)
            {
                step.Split(piece.Text, piece.Start, piece.End, scratch.Pieces, scratch.Matches);
            }
        }
    }
}
