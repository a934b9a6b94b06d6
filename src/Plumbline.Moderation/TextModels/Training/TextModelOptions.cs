using Plumbline.Configuration;

namespace Plumbline.Moderation.TextModels.Training;

/// <summary>How a text model is learnt.</summary>
public sealed record TextModelOptions : IValidatedOptions
{
    /// <summary>The table has 2 to the power of so many records, of 32 bytes each; 10 to 22.</summary>
    /// <value>17</value>
    public int TableBits { get; init; } = 17;

    /// <summary>In how many texts a feature must stand to be learnt.</summary>
    /// <value>3</value>
    public int MinDocuments { get; init; } = 3;

    /// <summary>Passes over the texts.</summary>
    /// <value>8</value>
    public int Epochs { get; init; } = 8;

    /// <summary>The step of AdaGrad (Duchi et al. 2011); above 0.</summary>
    /// <value>0.3</value>
    public double LearningRate { get; init; } = 0.3;

    /// <summary>
    /// What AdaGrad's sums of squares begin with; 0 or more. At 0 the first step of a weight is as long as the learning rate, however small its gradient is: the many texts of which a rare label does
    /// not hold then move the weights of features as far as the few of which it holds.
    /// </summary>
    /// <value>0.1</value>
    public double InitialAccumulator { get; init; } = 0.1;

    /// <summary>How strongly weights are drawn to 0; 0 or more.</summary>
    /// <value>0.00001</value>
    public double L2 { get; init; } = 1e-5;

    /// <summary>The share of the texts that scores are calibrated on instead of learnt from; between 0.01 and 0.5.</summary>
    /// <value>0.1</value>
    public double CalibrationShare { get; init; } = 0.1;

    /// <summary>
    /// What a miss costs in false alarms, of labels that speak for no hazard and only have somebody look; above 0. Their scores are a half where both weigh the same: at 1 they are probabilities, above
    /// it higher than that.
    /// </summary>
    /// <value>1</value>
    public double MissCost { get; init; } = 1;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        if (TableBits is < 10 or > 22)
        {
            yield return new OptionProblem(nameof(TableBits), TableBits, "between 10 and 22");
        }

        if (MinDocuments < 1)
        {
            yield return new OptionProblem(nameof(MinDocuments), MinDocuments, "at least 1");
        }

        if (Epochs is < 1 or > 1000)
        {
            yield return new OptionProblem(nameof(Epochs), Epochs, "between 1 and 1000");
        }

        if (!(LearningRate > 0 && double.IsFinite(LearningRate)))
        {
            yield return new OptionProblem(nameof(LearningRate), LearningRate, "above 0");
        }

        if (!(InitialAccumulator >= 0 && double.IsFinite(InitialAccumulator)))
        {
            yield return new OptionProblem(nameof(InitialAccumulator), InitialAccumulator, "0 or more");
        }

        if (!(L2 >= 0 && double.IsFinite(L2)))
        {
            yield return new OptionProblem(nameof(L2), L2, "0 or more");
        }

        if (!(MissCost > 0 && double.IsFinite(MissCost)))
        {
            yield return new OptionProblem(nameof(MissCost), MissCost, "above 0");
        }

        if (CalibrationShare is not (>= 0.01 and <= 0.5))
        {
            yield return new OptionProblem(nameof(CalibrationShare), CalibrationShare, "between 0.01 and 0.5");
        }
    }
}
