using DiffPlex;
using DiffPlex.Chunkers;

namespace Plumbline.Studio.Ranking;

/// <summary>What happened to a piece of text between two answers.</summary>
public enum DiffKind
{
    /// <summary>Both say it.</summary>
    Same,

    /// <summary>Only this answer says it.</summary>
    Added,

    /// <summary>Only the other one says it.</summary>
    Removed,
}

/// <summary>A piece of text.</summary>
/// <param name="Kind">Who says it.</param>
/// <param name="Text">The text.</param>
public sealed record DiffPiece(DiffKind Kind, string Text);

/// <summary>Compares answers word by word.</summary>
public static class AnswerDiff
{
    /// <summary>The longest texts that are compared, in characters: the work grows with the product of length and difference.</summary>
    public const int Longest = 20_000;

    private static readonly char[] Separators = [.. " \t\r\n.,;:!?()[]{}\"'«»„“”‘’、。，！？；：،؛؟।"];

    /// <summary>What an answer says that another does not, and the other way round.</summary>
    /// <param name="other">The other answer.</param>
    /// <param name="answer">The answer.</param>
    /// <returns>The pieces in order; null where one of the texts is too long.</returns>
    public static IReadOnlyList<DiffPiece>? Compare(string other, string answer)
    {
        if (other.Length > Longest || answer.Length > Longest)
        {
            return null;
        }

        var diff = Differ.Instance.CreateDiffs(other, answer, ignoreWhiteSpace: false, ignoreCase: false, new DelimiterChunker(Separators));
        var pieces = new List<DiffPiece>();
        var at = 0;
        foreach (var block in diff.DiffBlocks)
        {
            Add(DiffKind.Same, diff.PiecesNew, at, block.InsertStartB - at);
            Add(DiffKind.Removed, diff.PiecesOld, block.DeleteStartA, block.DeleteCountA);
            Add(DiffKind.Added, diff.PiecesNew, block.InsertStartB, block.InsertCountB);
            at = block.InsertStartB + block.InsertCountB;
        }

        Add(DiffKind.Same, diff.PiecesNew, at, diff.PiecesNew.Count - at);
        return pieces;

        void Add(DiffKind kind, IReadOnlyList<string> words, int start, int count)
        {
            if (count > 0)
            {
                pieces.Add(new DiffPiece(kind, string.Concat(words.Skip(start).Take(count))));
            }
        }
    }
}
