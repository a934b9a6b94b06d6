namespace Plumbline.Models.Tokenization;

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

/// <summary>One step of cutting a text into the pieces that BPE works on separately. Thread-safe.</summary>
internal abstract class PreTokenizer
{
    /// <summary>Cuts <paramref name="text"/> and adds the non-empty pieces to <paramref name="pieces"/>, in order.</summary>
    public abstract void Split(AlignedText text, int start, int end, List<Piece> pieces);

    /// <summary>A stretch of a text that is tokenised on its own.</summary>
    public readonly record struct Piece(AlignedText Text, int Start, int End);
}

/// <summary>Splits by a pattern: Hugging Face's <c>Split</c>, and what <c>Digits</c> and <c>Punctuation</c> amount to.</summary>
/// <param name="regex">The pattern.</param>
/// <param name="behavior">What becomes of its matches.</param>
/// <param name="invert">Takes the stretches between the matches for the matches.</param>
internal sealed class SplitPreTokenizer(CodePointRegex regex, SplitBehavior behavior, bool invert) : PreTokenizer
{
    public override void Split(AlignedText text, int start, int end, List<Piece> pieces)
    {
        var matches = new List<TextRange>();
        regex.Match(text.Text.AsSpan(start, end - start), matches);
        if (behavior == SplitBehavior.Isolated)
        {
            Isolate(text, start, end, matches, pieces);
            return;
        }

        var stretches = new List<(TextRange Range, bool IsMatch)>(matches.Count + 8);
        var at = start;
        foreach (var match in matches)
        {
            Add(at, start + match.Start, isMatch: invert);
            Add(start + match.Start, start + match.End, isMatch: !invert);
            at = start + match.End;
        }

        Add(at, end, isMatch: invert);
        Emit(text, stretches, pieces);

        void Add(int from, int to, bool isMatch)
        {
            if (to > from)
            {
                stretches.Add((new TextRange(from, to), isMatch));
            }
        }
    }

    private static void Isolate(AlignedText text, int start, int end, List<TextRange> matches, List<Piece> pieces)
    {
        var at = start;
        foreach (var match in matches)
        {
            Add(start + match.Start);
            Add(start + match.End);
        }

        Add(end);

        void Add(int to)
        {
            if (to > at)
            {
                pieces.Add(new Piece(text, at, to));
                at = to;
            }
        }
    }

    private void Emit(AlignedText text, List<(TextRange Range, bool IsMatch)> stretches, List<Piece> pieces)
    {
        // The start of a piece that still waits for its end, or -1.
        var open = -1;
        for (var i = 0; i < stretches.Count; i++)
        {
            var (range, isMatch) = stretches[i];
            if (behavior == SplitBehavior.Removed && isMatch)
            {
                continue;
            }

            var joinsNext =
                i + 1 < stretches.Count
                && behavior switch
                {
                    SplitBehavior.MergedWithPrevious => !isMatch && stretches[i + 1].IsMatch,
                    SplitBehavior.MergedWithNext => isMatch && !stretches[i + 1].IsMatch,
                    SplitBehavior.Contiguous => isMatch == stretches[i + 1].IsMatch,
                    _ => false,
                };
            if (joinsNext)
            {
                open = open < 0 ? range.Start : open;
                continue;
            }

            pieces.Add(new Piece(text, open < 0 ? range.Start : open, range.End));
            open = -1;
        }
    }
}

/// <summary>Hugging Face's <c>ByteLevel</c>: an optional leading space, then optionally GPT-2's pattern.</summary>
/// <param name="addPrefixSpace">Puts a space before a text that does not start with one.</param>
/// <param name="split">GPT-2's splitting, or null where an earlier step has split.</param>
internal sealed class ByteLevelPreTokenizer(bool addPrefixSpace, PreTokenizer? split) : PreTokenizer
{
    /// <summary>The pattern of GPT-2 (Radford et al. 2019): contractions, words, numbers, other signs, spaces.</summary>
    public const string Pattern = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    public override void Split(AlignedText text, int start, int end, List<Piece> pieces)
    {
        if (addPrefixSpace && text.Text[start] != ' ')
        {
            text = text.Slice(start, end).WithLeadingSpace();
            (start, end) = (0, text.Text.Length);
        }

        if (split is null)
        {
            pieces.Add(new Piece(text, start, end));
        }
        else
        {
            split.Split(text, start, end, pieces);
        }
    }
}

/// <summary>Several steps, each cutting the pieces of the one before.</summary>
internal sealed class SequencePreTokenizer(IReadOnlyList<PreTokenizer> steps) : PreTokenizer
{
    public override void Split(AlignedText text, int start, int end, List<Piece> pieces)
    {
        var current = new List<Piece> { new(text, start, end) };
        for (var i = 0; i < steps.Count; i++)
        {
            var next = i == steps.Count - 1 ? pieces : new List<Piece>(current.Count);
            foreach (var piece in current)
            {
                steps[i].Split(piece.Text, piece.Start, piece.End, next);
            }

            current = next;
        }
    }
}
