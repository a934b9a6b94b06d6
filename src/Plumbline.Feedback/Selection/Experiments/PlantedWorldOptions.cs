using Plumbline.Configuration;

namespace Plumbline.Feedback.Selection.Experiments;

/// <summary>A world whose true utilities are known: linear in features of the answers, ranked by raters who err.</summary>
public sealed record PlantedWorldOptions : IValidatedOptions
{
    /// <summary>Prompts whose tasks can be bought; 2 to 100,000.</summary>
    /// <value>300</value>
    public int Prompts { get; init; } = 300;

    /// <summary>Prompts on which accuracy is measured, over all pairs of their answers in their true order; 1 to 100,000.</summary>
    /// <value>100</value>
    public int HeldOutPrompts { get; init; } = 100;

    /// <summary>Answers to each prompt; 2 to 9.</summary>
    /// <value>4</value>
    public int AnswersPerPrompt { get; init; } = 4;

    /// <summary>Answers of a task; every choice of so many answers of a prompt is one. 2 to <see cref="AnswersPerPrompt"/>.</summary>
    /// <value>2</value>
    public int AnswersPerTask { get; init; } = 2;

    /// <summary>Features of an answer; 1 to 1024.</summary>
    /// <value>32</value>
    public int Dimension { get; init; } = 32;

    /// <summary>a: the k-th feature has variance k^−a, as the leading directions of embeddings outweigh the others. 0 to 4; at 0 all are alike.</summary>
    /// <value>1</value>
    public double SpectrumDecay { get; init; } = 1;

    /// <summary>How much prompts differ in how far apart their answers lie: the standard deviation of the log of the distance. 0 to 2; at 0 all are alike.</summary>
    /// <value>0.5</value>
    public double SpreadDeviation { get; init; } = 0.5;

    /// <summary>The root of the mean squared difference of two answers' utilities, in log-odds of a rater with skill 1; above 0.</summary>
    /// <value>1.5</value>
    public double UtilityDeviation { get; init; } = 1.5;

    /// <summary>How many raters come by, in random order; 1 to 100,000.</summary>
    /// <value>20</value>
    public int Raters { get; init; } = 20;

    /// <summary>The standard deviation of the log of the raters' skills, which are known; 0 to 2.</summary>
    /// <value>0.3</value>
    public double SkillDeviation { get; init; } = 0.3;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        (bool Holds, string Option, object Value, string Range)[] checks =
        [
            (Prompts is >= 2 and <= 100_000, nameof(Prompts), Prompts, "between 2 and 100000"),
            (HeldOutPrompts is >= 1 and <= 100_000, nameof(HeldOutPrompts), HeldOutPrompts, "between 1 and 100000"),
            (AnswersPerPrompt is >= 2 and <= 9, nameof(AnswersPerPrompt), AnswersPerPrompt, "between 2 and 9"),
            (
                AnswersPerTask >= 2 && AnswersPerTask <= AnswersPerPrompt,
                nameof(AnswersPerTask),
                AnswersPerTask,
                "between 2 and the answers of a prompt"
            ),
            (Dimension is >= 1 and <= 1024, nameof(Dimension), Dimension, "between 1 and 1024"),
            (SpectrumDecay is >= 0 and <= 4, nameof(SpectrumDecay), SpectrumDecay, "between 0 and 4"),
            (SpreadDeviation is >= 0 and <= 2, nameof(SpreadDeviation), SpreadDeviation, "between 0 and 2"),
            (UtilityDeviation > 0 && double.IsFinite(UtilityDeviation), nameof(UtilityDeviation), UtilityDeviation, "above 0"),
            (Raters is >= 1 and <= 100_000, nameof(Raters), Raters, "between 1 and 100000"),
            (SkillDeviation is >= 0 and <= 2, nameof(SkillDeviation), SkillDeviation, "between 0 and 2"),
        ];
        return from check in checks where !check.Holds select new OptionProblem(check.Option, check.Value, check.Range);
    }
}
