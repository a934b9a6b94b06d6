using Plumbline.Feedback.RankModels.Fitting;

namespace Plumbline.Feedback.RankModels.Raters;

/// <summary>Buffers for one thread.</summary>
internal sealed class PosteriorScratch
{
    private double[] utilities = [];
    private double[] strengths = [];
    private double[] slope = [];
    private double[] bend = [];

    /// <summary>The probability of rankings.</summary>
    public UnknownOrderProbability Probability { get; } = new();

    /// <summary>Its derivatives.</summary>
    public RankingTerms Terms { get; } = new(0);

    /// <summary>Room for so many utilities.</summary>
    public Span<double> Utilities(int count)
    {
        if (utilities.Length < count)
        {
            utilities = new double[count];
        }

        return utilities.AsSpan(0, count);
    }

    /// <summary>Strengths, their gradient and the pairs' weights, the latter two 0.</summary>
    public (double[] Strengths, double[] Slope, double[] Bend) Strengths(int count)
    {
        if (strengths.Length != count)
        {
            (strengths, slope, bend) = (new double[count], new double[count], new double[count * count]);
        }

        Array.Clear(slope);
        Array.Clear(bend);
        return (strengths, slope, bend);
    }
}
