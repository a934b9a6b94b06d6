using System.Globalization;
using Plumbline.Constitutions;

namespace Plumbline.Evaluation.Principles;

/// <summary>The constitution that the choices look like.</summary>
public static class MinedConstitution
{
    private const int WeightDigits = 4;

    /// <summary>Makes a clause of each feature that is clearly preferred, or clearly not.</summary>
    /// <param name="mined">The findings.</param>
    /// <param name="name">What the constitution is called.</param>
    /// <returns>
    /// The clauses weigh as their coefficients are large, the largest 1, and their rationales hold the evidence. Null where nothing is clear.
    /// </returns>
    public static Constitution? Of(MinedPreferences mined, string name)
    {
        var principles = mined.Principles;
        if (principles.Count == 0)
        {
            return null;
        }

        var largest = Math.Abs(principles[0].Coefficient.Value);
        return new Constitution
        {
            Name = name,
            Preamble = string.Create(
                CultureInfo.InvariantCulture,
                $"Mined from {mined.Pairs} preferences in {mined.Prompts} conversations: what goes together with being chosen there, whether or not anybody meant it. Read it before you train on them; it is not a standard to hold a model to."
            ),
            Clauses = principles.ToDictionary(
                finding => finding.Principle(mined.Options.FalseDiscoveryRate)!.Id,
                finding => new Clause
                {
                    Text = finding.Principle(mined.Options.FalseDiscoveryRate)!.Text,
                    Rationale = Evidence(finding),
                    Weight = Math.Max(Math.Pow(10, -WeightDigits), Math.Round(Math.Abs(finding.Coefficient.Value) / largest, WeightDigits)),
                }
            ),
        };
    }

    private static string Evidence(FeatureFinding finding)
    {
        var (more, coefficient) = (finding.Share.More, finding.Coefficient);
        var (share, interval) = (more.WilsonInterval(), coefficient.Interval!.Value);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Feature '{finding.Name}': the chosen answer has more of it in {more.Successes} of the {more.Trials} pairs that differ in it ({more.Value * 100:F1} %, {share.Low * 100:F1} to {share.High * 100:F1} %), sign test q = {finding.Q:G2}. A standard deviation of it changes the log-odds of being chosen by {coefficient.Value:F3} ({interval.Low:F3} to {interval.High:F3}), all other features being equal; without it held-out choices lose {finding.Gain.Value:F4} nats a pair."
        );
    }
}
