using Plumbline.Evaluation.Statistics;

namespace Plumbline.Feedback.Agreement;

/// <summary>A figure of how far raters agree.</summary>
public enum AgreementMeasure
{
    /// <summary>The share of pairs of raters who give the same value (<see cref="Evaluation.Statistics.PercentAgreement"/>).</summary>
    PercentAgreement,

    /// <summary>Krippendorff's α at the level of the values (<see cref="Evaluation.Statistics.KrippendorffAlpha"/>).</summary>
    KrippendorffAlpha,

    /// <summary>Fleiss' κ (<see cref="Evaluation.Statistics.FleissKappa"/>).</summary>
    FleissKappa,

    /// <summary>Cohen's κ, the mean over pairs of raters (<see cref="RaterPairs.MeanKappa"/>); with two raters it is theirs.</summary>
    CohenKappa,

    /// <summary>The same with linear weights.</summary>
    LinearKappa,

    /// <summary>The same with quadratic weights.</summary>
    QuadraticKappa,

    /// <summary>The share of pairs of answers on which two raters prefer the same one, or both neither (<see cref="RankPairs.SameSide"/>).</summary>
    SameSide,

    /// <summary>The share of the pairs of answers that both decide on which two raters prefer the same one (<see cref="RankPairs.SameSideOfDecided"/>).</summary>
    SameSideOfDecided,

    /// <summary>Kendall's τ_b of two raters (<see cref="RankPairs.TauB"/>).</summary>
    KendallTauB,

    /// <summary>Kendall's W of all raters of a question (<see cref="KendallConcordance"/>).</summary>
    KendallW,

    /// <summary>Krippendorff's α of opinions about pairs of answers (<see cref="Evaluation.Statistics.KrippendorffAlpha.OfPairOpinions"/>).</summary>
    PairOpinionAlpha,
}
