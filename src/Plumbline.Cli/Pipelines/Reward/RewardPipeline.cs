using Plumbline.Configuration;
using Plumbline.Data;
using Plumbline.Models.Heads;
using Plumbline.Randomness;
using Plumbline.Runs;
using Plumbline.Training.Rewards;

namespace Plumbline.Cli.Pipelines.Reward;

/// <summary>
/// <c>plumb reward</c>: comparisons and a language model in, reward models and a report out. Every stage is cached under the hash of what it is made from, and a killed
/// run goes on where it was.
/// </summary>
internal sealed class RewardPipeline
{
    /// <summary>A scale's error falls with the root of the answers: 2,000 pin the mean to 0.02 deviations.</summary>
    private const int MostReferenceAnswers = 2000;

    private readonly RewardPipelineOptions options;
    private readonly PipelineContext context;
    private readonly DataFacts data;

    internal RewardPipeline(RewardPipelineOptions options, PipelineContext context)
    {
        (this.options, this.context) = (options, context);
        data = options.Data.Facts();
    }

    /// <summary>Runs what is not finished yet and measures.</summary>
    internal RewardResult Run()
    {
        // Everything that can be wrong with the input is found before anything is trained.
        var reader = options.Data.Open();
        var rows = RewardRows.Read(reader, options.SoftLabels, options.IsCost);
        DataNotice.Write(context, reader.Report);
        WarnOfUnreadMargins(rows);
        var (training, heldOut) = ConversationSplit.By(rows, row => row.List.Prompt, options.Data.HeldOut, options.Seed);
        ThrowIfNothingIsCompared(training, "training lists");
        ThrowIfNothingIsCompared(heldOut, "held-out lists");
        var foundation = new RewardFoundation(options, context, data, [.. training.Select(row => row.List)], Facts);
        var fitting = RewardRows.Fitting(training, foundation.Encoder);
        var measured = RewardRows.Fitting(heldOut, foundation.Encoder);
        ThrowIfNothingIsCompared(fitting.Select(row => row.Row), $"training lists that fit into {options.MaxLength} tokens (max_length)");
        ThrowIfNothingIsCompared(measured.Select(row => row.Row), $"held-out lists that fit into {options.MaxLength} tokens (max_length)");
        foundation.Supervise(training.Select(row => new PromptCompletionExample(row.List.Id, row.List.Prompt, row.Preferred)));
        var members = Enumerable.Range(1, options.Ensemble).Select(member => Train(member, foundation, fitting)).ToList();
        var (scales, measures) = Measure(members, fitting, measured);
        var counts = new RewardCounts(fitting.Count, training.Count - fitting.Count, measured.Count, heldOut.Count - measured.Count);
        return new RewardResult(members, scales, measures, reader.Report, counts, Facts());
    }

    private ScoreHeadOptions Head => new() { Labels = [options.IsCost ? "cost" : "reward"], ProblemType = ScoreProblemType.Regression };

    private Stage Train(int member, RewardFoundation foundation, List<(RewardRow Row, TokenizedRanking Tokens)> rows)
    {
        var name = $"reward-{member}";
        var own = options.Seed.Derive(name);
        var stage = Stage.Of(
            context,
            name,
            foundation.Sources,
            [
                OptionsFile.Write(options.Training),
                OptionsFile.Write(options.Reward),
                $"{options.HeadDeviation} {options.Scaled} {options.Ensemble > 1} {options.SoftLabels} {foundation.SplitKey}",
                foundation.Key,
                .. context.LossKey,
            ]
        );
        return TrainingStage.Train<ScoredDecoder, TokenizedRanking>(
            context,
            stage,
            options.Ensemble == 1 ? "reward model" : $"reward model {member} of {options.Ensemble}",
            new StageModel<ScoredDecoder>(
                () => foundation.UnderHead(Head, own.Derive("head")),
                ScoredModelFolder.Save,
                model => model.Scale = Scale(model, rows)
            ),
            foundation.Tokenizer,
            model => (new RewardObjective(model, options.Reward), null),
            () => Examples(rows, own),
            options.Training,
            Facts()
        );
    }

    /// <summary>What a member sees: lists, or their pairs where the loss takes no more; of an ensemble, as many rows drawn with replacement.</summary>
    private List<TokenizedRanking> Examples(List<(RewardRow Row, TokenizedRanking Tokens)> rows, Seed seed)
    {
        var random = seed.Derive("bootstrap").Source();
        var seen = options.Ensemble == 1 ? rows : [.. rows.Select(_ => random.Choose(rows))];
        var lists = seen.Select(row => row.Tokens);
        return RewardLosses.Find(options.Reward.LossType).Declaration.TakesLists ? [.. lists] : [.. lists.SelectMany(list => list.Pairs())];
    }

    private ScoreScale? Scale(ScoredDecoder model, List<(RewardRow Row, TokenizedRanking Tokens)> rows)
    {
        if (options.Scaled == ReferenceAnswers.None)
        {
            return null;
        }

        TokenizedRanking[] asked = [.. rows.Take(MostReferenceAnswers).Select(row => row.Tokens)];
        var scores = RewardEvaluation.Score(model, asked, options.Training, Progress("score scale", asked.Length), context.Cancellation);
        return ScoreScale.Of([.. scores.SelectMany(list => options.Scaled == ReferenceAnswers.Best ? list.Take(1) : list)]);
    }

    private (IReadOnlyList<ScoreScale?> Scales, RewardMeasures Measures) Measure(
        IReadOnlyList<Stage> members,
        List<(RewardRow Row, TokenizedRanking Tokens)> training,
        List<(RewardRow Row, TokenizedRanking Tokens)> heldOut
    )
    {
        TokenizedRanking[] lists = [.. heldOut.Select(row => row.Tokens)];
        var (raw, scales) = (new List<double[]>(), new List<ScoreScale?>());
        foreach (var member in members)
        {
            using var model = ScoredModelFolder.Load(member.ModelFolder);
            var scores = RewardEvaluation.Score(
                model,
                lists,
                options.Training,
                Progress($"scoring, {member.Name}", lists.Length),
                context.Cancellation
            );
            raw.Add([.. scores.SelectMany(list => list)]);
            scales.Add(model.Scale);
        }

        double[][] scaled = [.. raw.Zip(scales, (scores, scale) => scale is { } known ? [.. scores.Select(known.Normalised)] : scores)];
        var measures = RewardMeasurement.Of(
            RewardRows.Compared(training.Select(row => row.Row.List)),
            RewardRows.Compared(heldOut.Select(row => row.Row.List)),
            new EnsembleScores([.. raw]),
            new EnsembleScores(scaled),
            options.IsCost ? [.. heldOut.SelectMany(row => row.Row.Harmful!)] : null,
            options.Pessimism,
            options.Seed.Derive("rulers")
        );
        return (scales, measures);
    }

    private void WarnOfUnreadMargins(List<RewardRow> rows)
    {
        if (options.Reward.LossType != "bradley_terry" && rows.Any(row => row.Margin is not null))
        {
            context.Notices.WriteLine(
                $"The rows say by how much answers lead, and {options.Reward.LossType} does not read it: bradley_terry does."
            );
        }
    }

    private void ThrowIfNothingIsCompared(IEnumerable<RewardRow> lists, string which)
    {
        if (!lists.Any(row => RankedPairs.Of(row.List.Ranks).Any()))
        {
            throw new InvalidInputException(
                $"There are no comparisons among the {which}: none ranks one answer above another.",
                "Give more rows, rows that are not all ties, or raise max_length.",
                new InputPosition(options.Data.Path)
            );
        }
    }

    private Action<int> Progress(string phase, int count) =>
        done => context.Progress.Report(new ProgressUpdate(phase, done, count, done, "lists"));

    private RunFacts Facts() =>
        new(context.Command, options, options.Seed.Value, Versions.All, RunMachine.Facts(context.Threads), context.Inputs(data));
}
