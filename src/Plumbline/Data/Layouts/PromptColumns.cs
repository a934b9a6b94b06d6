using Plumbline.Data.Rows;

namespace Plumbline.Data.Layouts;

/// <summary>Which columns of a shape hold prompts, conversations and judged answers, and so say nothing beside the prompt.</summary>
internal static class PromptColumns
{
    /// <summary>The column that the answer of a row with one answer is given under, whatever the file calls it.</summary>
    public const string Answer = "completion";

    /// <summary>The columns left out of <see cref="PromptExample.Columns"/>.</summary>
    public static IReadOnlyList<Column> UsedBy(DatasetShape shape) =>
        shape switch
        {
            DatasetShape.LanguageModeling => [Column.Text, Column.Messages],
            DatasetShape.PromptOnly or DatasetShape.PromptCompletion or DatasetShape.OasstTree => [Column.Prompt],
            DatasetShape.UnpairedPreference => [Column.Prompt, Column.Completion, Column.Label],
            DatasetShape.RankedList => [Column.Prompt, Column.Answers, Column.Completions, Column.Ranks],
            DatasetShape.StepwiseSupervision => [Column.Prompt, Column.Completions, Column.Labels],
            DatasetShape.Alpaca => [Column.Instruction, Column.Input],
            DatasetShape.SelfInstruct => [Column.Instruction, Column.Instances],
            DatasetShape.ShareGpt => [Column.Conversations, Column.System],
            DatasetShape.Preference or DatasetShape.HhRlhf or DatasetShape.SafeRlhf =>
            [
                Column.Prompt,
                Column.Chosen,
                Column.Rejected,
                Column.Margin,
                Column.Confidence,
                Column.ChosenHarmful,
                Column.RejectedHarmful,
                Column.MoreHarmful,
                Column.Response0,
                Column.Response1,
                Column.BetterResponseId,
                Column.SaferResponseId,
                Column.IsResponse0Safe,
                Column.IsResponse1Safe,
            ],
            _ => [],
        };

    /// <summary>The answer of an example that has one answer to learn; null for every other example.</summary>
    public static string? AnswerOf(Example example) =>
        example is PromptCompletionExample { Completion: var answer } ? answer.Text ?? answer.Messages![^1].Text : null;
}
