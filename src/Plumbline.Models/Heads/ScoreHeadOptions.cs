using Plumbline.Configuration;

namespace Plumbline.Models.Heads;

/// <summary>What a scored decoder gives scores to.</summary>
public enum ScoreHeadKind
{
    /// <summary>Whole sequences, read at their last token: rewards, costs, classes (<c>…ForSequenceClassification</c>).</summary>
    Sequence,

    /// <summary>Every token: values, process rewards, tags (<c>…ForTokenClassification</c>).</summary>
    Token,
}

/// <summary>What the labels of a sequence mean to transformers' loss.</summary>
public enum ScoreProblemType
{
    /// <summary>A number per label, such as a reward.</summary>
    Regression,

    /// <summary>Exactly one of the labels holds.</summary>
    SingleLabelClassification,

    /// <summary>Each label holds or not.</summary>
    MultiLabelClassification,
}

/// <summary>A head in place of the language model's: scores = W h + b, one for each label.</summary>
public sealed record ScoreHeadOptions : IValidatedOptions
{
    /// <summary>The most labels that are read.</summary>
    internal const int MostLabels = 1 << 16;

    /// <summary>Whether sequences or tokens are scored.</summary>
    /// <value>sequence</value>
    public ScoreHeadKind Kind { get; init; } = ScoreHeadKind.Sequence;

    /// <summary>The labels' names, in the order of the scores. One label makes a scalar head: reward, cost or value.</summary>
    /// <value>LABEL_0</value>
    public IReadOnlyList<string> Labels { get; init; } = ["LABEL_0"];

    /// <summary>transformers' <c>problem_type</c>; null to leave it to the number of labels there.</summary>
    public ScoreProblemType? ProblemType { get; init; }

    /// <summary>
    /// Standard deviation of a new head's weights; null for the model's <c>initializer_range</c>, as transformers does. 1/√(hidden size + 1) starts scores with a
    /// deviation of 1 (arXiv 1909.08593).
    /// </summary>
    public double? InitialDeviation { get; init; }

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        if (Labels.Count is 0 or > MostLabels || Labels.Distinct(StringComparer.Ordinal).Count() != Labels.Count)
        {
            yield return new OptionProblem(nameof(Labels), Labels.Count, $"1 to {MostLabels} labels, no two of one name");
        }

        if (InitialDeviation is { } deviation && !(deviation >= 0 && double.IsFinite(deviation)))
        {
            yield return new OptionProblem(nameof(InitialDeviation), deviation, "0 or more");
        }
    }
}
