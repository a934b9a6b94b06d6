using Plumbline.Configuration;
using Plumbline.Findings;

namespace Plumbline.Models.Probes;

/// <summary>How a probe is asked.</summary>
public record HiddenStateProbeOptions : IValidatedOptions
{
    private const int LongestName = 64;

    /// <summary>What records call the detector.</summary>
    /// <value>probe</value>
    public string Name { get; init; } = "probe";

    /// <summary>Whether it reads the text alone, or every view of it too, at a pass of the model each.</summary>
    /// <value>text</value>
    public DetectorReading Reads { get; init; } = DetectorReading.Text;

    /// <summary>Scores below are no findings.</summary>
    /// <value>0.05</value>
    public double LeastScore { get; init; } = 0.05;

    /// <summary>The most characters of a text; longer ones are an error rather than read in part.</summary>
    /// <value>1000000</value>
    public int MaxCharacters { get; init; } = 1_000_000;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        if (
            Name.Length is < 1 or > LongestName
            || !Name.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '-' or '_')
        )
        {
            yield return new OptionProblem(nameof(Name), Name, "1 to 64 lower-case letters, digits, '-' and '_'");
        }

        if (Reads is not (DetectorReading.Text or DetectorReading.Views))
        {
            yield return new OptionProblem(nameof(Reads), Reads, "text or views");
        }

        if (LeastScore is not (>= 0 and <= 1))
        {
            yield return new OptionProblem(nameof(LeastScore), LeastScore, "between 0 and 1");
        }

        if (MaxCharacters < 1)
        {
            yield return new OptionProblem(nameof(MaxCharacters), MaxCharacters, "at least 1");
        }
    }
}
