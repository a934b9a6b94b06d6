namespace Plumbline.Training.Rewards;

/// <summary>
/// What a person's answer to "which of the two is better?" would teach an ensemble: the mutual information of answer and member, H(mean p) − mean H(p) with p = σ(lead) by
/// each member (BALD, arXiv 1112.5745). 0 where the members agree, however unsure all of them are; ln 2 at most.
/// </summary>
public static class PairInformation
{
    /// <summary>The information of one pair.</summary>
    /// <param name="scores">What every member says.</param>
    /// <param name="first">An answer.</param>
    /// <param name="second">Another answer to the same prompt.</param>
    /// <returns>Nats, 0 to ln 2.</returns>
    public static double Of(EnsembleScores scores, int first, int second)
    {
        var (mean, entropy) = (0.0, 0.0);
        for (var member = 0; member < scores.Members; member++)
        {
            var share = 1 / (1 + Math.Exp(scores.Of(member, second) - scores.Of(member, first)));
            mean += share / scores.Members;
            entropy += Entropy(share) / scores.Members;
        }

        return Math.Max(0, Entropy(mean) - entropy);
    }

    private static double Entropy(double share) => Term(share) + Term(1 - share);

    private static double Term(double share) => share <= 0 ? 0 : -share * Math.Log(share);
}
