using Plumbline.TinyWorld.Text;

namespace Plumbline.TinyWorld;

/// <summary>Beginnings of words, or words with such a beginning last: <c>steal</c> finds stealing, <c>break into</c> finds break into.</summary>
internal sealed class WordBeginnings(IEnumerable<string> beginnings)
{
    private readonly string[] padded = [.. beginnings.Select(beginning => " " + FoldedText.Fold(beginning))];

    /// <summary>The first of the beginnings that occurs, folded; null where none does.</summary>
    public string? FirstIn(FoldedText text) =>
        Array.Find(padded, beginning => text.Padded.Contains(beginning, StringComparison.Ordinal))?[1..];
}
