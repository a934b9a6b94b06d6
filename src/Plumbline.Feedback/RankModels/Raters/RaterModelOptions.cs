using Plumbline.Evaluation.Statistics;

namespace Plumbline.Feedback.RankModels.Raters;

/// <summary>How skill and side bias are estimated.</summary>
public sealed record RaterModelOptions
{
    /// <summary>The standard deviation τ of the answers' log-strengths to one prompt, above 0; null to estimate it from the data (empirical Bayes).</summary>
    /// <value>null</value>
    /// <exception cref="ArgumentOutOfRangeException">It is not above 0.</exception>
    public double? StrengthDeviation
    {
        get;
        init => field = value is null ? null : Positive(value.Value, nameof(StrengthDeviation));
    }

    /// <summary>
    /// The standard deviation of a normal prior around 0 on how much one standard deviation of strength moves a rater's log-odds (skill times τ). Wide: it is there for raters who never erred in few
    /// judgements.
    /// </summary>
    /// <value>5</value>
    /// <exception cref="ArgumentOutOfRangeException">It is not above 0.</exception>
    public double SensitivityDeviation
    {
        get;
        init => field = Positive(value, nameof(SensitivityDeviation));
    } = 5;

    /// <summary>The standard deviation of a normal prior around 0 on side biases. Wide: it is there for raters who always choose one side.</summary>
    /// <value>5</value>
    /// <exception cref="ArgumentOutOfRangeException">It is not above 0.</exception>
    public double SideBiasDeviation
    {
        get;
        init => field = Positive(value, nameof(SideBiasDeviation));
    } = 5;

    /// <summary>
    /// At how many places each prompt's posterior is looked at, an even number from 8 to 65,536, as a second opinion; null for a rule of 2K(K + 1) + 1 nodes for K answers. Prompts with two
    /// answers always have a grid of 31.
    /// </summary>
    /// <value>null</value>
    /// <exception cref="ArgumentOutOfRangeException">It is odd or outside.</exception>
    public int? Nodes
    {
        get;
        init =>
            field =
                value is null || (value is >= 8 and <= 65_536 && value % 2 == 0)
                    ? value
                    : throw new ArgumentOutOfRangeException(nameof(Nodes), value, "It is an even number between 8 and 65536, or null.");
    }

    /// <summary>The confidence of intervals, in (0, 1).</summary>
    /// <value>0.95</value>
    /// <exception cref="ArgumentOutOfRangeException">It is outside.</exception>
    public double Confidence
    {
        get;
        init
        {
            Interval.CheckConfidence(value);
            field = value;
        }
    } = 0.95;

    private static double Positive(double value, string option) =>
        value is > 0 and < double.PositiveInfinity ? value : throw new ArgumentOutOfRangeException(option, value, "It is above 0.");
}
