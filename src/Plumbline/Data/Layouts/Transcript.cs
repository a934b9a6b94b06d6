using Plumbline.Data.Rows;

namespace Plumbline.Data.Layouts;

/// <summary>A dialogue as HH-RLHF writes it: turns that start with "\n\nHuman:" and "\n\nAssistant:" in turn, the assistant's last.</summary>
internal static class Transcript
{
    private const string Break = "\n\n";
    private const string Human = "Human:";
    private const string Assistant = "Assistant:";

    /// <summary>True where the text begins like a transcript.</summary>
    public static bool IsLikely(ReadOnlySpan<char> text) => text.TrimStart().StartsWith(Human, StringComparison.Ordinal);

    /// <summary>Finds the turns; even ones are the human's, odd ones the assistant's.</summary>
    /// <param name="text">The transcript.</param>
    /// <param name="name">What to call it in a fault.</param>
    /// <param name="turns">Filled with where each turn's words lie in the text, without the white space around them.</param>
    /// <returns>Null, or why this is no transcript to learn from.</returns>
    public static RowFault? Parse(ReadOnlySpan<char> text, string name, List<Range> turns)
    {
        turns.Clear();
        if (!IsLikely(text))
        {
            return Odd($"'{name}' begins with {RowFault.Excerpt(text.TrimStart())}, not with \"Human:\".");
        }

        var at = text.IndexOf(Human, StringComparison.Ordinal) + Human.Length;
        while (true)
        {
            var end = NextTurn(text, at, out var next, out var isHuman);
            if (AddTurn(text, at, end, name, turns) is { } fault)
            {
                return fault;
            }

            if (next < 0)
            {
                break;
            }

            if (isHuman == (turns.Count % 2 == 1))
            {
                return Odd(
                    $"'{name}' has two turns of the {(isHuman ? "human" : "assistant")} in a row (turns {turns.Count} and {turns.Count + 1})."
                );
            }

            at = next;
        }

        return turns.Count % 2 == 0 ? null : Odd($"'{name}' ends with the human's turn: there is no answer to judge.");
    }

    /// <summary>Finds where the turn that starts at <paramref name="at"/> ends.</summary>
    private static int NextTurn(ReadOnlySpan<char> text, int at, out int next, out bool isHuman)
    {
        for (var from = at; ; )
        {
            var found = text[from..].IndexOf(Break, StringComparison.Ordinal);
            if (found < 0)
            {
                next = -1;
                isHuman = false;
                return text.Length;
            }

            var end = from + found;
            var rest = text[(end + Break.Length)..];
            isHuman = rest.StartsWith(Human, StringComparison.Ordinal);
            if (isHuman || rest.StartsWith(Assistant, StringComparison.Ordinal))
            {
                next = end + Break.Length + (isHuman ? Human.Length : Assistant.Length);
                return end;
            }

            from = end + 1;
        }
    }

    private static RowFault? AddTurn(ReadOnlySpan<char> text, int start, int end, string name, List<Range> turns)
    {
        var padded = text[start..end];
        var words = padded.Trim();
        if (words.IsEmpty)
        {
            var isHuman = turns.Count % 2 == 0;
            return new RowFault(
                isHuman ? BadRowReason.EmptyPrompt : BadRowReason.EmptyAnswer,
                $"turn {turns.Count + 1} of '{name}', the {(isHuman ? "human's" : "assistant's")}, is empty."
            );
        }

        start += padded.Length - padded.TrimStart().Length;
        turns.Add(start..(start + words.Length));
        return null;
    }

    private static RowFault Odd(string problem) => new(BadRowReason.OddTranscript, problem);
}
