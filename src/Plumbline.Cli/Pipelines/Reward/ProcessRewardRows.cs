using Plumbline.Data;
using Plumbline.Training.Rewards.Process;
using Plumbline.Training.Supervised;

namespace Plumbline.Cli.Pipelines.Reward;

/// <summary>Rows of a data file as answers in judged steps.</summary>
internal static class ProcessRewardRows
{
    /// <summary>The rows.</summary>
    /// <exception cref="InvalidInputException">A file's rows have no judged steps, or none is usable.</exception>
    internal static List<StepwiseExample> Read(DataFiles data) =>
        data.Each.FirstOrDefault(file => file.Reader.Shape != DatasetShape.StepwiseSupervision) is { Reader: { } other, Path: var path }
            ? throw new InvalidInputException(
                $"A process reward model learns from judged steps, and the rows are of the shape {other.Shape}.",
                "Give rows with prompt, completions (the steps) and labels, or set reward.loss_type to a loss of comparisons.",
                new InputPosition(path)
            )
            : [.. data.Read().Cast<StepwiseExample>()];

    /// <summary>The answers that fit, with their tokens.</summary>
    internal static List<(StepwiseExample Row, TokenizedSteps Tokens)> Fitting(IEnumerable<StepwiseExample> rows, ExampleEncoder encoder) =>
        [
            .. rows.Select(row => (Row: row, Tokens: encoder.ForSteps([row]).SingleOrDefault()))
                .Where(pair => pair.Tokens is not null)
                .Select(pair => (pair.Row, pair.Tokens!)),
        ];
}
