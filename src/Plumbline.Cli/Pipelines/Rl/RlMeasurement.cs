using Plumbline.Cli.Pipelines.Rl.Live;
using Plumbline.Evaluation.Statistics;
using Plumbline.Models.Generation;
using Plumbline.Models.HuggingFace;
using Plumbline.Rewards;
using Plumbline.Runs;
using Plumbline.Tokenization;
using Plumbline.Training.Policies.Rollouts;

namespace Plumbline.Cli.Pipelines.Rl;

/// <summary>What the policy earned on held-out prompts before and after, drawn with the same seeds.</summary>
internal static class RlMeasurement
{
    private const int MostPrompts = 1000;

    /// <summary>Answers each prompt once with either model, and has the answers judged.</summary>
    /// <param name="options">The run's.</param>
    /// <param name="context">The pipeline.</param>
    /// <param name="start">The folder of the policy before.</param>
    /// <param name="stage">The trained stage.</param>
    /// <param name="tokenizer">Theirs.</param>
    /// <param name="heldOut">At least one prompt; the first so many are asked.</param>
    internal static RlMeasures Of(
        RlOptions options,
        PipelineContext context,
        string start,
        Stage stage,
        Tokenizer tokenizer,
        IReadOnlyList<PolicyPrompt> heldOut
    )
    {
        PolicyPrompt[] prompts = [.. heldOut.Take(MostPrompts)];
        var before = Answers(options, context, start, "before", tokenizer, prompts);
        var after = Answers(options, context, stage.ModelFolder, "after", tokenizer, prompts);
        using var rewards = new RlRewards(WithLive(options, stage), context.Clock);
        IReadOnlyList<double?> Judged(IReward judge, IReadOnlyList<RolloutAnswer> answers) =>
            judge
                .ScoreAsync([.. prompts.Zip(answers, (prompt, answer) => answer.ToReward(prompt))], context.Cancellation)
                .GetAwaiter()
                .GetResult();
        Changed Change(IReward judge) => Changed.Of(Judged(judge, before), Judged(judge, after), options.Seed.Derive("bootstrap"));
        return new RlMeasures(
            prompts,
            before,
            after,
            Change(rewards.Reward),
            rewards.Cost is { } cost ? Change(cost) : null,
            rewards.Gold is { } gold ? Change(gold) : null,
            Changed.Of(Lengths(before), Lengths(after), options.Seed.Derive("bootstrap"))
        );
    }

    // The reward models that people kept fresh, as they were in the end.
    private static RlOptions WithLive(RlOptions options, Stage stage)
    {
        var members = Enumerable
            .Range(0, 64)
            .Select(member => LiveRewardModel.MemberFolder(stage.Folder, member))
            .TakeWhile(Directory.Exists);
        return !members.Any()
            ? options
            : options with
            {
                Rewards =
                [
                    .. options.Rewards,
                    new RewardSourceOptions
                    {
                        Kind = RewardKind.RewardModel,
                        Name = "feedback",
                        Weight = options.Feedback!.Weight,
                        RewardModel = new RewardModelOptions { Paths = [.. members], Pessimism = options.Feedback.Pessimism },
                    },
                ],
            };
    }

    private static IReadOnlyList<double?> Lengths(IEnumerable<RolloutAnswer> answers) =>
        [.. answers.Select(answer => (double?)answer.DrawnCount)];

    private static IReadOnlyList<RolloutAnswer> Answers(
        RlOptions options,
        PipelineContext context,
        string folder,
        string name,
        Tokenizer tokenizer,
        IReadOnlyList<PolicyPrompt> prompts
    )
    {
        using var model = ModelFolder.Load(folder);
        using var single = new LocalAnswerSampler(
            model,
            RlParticipants.Sampling(options, model.Config.EosTokenIds),
            new DecodeEngineOptions
            {
                Slots = options.Sampling.AnswersAtATime,
                SequenceCapacity = RlConversations.Longest(options, model, prompts.Max(prompt => prompt.Ids.Length)),
            },
            ids => tokenizer.Decode(ids),
            done =>
                context.Progress.Report(
                    new ProgressUpdate($"held-out answers, {name}", done.Finished, done.Answers, done.Finished, "answers")
                )
        );
        var sampler = RlConversations.Of(single, options, model, tokenizer);
        return
        [
            .. sampler.Draw(prompts, new AnswerDraw(1, options.Seed.Derive("held out")), context.Cancellation).Select(group => group[0]),
        ];
    }
}

/// <summary>What was measured on held-out prompts.</summary>
/// <param name="Prompts">The prompts.</param>
/// <param name="Before">The start's answers.</param>
/// <param name="After">The trained policy's.</param>
/// <param name="Reward">What they earned.</param>
/// <param name="Cost">What they cost; null where nothing says.</param>
/// <param name="Gold">What they are really worth; null likewise.</param>
/// <param name="Length">How many tokens they have.</param>
internal sealed record RlMeasures(
    IReadOnlyList<PolicyPrompt> Prompts,
    IReadOnlyList<RolloutAnswer> Before,
    IReadOnlyList<RolloutAnswer> After,
    Changed Reward,
    Changed? Cost,
    Changed? Gold,
    Changed Length
);

/// <summary>A figure of the same prompts before and after.</summary>
/// <param name="Before">The values; null where one could not be judged.</param>
/// <param name="After">Likewise.</param>
/// <param name="MeanBefore">Over prompts judged on both sides.</param>
/// <param name="MeanAfter">Likewise.</param>
/// <param name="Difference">After minus before over these.</param>
internal sealed record Changed(
    IReadOnlyList<double?> Before,
    IReadOnlyList<double?> After,
    double MeanBefore,
    double MeanAfter,
    Estimate Difference
)
{
    /// <summary>Compares two measurements.</summary>
    internal static Changed Of(IReadOnlyList<double?> before, IReadOnlyList<double?> after, Randomness.Seed seed)
    {
        var both = before.Zip(after).Where(pair => pair.First is not null && pair.Second is not null).ToList();
        double[] first = [.. both.Select(pair => pair.First!.Value)];
        double[] second = [.. both.Select(pair => pair.Second!.Value)];
        var mean = PairedDifference.Of(first, second, seed).Mean;
        return new Changed(before, after, first.DefaultIfEmpty(double.NaN).Average(), second.DefaultIfEmpty(double.NaN).Average(), mean);
    }

    /// <summary>Prompts that could not be judged on both sides.</summary>
    internal int Unjudged => Before.Zip(After).Count(pair => pair.First is null || pair.Second is null);
}
