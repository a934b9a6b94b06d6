namespace Plumbline.Tokenization.PreTokenizers;

/// <summary>What becomes of the matches of a splitting pattern (Hugging Face's split behaviours).</summary>
internal enum SplitBehavior
{
    /// <summary>Matches and the stretches between them are pieces of their own.</summary>
    Isolated,

    /// <summary>Matches are dropped.</summary>
    Removed,

    /// <summary>A match ends the piece before it.</summary>
    MergedWithPrevious,

    /// <summary>A match begins the piece after it.</summary>
    MergedWithNext,

    /// <summary>Neighbouring matches are one piece.</summary>
    Contiguous,
}

/// <summary>Splits by a pattern: Hugging Face's <c>Split</c>, and what <c>Digits</c>, <c>Punctuation</c> or <c>Whitespace</c> amount to.</summary>
/// <param name="pattern">The pattern.</param>
/// <param name="behavior">What becomes of its matches.</param>
/// <param name="invert">Takes the stretches between the matches for the matches.</param>
internal sealed class SplitPreTokenizer(TextPattern pattern, SplitBehavior behavior, bool invert = false) : PreTokenizer
{
    /// <inheritdoc/>
    public override void Split(AlignedText text, int start, int end, List<Piece> pieces, List<TextRange> matches)
    {
        var stretch = text.Text.AsSpan(start, end - start);
        if (pattern is PieceScanner scanner && behavior == SplitBehavior.Isolated)
        {
            // Scanners leave no gaps: the pieces are the matches.
            for (var at = 0; at < stretch.Length; )
            {
                var next = scanner.EndOf(stretch, at);
                pieces.Add(new Piece(text, start + at, start + next));
                at = next;
            }

            return;
        }

        matches.Clear();
        pattern.Match(stretch, matches);
        var stretches = new Stretches(text, behavior, pieces);
        var from = start;
        foreach (var match in matches)
        {
            stretches.Add(from, start + match.Start, isMatch: invert);
            stretches.Add(start + match.Start, start + match.End, isMatch: !invert);
            from = start + match.End;
        }

        stretches.Add(from, end, isMatch: invert);
        stretches.Close();
    }

    /// <summary>Joins matches and the stretches between them as the behaviour asks.</summary>
    private ref struct Stretches(AlignedText text, SplitBehavior behavior, List<Piece> pieces)
    {
        private int openStart = -1;
        private int openEnd;
        private bool openIsMatch;

        public void Add(int start, int end, bool isMatch)
        {
            if (end == start)
            {
                return;
            }

            if (openStart >= 0 && !Joins(isMatch))
            {
                Close();
            }

            openStart = openStart < 0 ? start : openStart;
            openEnd = end;
            openIsMatch = isMatch;
        }

        public void Close()
        {
            if (openStart >= 0 && !(behavior == SplitBehavior.Removed && openIsMatch))
            {
                pieces.Add(new Piece(text, openStart, openEnd));
            }

            openStart = -1;
        }

        private readonly bool Joins(bool isMatch) =>
            behavior switch
            {
                SplitBehavior.MergedWithPrevious => !openIsMatch && isMatch,
                SplitBehavior.MergedWithNext => openIsMatch && !isMatch,
                SplitBehavior.Contiguous => openIsMatch == isMatch,
                _ => false,
            };
    }
}
