using Plumbline.Evaluation.Principles.Features;
using Plumbline.Evaluation.Principles.Fitting;
using Plumbline.Evaluation.Statistics;

namespace Plumbline.Evaluation.Principles;

/// <summary>What the choices say of one feature, or of one clause.</summary>
/// <param name="Id">The feature's or the clause's id.</param>
/// <param name="Name">What reports call it.</param>
/// <param name="Share">On which side it stands, for itself.</param>
/// <param name="Q">The sign test's p value adjusted for the number of features (Benjamini and Hochberg).</param>
/// <param name="Coefficient">
/// The log-odds that a standard deviation (root mean square) of difference adds to being chosen, all other features being equal, with its bootstrap interval.
/// </param>
/// <param name="Gain">Nats of held-out log-likelihood a pair that are lost without it.</param>
/// <param name="AccuracyLoss">The share of held-out choices that is lost without it.</param>
public sealed record FeatureFinding(
    string Id,
    string Name,
    UnivariateShare Share,
    double Q,
    Estimate Coefficient,
    Estimate Gain,
    double AccuracyLoss
)
{
    /// <summary>What more of it would be called as a clause; null for what is one already.</summary>
    public CandidatePrinciple? More { get; init; }

    /// <summary>The same for less of it.</summary>
    public CandidatePrinciple? Less { get; init; }

    /// <summary>
    /// 1 where more of it is clearly preferred, −1 where less is, 0 where neither is clear: the adjusted p value is at most <paramref name="rate"/>, the coefficient's interval is clear of 0, and
    /// both point the same way.
    /// </summary>
    /// <param name="rate">The false discovery rate, in (0, 1).</param>
    public int Direction(double rate)
    {
        var isClear = Q <= rate && !Coefficient.Interval!.Value.Contains(0) && Share.More.Value > 0.5 == Coefficient.Value > 0;
        return isClear ? Math.Sign(Coefficient.Value) : 0;
    }

    /// <summary>The clause it would be; null where it is not clear.</summary>
    /// <param name="rate">The false discovery rate, in (0, 1).</param>
    public CandidatePrinciple? Principle(double rate) =>
        Direction(rate) switch
        {
            > 0 => More,
            < 0 => Less,
            _ => null,
        };
}
