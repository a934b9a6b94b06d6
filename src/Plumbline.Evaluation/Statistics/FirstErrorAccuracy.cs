namespace Plumbline.Evaluation.Statistics;

/// <summary>
/// How well a judge of steps finds where an answer first goes wrong: ProcessBench's measure (arXiv 2412.06559, section 3). On answers with a wrong step, the first of them must
/// be named; on answers that are right throughout, none may be.
/// </summary>
/// <param name="OnWrong">Answers with a wrong step of which the first was found.</param>
/// <param name="OnRight">Answers without one of which none was called wrong.</param>
public sealed record FirstErrorAccuracy(Proportion OnWrong, Proportion OnRight)
{
    /// <summary>2/(1/a + 1/b) of the two shares, so that calling everything right (or wrong) earns nothing; NaN where one kind of answer is missing.</summary>
    public double HarmonicMean => OnWrong.Value + OnRight.Value is var sum && sum == 0 ? 0 : 2 * OnWrong.Value * OnRight.Value / sum;

    /// <summary>Compares what a judge calls right with what is.</summary>
    /// <param name="answers">For each answer, of each of its steps in order, whether it is right and whether the judge says so.</param>
    public static FirstErrorAccuracy Of(IEnumerable<IReadOnlyList<(bool IsRight, bool IsCalledRight)>> answers)
    {
        var (wrong, right) = (new List<bool>(), new List<bool>());
        foreach (var steps in answers)
        {
            var first = steps.Select(step => step.IsRight).ToList().IndexOf(false);
            var called = steps.Select(step => step.IsCalledRight).ToList().IndexOf(false);
            (first < 0 ? right : wrong).Add(first == called);
        }

        return new FirstErrorAccuracy(Proportion.Of(wrong), Proportion.Of(right));
    }
}
