namespace Plumbline.Evaluation.Statistics;

/// <summary>What α of opinions about pairs of answers needs of some units (<see cref="KrippendorffAlpha.OfPairOpinions"/>); sums of several sets of units add up.</summary>
/// <param name="Disagreement">Σ_u Σ_{i≠j} (x_i − x_j)² / (m_u − 1).</param>
/// <param name="Opinions">n, the opinions in units of two and more.</param>
/// <param name="Decidedness">Σ (x − ½)² over them.</param>
public readonly record struct PairOpinionSums(double Disagreement, double Opinions, double Decidedness)
{
    /// <summary>
    /// 1 − (Disagreement / n) / (4 · Decidedness / (2n − 1)): with the mirror images there are 2n values around ½, whose squared differences are that on average. Not a number where there is
    /// none, or all are ½.
    /// </summary>
    public double Alpha => Decidedness > 0 ? 1 - (Disagreement / Opinions / (4 * Decidedness / ((2 * Opinions) - 1))) : double.NaN;

    /// <summary>One unit's (a pair of answers'), from the number of its opinions, their sum and the sum of their squares; nothing for fewer than two.</summary>
    public static PairOpinionSums Of(int count, double sum, double squares) =>
        count < 2 ? default : new(2 * ((count * squares) - (sum * sum)) / (count - 1), count, squares - sum + (count / 4.0));

    /// <summary>The sums of two sets of units together.</summary>
    public static PairOpinionSums operator +(PairOpinionSums one, PairOpinionSums other) =>
        new(one.Disagreement + other.Disagreement, one.Opinions + other.Opinions, one.Decidedness + other.Decidedness);
}
