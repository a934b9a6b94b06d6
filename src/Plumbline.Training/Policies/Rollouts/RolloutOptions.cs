using Plumbline.Configuration;
using Plumbline.Training.Policies.Advantages;

namespace Plumbline.Training.Policies.Rollouts;

/// <summary>How the answers of each round come about, and what is made of what they earned.</summary>
public sealed record RolloutOptions : IValidatedOptions
{
    /// <summary>Answers to each prompt (TRL's <c>num_generations</c>).</summary>
    /// <value>8</value>
    public int AnswersPerPrompt { get; init; } = 8;

    /// <summary>How often the optimiser sees each answer (μ; TRL's <c>num_iterations</c>, PPO's epochs).</summary>
    /// <value>1</value>
    public int Passes { get; init; } = 1;

    /// <summary>Steps of a pass: the prompts of a round are spread over so many.</summary>
    /// <value>1</value>
    public int MiniBatches { get; init; } = 1;

    /// <summary>Optimiser steps of a round.</summary>
    internal int StepsPerRound => Passes * MiniBatches;

    /// <summary>The name of an estimator in <see cref="AdvantageEstimators"/>.</summary>
    /// <value>grpo</value>
    public string AdvantageType { get; init; } = "grpo";

    /// <summary>Its numbers.</summary>
    public AdvantageOptions Advantage { get; init; } = new();

    /// <summary>Whether advantages are whitened over all tokens of the round.</summary>
    /// <value>false</value>
    public bool WhitenAdvantages { get; init; }

    /// <summary>
    /// Whether prompts whose answers all earned the same, and so teach nothing, are replaced by others (DAPO's dynamic sampling, arXiv 2503.14476).
    /// </summary>
    /// <value>false</value>
    public bool DynamicSampling { get; init; }

    /// <summary>How often such prompts are replaced in a round before it goes on with fewer.</summary>
    /// <value>3</value>
    public int MaxRefills { get; init; } = 3;

    /// <summary>Whether nothing is learnt from answers that were cut at the longest length; they count in their group's mean all the same.</summary>
    /// <value>false</value>
    public bool MaskTruncated { get; init; }

    /// <summary>What is taken from the score of an answer that was cut at the longest length; null for nothing.</summary>
    /// <value>null</value>
    public double? TruncationPenalty { get; init; }

    /// <summary>Scores are held within ± this; null for no limit.</summary>
    /// <value>null</value>
    public double? ScoreClip { get; init; }

    /// <summary>
    /// The share of tokens, those of highest entropy, that the policy loss looks at (arXiv 2506.01939: 0.2); 1 for all. Tokens of lower entropy follow from what
    /// stands before them, whoever decides.
    /// </summary>
    /// <value>1</value>
    public double TopEntropyShare { get; init; } = 1;

    /// <summary>The divergence from the reference as a part of the reward.</summary>
    public KlRewardOptions KlReward { get; init; } = new();

    /// <summary>What answers may cost, where there is a cost model.</summary>
    public ConstraintOptions Constraint { get; init; } = new();

    /// <summary>η: how fast the weight of a group of prompts grows while its reward is lower than the others', where groups matter.</summary>
    /// <value>0.05</value>
    public double GroupStepSize { get; init; } = 0.05;

    /// <summary>What an answer's score becomes: held within the limit, less the penalty.</summary>
    internal double Shaped(double score, RolloutAnswer answer)
    {
        var held = ScoreClip is { } clip ? Math.Clamp(score, -clip, clip) : score;
        return answer.IsTruncated ? held - (TruncationPenalty ?? 0) : held;
    }

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        (bool Holds, string Option, object? Value, string Range)[] checks =
        [
            (GroupStepSize > 0 && double.IsFinite(GroupStepSize), nameof(GroupStepSize), GroupStepSize, "above 0"),
            (AnswersPerPrompt is >= 1 and <= 1024, nameof(AnswersPerPrompt), AnswersPerPrompt, "between 1 and 1024"),
            (Passes >= 1, nameof(Passes), Passes, "at least 1"),
            (MiniBatches >= 1, nameof(MiniBatches), MiniBatches, "at least 1"),
            (MaxRefills is >= 0 and <= 100, nameof(MaxRefills), MaxRefills, "between 0 and 100"),
            (
                TruncationPenalty is null || (TruncationPenalty >= 0 && double.IsFinite(TruncationPenalty.Value)),
                nameof(TruncationPenalty),
                TruncationPenalty,
                "0 or more"
            ),
            (ScoreClip is null || (ScoreClip > 0 && double.IsFinite(ScoreClip.Value)), nameof(ScoreClip), ScoreClip, "above 0"),
            (TopEntropyShare is > 0 and <= 1, nameof(TopEntropyShare), TopEntropyShare, "in (0, 1]"),
        ];
        return from check in checks where !check.Holds select new OptionProblem(check.Option, check.Value, check.Range);
    }
}

/// <summary>The divergence from the reference as a part of the reward: each token costs coefficient · k(π_old, π_ref).</summary>
public sealed record KlRewardOptions : IValidatedOptions
{
    /// <summary>What a nat costs at the start; 0 for nothing.</summary>
    /// <value>0</value>
    public double Coefficient { get; init; }

    /// <summary>How the divergence is estimated at each token.</summary>
    /// <value>k1, whose sum over an answer is unbiased</value>
    public KlEstimator Estimator { get; init; } = KlEstimator.K1;

    /// <summary>
    /// Nats per answer that an adaptive coefficient aims at (arXiv 1909.08593: 6); null for a fixed coefficient. coefficient ← coefficient · (1 + clip(KL / target − 1,
    /// ±0.2) · answers / <see cref="Horizon"/>), after every round.
    /// </summary>
    /// <value>null</value>
    public double? Target { get; init; }

    /// <summary>Answers over which an adaptive coefficient changes by a fifth at most.</summary>
    /// <value>10000</value>
    public double Horizon { get; init; } = 10_000;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        (bool Holds, string Option, object? Value, string Range)[] checks =
        [
            (Coefficient >= 0 && double.IsFinite(Coefficient), nameof(Coefficient), Coefficient, "0 or more"),
            (Target is null || (Target > 0 && double.IsFinite(Target.Value)), nameof(Target), Target, "above 0"),
            (Target is null || Coefficient > 0, nameof(Coefficient), Coefficient, "above 0 where it has a target: 0 stays 0"),
            (Horizon >= 1 && double.IsFinite(Horizon), nameof(Horizon), Horizon, "at least 1"),
        ];
        return from check in checks where !check.Holds select new OptionProblem(check.Option, check.Value, check.Range);
    }
}
