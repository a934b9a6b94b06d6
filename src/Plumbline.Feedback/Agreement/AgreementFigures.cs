using Plumbline.Evaluation.Statistics;
using Plumbline.Randomness;

namespace Plumbline.Feedback.Agreement;

/// <summary>How far raters agree, as far as it was judged until now.</summary>
/// <param name="Units">Units that were judged.</param>
/// <param name="SharedUnits">Units that two raters judged at least.</param>
/// <param name="Raters">Raters who judged something.</param>
/// <param name="Judgements">Judgements in all.</param>
/// <param name="Figures">The figures that suit what was judged, each with its interval over units where one was asked for, or the reason why it is not defined.</param>
public sealed record AgreementFigures(
    int Units,
    int SharedUnits,
    int Raters,
    int Judgements,
    IReadOnlyList<(AgreementMeasure Measure, Figure Figure)> Figures
)
{
    /// <summary>A figure.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It does not suit what was judged.</exception>
    public Figure this[AgreementMeasure measure]
    {
        get
        {
            foreach (var (known, figure) in Figures)
            {
                if (known == measure)
                {
                    return figure;
                }
            }

            throw new ArgumentOutOfRangeException(nameof(measure), measure, "The figure does not suit what was judged.");
        }
    }

    // The order of units decides the draws, so it must not be that in which judgements came.
    internal static Figure OverUnits(int units, ResampledFigure figure, AgreementOptions options, Seed seed) =>
        options.Resamples == 0
            ? figure([])
            : Bootstrap.OfFigure(units, multiplicities => figure(multiplicities), seed, options.Confidence, options.Resamples);
}

/// <summary>A figure of units that each count as often as they were drawn; empty for once each.</summary>
internal delegate Figure ResampledFigure(ReadOnlySpan<int> multiplicities);
