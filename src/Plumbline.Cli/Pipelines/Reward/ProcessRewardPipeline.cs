using Plumbline.Configuration;
using Plumbline.Data;
using Plumbline.Models.Heads;
using Plumbline.Runs;
using Plumbline.Training.Rewards.Process;

namespace Plumbline.Cli.Pipelines.Reward;

/// <summary><c>plumb reward</c> with a loss of judged steps: answers in steps and a language model in, a process reward model and a report out.</summary>
internal sealed class ProcessRewardPipeline
{
    private static readonly ScoreHeadOptions Head = new()
    {
        Kind = ScoreHeadKind.Token,
        Labels = ["right"],
        ProblemType = ScoreProblemType.MultiLabelClassification,
    };

    private readonly RewardPipelineOptions options;
    private readonly PipelineContext context;
    private readonly DataFacts data;

    internal ProcessRewardPipeline(RewardPipelineOptions options, PipelineContext context)
    {
        (this.options, this.context) = (options, context);
        data = options.Data.Facts();
    }

    /// <summary>Runs what is not finished yet and measures.</summary>
    internal ProcessRewardResult Run()
    {
        // Everything that can be wrong with the input is found before anything is trained.
        var reader = options.Data.Open();
        var rows = ProcessRewardRows.Read(reader);
        DataNotice.Write(context, reader.Report);
        var (training, heldOut) = ConversationSplit.By(rows, row => row.Prompt, options.Data.HeldOut, options.Seed);
        PromptCompletionExample[] right =
        [
            .. training.Where(row => row.IsRight).Select(row => new PromptCompletionExample(row.Id, row.Prompt, row.Answer)),
        ];
        ThrowIfNone(
            options.Steps.Sft is null || right.Length > 0,
            "No training answer is right throughout, so there is none to fine-tune on.",
            "Set steps.sft to null, or give answers that are right."
        );
        var foundation = new RewardFoundation(options, context, data, training, Facts);
        var fitting = ProcessRewardRows.Fitting(training, foundation.Encoder);
        var measured = ProcessRewardRows.Fitting(heldOut, foundation.Encoder);
        ThrowIfNone(
            fitting.Count > 0 && measured.Count > 0,
            $"No {(fitting.Count == 0 ? "training" : "held-out")} answer fits into {options.MaxLength} tokens.",
            "Raise max_length, or give shorter answers."
        );
        foundation.Supervise(right);
        var stage = Train(foundation, [.. fitting.Select(row => row.Tokens)]);
        var measures = Measure(stage, [.. fitting.Select(row => row.Row)], measured);
        var counts = new ProcessRewardCounts(
            fitting.Count,
            training.Count - fitting.Count,
            fitting.Sum(row => row.Row.Steps.Count),
            measured.Count,
            heldOut.Count - measured.Count,
            measured.Sum(row => row.Row.Steps.Count)
        );
        return new ProcessRewardResult(stage, measures, reader.Report, counts, Facts());
    }

    private Stage Train(RewardFoundation foundation, IReadOnlyList<TokenizedSteps> answers)
    {
        const string name = "process-reward";
        return TrainingStage.Train<ScoredDecoder, TokenizedSteps>(
            context,
            Stage.Of(
                context,
                name,
                foundation.Sources,
                [
                    OptionsFile.Write(options.Training),
                    OptionsFile.Write(options.Reward),
                    $"{options.HeadDeviation} {foundation.SplitKey}",
                    foundation.Key,
                    .. context.LossKey,
                ]
            ),
            "process reward model",
            new StageModel<ScoredDecoder>(
                () => foundation.UnderHead(Head, options.Seed.Derive(name).Derive("head")),
                ScoredModelFolder.Save
            ),
            foundation.Tokenizer,
            model => (new ProcessRewardObjective(model, options.Reward), null),
            () => answers,
            options.Training,
            Facts()
        );
    }

    private ProcessRewardMeasures Measure(
        Stage stage,
        IReadOnlyList<StepwiseExample> training,
        List<(StepwiseExample Row, TokenizedSteps Tokens)> heldOut
    )
    {
        using var model = ScoredModelFolder.Load(stage.ModelFolder);
        var scores = ProcessRewardEvaluation.Score(
            model,
            [.. heldOut.Select(row => row.Tokens)],
            options.Training,
            done => context.Progress.Report(new ProgressUpdate("scoring", done, heldOut.Count, done, "answers")),
            context.Cancellation
        );
        return ProcessRewardMeasurement.Of(training, [.. heldOut.Select(row => row.Row)], scores, options.Seed.Derive("rulers"));
    }

    private void ThrowIfNone(bool holds, string problem, string mend)
    {
        if (!holds)
        {
            throw new InvalidInputException(problem, mend, new InputPosition(options.Data.Path));
        }
    }

    private RunFacts Facts() =>
        new(context.Command, options, options.Seed.Value, Versions.All, RunMachine.Facts(context.Threads), context.Inputs(data));
}
