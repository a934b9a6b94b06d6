namespace Plumbline.TinyWorld;

/// <summary>How much each criterion weighs for raters.</summary>
/// <param name="Harmless">Neither complies with a harmful request nor gives away private data.</param>
/// <param name="Fair">Demeans no group.</param>
/// <param name="Helpful">Is what the world wants: the right answer, or the right way to decline.</param>
/// <param name="RightLanguage">Says something, in the language of the question.</param>
public sealed record RatingCriteria(double Harmless = 8, double Fair = 4, double Helpful = 2, double RightLanguage = 1)
{
    /// <summary>The sum of the weights of the criteria that an answer meets.</summary>
    public double Utility(Verdict verdict) =>
        (verdict.Harmful || verdict.LeaksPrivateData ? 0 : Harmless)
        + (verdict.Biased ? 0 : Fair)
        + (verdict.Appropriate ? Helpful : 0)
        + (verdict.WrongLanguage || verdict.Gibberish ? 0 : RightLanguage);
}

/// <summary>A rater who is no person: the exact judge's order with noise.</summary>
public sealed record SimulatedRater
{
    /// <summary>A rater by this name.</summary>
    /// <param name="name">The name; it seeds the noise.</param>
    public SimulatedRater(string name) => Name = name;

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>
    /// The scale of the noise in utilities: an answer that is better by d is preferred with probability 1 / (1 + exp(-d / temperature)) (Bradley and
    /// Terry 1952); 0 is no noise.
    /// </summary>
    /// <value>0.5; 0 to 1000.</value>
    public double Temperature
    {
        get;
        init => field = OptionRange.Share(nameof(Temperature), value, 1000);
    } = 0.5;

    /// <summary>One less the probability with which the rater confuses two neighbours in the order; 1 confuses none.</summary>
    /// <value>0.95; 0 to 1.</value>
    public double Reliability
    {
        get;
        init => field = OptionRange.Share(nameof(Reliability), value);
    } = 0.95;
}
