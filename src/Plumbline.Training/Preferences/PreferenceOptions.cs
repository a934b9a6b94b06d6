using Plumbline.Configuration;

namespace Plumbline.Training.Preferences;

/// <summary>What is minimised over pairs.</summary>
public sealed record PreferenceOptions : IValidatedOptions
{
    /// <summary>A loss by name, or a weighted mixture: <c>sigmoid: 0.8, bco_pair: 0.2, sft: 1</c>. docs/losses.md lists them.</summary>
    /// <value>sigmoid</value>
    public string LossType { get; init; } = "sigmoid";

    /// <summary>The numbers in the losses.</summary>
    public PreferenceLossOptions Loss { get; init; } = new();

    /// <summary>Whether pairs weigh as much as the policy would have been likely to write them (WPO, arXiv 2406.11827).</summary>
    /// <value>false</value>
    public bool UseWeighting { get; init; }

    /// <summary>The weight of tokens of the longer answer past the length of the shorter one (LD-DPO, arXiv 2409.06411), in [0, 1]; 1 switches it off.</summary>
    /// <value>1</value>
    public double LdAlpha { get; init; } = 1;

    /// <summary>
    /// Whether the exact KL(π ‖ ref) at the answers' tokens is measured in every step; costs the reference's pass over the vocabulary once more, and needs a
    /// live reference.
    /// </summary>
    /// <value>false</value>
    public bool MeasureKl { get; init; }

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        if (LdAlpha is not (>= 0 and <= 1))
        {
            yield return new OptionProblem(nameof(LdAlpha), LdAlpha, "in [0, 1]");
        }
    }

    /// <summary>The losses, looked up and checked against their numbers.</summary>
    /// <exception cref="InvalidInputException">A loss is unknown, or cannot honour an option.</exception>
    internal PreferenceLossMixture Mixture()
    {
        OptionsValidation.ThrowIfInvalid(this);
        var mixture = PreferenceLossMixture.Parse(LossType);
        mixture.Check(Loss);
        return mixture;
    }
}
