using Plumbline.Configuration;
using Plumbline.Constitutions;

namespace Plumbline.Moderation.Groundedness;

/// <summary>How answers are compared with the texts that they must be founded on.</summary>
public sealed record GroundednessOptions : IValidatedOptions
{
    /// <summary>The hazard that an unfounded answer is a finding of.</summary>
    /// <value>S6</value>
    public string Hazard { get; init; } = "S6";

    /// <summary>What share of a sentence's words, weighed by how rare they are in the sources, must stand in one passage of them; in [0, 1].</summary>
    /// <value>0.6</value>
    public double LeastSupport { get; init; } = 0.6;

    /// <summary>Sentences of fewer words claim nothing.</summary>
    /// <value>4</value>
    public int LeastWords { get; init; } = 4;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        if (Hazards.Find(Hazard) is null)
        {
            yield return new OptionProblem(nameof(Hazard), Hazard, "the code of a hazard, such as S6");
        }

        if (LeastSupport is not (>= 0 and <= 1))
        {
            yield return new OptionProblem(nameof(LeastSupport), LeastSupport, "between 0 and 1");
        }

        if (LeastWords is < 1 or > 100)
        {
            yield return new OptionProblem(nameof(LeastWords), LeastWords, "between 1 and 100");
        }
    }
}
