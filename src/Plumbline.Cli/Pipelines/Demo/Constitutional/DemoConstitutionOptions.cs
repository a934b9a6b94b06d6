using Plumbline.Configuration;
using Plumbline.Feedback.Judging;
using Plumbline.Feedback.Revising;
using Plumbline.Training.Loop;

namespace Plumbline.Cli.Pipelines.Demo.Constitutional;

/// <summary>Both stages of Constitutional AI on the tiny world. Defaults are what <c>plumb demo --constitution</c> runs.</summary>
internal sealed record DemoConstitutionOptions : IValidatedOptions
{
    /// <summary>Tokens of the longest question that a judge reads.</summary>
    internal const int LongestQuestion = 448;

    /// <summary>Prompts from which the reviser and the judge learn their work; they are asked about others.</summary>
    public int LessonPrompts { get; init; } = 800;

    /// <summary>Filtered conversations of the corpus that they learn beside it, so that they do not forget what is right.</summary>
    public int Remembered { get; init; } = 3000;

    /// <summary>How the reviser and the judge learn it.</summary>
    public TrainingOptions Lessons { get; init; } =
        new()
        {
            Epochs = 1,
            LearningRate = 5e-4,
            BatchSize = 8,
        };

    /// <summary>Prompts that are answered, revised and compared.</summary>
    public int Prompts { get; init; } = 1000;

    /// <summary>How answers are revised.</summary>
    public RevisionOptions Revision { get; init; } =
        new()
        {
            Rounds = 3,
            Unbroken = WorldLessons.Nothing,
            Demonstrations = 0,
            Temperature = 0.2,
            MaxTokens = 64,
        };

    /// <summary>The share of the model's own helpful answers in what it is fine-tuned on.</summary>
    public double HelpfulShare { get; init; } = 0.5;

    /// <summary>Pairs of answers that are compared, at most.</summary>
    public int Pairs { get; init; } = 600;

    /// <summary>How answers are compared: each is judged alone, for so small a judge cannot hold two beside each other.</summary>
    public ComparisonOptions Comparison { get; init; } = new() { Method = JudgeMethod.Separately };

    /// <summary>How far from a half a clause's opinion must be to count, in [0, 0.5): where both answers keep a clause, a small judge is not quite at a half.</summary>
    public double Indifference { get; init; } = 0.15;

    /// <summary>The reward model and the policy, which takes smaller steps than against people's rankings: the judge knows less. Chosen on the seeds 1001 and 1002, like all that stands here.</summary>
    public DemoRlhfOptions Rlhf { get; init; } =
        new()
        {
            Algorithms = [new("grpo") { Set = ["rollout.advantage_type=dr_grpo", "rollout.passes=2"] }],
            Members = 1,
            Training = new()
            {
                Epochs = 1,
                LearningRate = 4e-5,
                BatchSize = 32,
                Schedule = LearningRateSchedule.Linear,
            },
        };

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        if (LessonPrompts < 1)
        {
            yield return new OptionProblem(nameof(LessonPrompts), LessonPrompts, "at least 1");
        }

        if (Remembered < 0)
        {
            yield return new OptionProblem(nameof(Remembered), Remembered, "0 or more");
        }

        if (Prompts < 1)
        {
            yield return new OptionProblem(nameof(Prompts), Prompts, "at least 1");
        }

        if (Pairs < 1)
        {
            yield return new OptionProblem(nameof(Pairs), Pairs, "at least 1");
        }

        if (!(Indifference is >= 0 and < 0.5))
        {
            yield return new OptionProblem(nameof(Indifference), Indifference, "at least 0 and below 0.5");
        }

        if (!(HelpfulShare is > 0 and < 1))
        {
            yield return new OptionProblem(nameof(HelpfulShare), HelpfulShare, "above 0 and below 1");
        }
    }
}
