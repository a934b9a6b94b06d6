using System.Buffers;
using Microsoft.Extensions.AI;
using Plumbline.Data.Rows;

namespace Plumbline.Data.Layouts;

/// <summary>
/// HH-RLHF: <c>chosen</c> and <c>rejected</c> transcripts. The prompt is their longest common beginning that ends before a turn of the assistant,
/// so a pair that parts ways early has completions of several messages.
/// </summary>
internal sealed class TranscriptPairLayout : RowLayout
{
    private readonly List<Range> chosenTurns = [];
    private readonly List<Range> rejectedTurns = [];
    private char[] chosenText = ArrayPool<char>.Shared.Rent(8192);
    private char[] rejectedText = ArrayPool<char>.Shared.Rent(8192);

    /// <inheritdoc/>
    public override RowFault? Read(Row row, List<Example> examples)
    {
        var fault =
            row.ReadText(Column.Chosen, ref chosenText, out var chosenLength)
            ?? row.ReadText(Column.Rejected, ref rejectedText, out var rejectedLength)
            ?? Transcript.Parse(chosenText.AsSpan(0, chosenLength), row.Names[Column.Chosen], chosenTurns)
            ?? Transcript.Parse(rejectedText.AsSpan(0, rejectedLength), row.Names[Column.Rejected], rejectedTurns);
        if (fault is not null)
        {
            return fault;
        }

        var common = CommonTurns();
        if (common == chosenTurns.Count && common == rejectedTurns.Count)
        {
            return new RowFault(BadRowReason.IdenticalAnswers, "chosen and rejected are the same.");
        }

        // Both sides keep an answer, and the answer is the assistant's: turn 1, 3, 5...
        common = Math.Min(common, Math.Min(chosenTurns.Count, rejectedTurns.Count) - 1);
        common -= common % 2 == 0 ? 1 : 0;
        if (common < 1)
        {
            return new RowFault(BadRowReason.NoCommonPrompt, "the two transcripts begin with different words of the human.");
        }

        var prompt = Messages(chosenText, chosenTurns, 0, common);
        var chosen = Messages(chosenText, chosenTurns, common, chosenTurns.Count);
        var rejected = Messages(rejectedText, rejectedTurns, common, rejectedTurns.Count);
        return PreferenceAnnotations.Add(row, prompt, chosen, rejected, gold: null, examples);
    }

    /// <inheritdoc/>
    protected override void Release()
    {
        ArrayPool<char>.Shared.Return(chosenText);
        ArrayPool<char>.Shared.Return(rejectedText);
        chosenText = rejectedText = [];
    }

    private int CommonTurns()
    {
        var count = 0;
        while (
            count < chosenTurns.Count
            && count < rejectedTurns.Count
            && chosenText.AsSpan(chosenTurns[count]).SequenceEqual(rejectedText.AsSpan(rejectedTurns[count]))
        )
        {
            count++;
        }

        return count;
    }

    private static Content Messages(char[] text, List<Range> turns, int from, int to)
    {
        var messages = new ChatMessage[to - from];
        for (var i = from; i < to; i++)
        {
            messages[i - from] = new ChatMessage(i % 2 == 0 ? ChatRole.User : ChatRole.Assistant, new string(text.AsSpan(turns[i])));
        }

        return Content.FromMessages(messages);
    }
}
