using Microsoft.Extensions.AI;
using Plumbline.Data;
using Plumbline.Feedback.Revising;

namespace Plumbline.Cli.Pipelines.Labels;

/// <summary>The training rows that follow from revised answers.</summary>
/// <param name="options">How they were revised.</param>
internal sealed class RevisedRows(RevisionOptions options)
{
    /// <summary>What is learnt of an answer: its last revision, or each.</summary>
    internal IEnumerable<PromptCompletionExample> Learnt(RevisedAnswer answer) =>
        Texts(answer)
            .Select(text =>
            {
                var row = new PromptCompletionExample(string.Empty, answer.Prompt, Said(answer.Prompt, text));
                return row with { Id = ExampleId.Of(row) };
            });

    /// <summary>The last revision over the first answer; null where they are the same.</summary>
    internal static PreferenceExample? Preference(RevisedAnswer answer)
    {
        if (answer.Final == answer.Answer)
        {
            return null;
        }

        var pair = new PreferenceExample(
            string.Empty,
            answer.Prompt,
            Said(answer.Prompt, answer.Final),
            Said(answer.Prompt, answer.Answer)
        );
        return pair with { Id = ExampleId.Of(pair) };
    }

    /// <summary>The ids of all rows of an answer; none where its revision is not kept.</summary>
    internal IEnumerable<string> Ids(RevisedAnswer answer) =>
        answer.Rejection is not null ? []
        : Preference(answer) is { } pair ? Learnt(answer).Select(row => row.Id).Append(pair.Id)
        : Learnt(answer).Select(row => row.Id);

    private IEnumerable<string> Texts(RevisedAnswer answer) =>
        answer.Rounds.Count == 0 ? []
        : options.EveryRound ? answer.Rounds.Select(round => round.Revision)
        : [answer.Final];

    // In the form of the prompt.
    private static Content Said(Content prompt, string text) =>
        prompt.Messages is null ? Content.FromText(text) : Content.FromMessages([new ChatMessage(ChatRole.Assistant, text)]);
}
