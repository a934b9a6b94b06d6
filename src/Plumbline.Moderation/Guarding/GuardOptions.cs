using Plumbline.Configuration;
using Plumbline.Constitutions;
using Plumbline.Findings;

namespace Plumbline.Moderation.Guarding;

/// <summary>How a guard decides, beside what the constitution says.</summary>
public sealed record GuardOptions : IValidatedOptions
{
    /// <summary>What becomes of a suspicion of a cheap detector that no costlier one could confirm or clear.</summary>
    /// <value>Escalate</value>
    public EnforcementAction Unconfirmed { get; init; } = EnforcementAction.Escalate;

    /// <summary>What becomes of a text in a language that nobody knows, where no costlier detector looks at it.</summary>
    /// <value>Escalate</value>
    public EnforcementAction UnknownLanguage { get; init; } = EnforcementAction.Escalate;

    /// <summary>Shorter texts may be of any language without being suspicious, in letters.</summary>
    /// <value>20</value>
    public int UnknownLanguageLetters { get; init; } = 20;

    /// <summary>
    /// Shorter texts are in a language that nobody knows only where that is to be reckoned with (<see cref="Languages.LanguageGuess.MayBeForeign"/>), in letters; longer ones also where several known
    /// languages seem about equally likely, as they do in short texts with a name or two.
    /// </summary>
    /// <value>60</value>
    public int DoubtfulLanguageLetters { get; init; } = 60;

    /// <summary>What becomes of a text that hides more readings than are looked at.</summary>
    /// <value>Escalate</value>
    public EnforcementAction TooManyReadings { get; init; } = EnforcementAction.Escalate;

    /// <summary>
    /// The detectors that are asked about everything, not only about what a cheaper one suspects. Cheap ones always are, and models that look at images: nothing cheaper sees what they see.
    /// </summary>
    public IReadOnlyList<string> Always { get; init; } = [];

    /// <summary>Whether a detector is asked about everything.</summary>
    internal bool AsksAlways(IDetector detector) =>
        detector.Cost == DetectorCost.Cheap
        || detector is { Reads: DetectorReading.Image, Cost: DetectorCost.Model }
        || Always.Contains(detector.Name, StringComparer.Ordinal);

    /// <summary>How long a detector may take, in seconds; one that takes longer has failed.</summary>
    /// <value>10</value>
    public double DetectorSeconds { get; init; } = 10;

    /// <summary>The longest text that is checked, in UTF-16 units; longer ones are refused.</summary>
    /// <value>1000000</value>
    public int LongestText { get; init; } = 1_000_000;

    /// <summary>How a text that comes in pieces is held back.</summary>
    public HoldBackOptions HoldBack { get; init; } = new();

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        (EnforcementAction Action, string Name)[] actions =
        [
            (Unconfirmed, nameof(Unconfirmed)),
            (UnknownLanguage, nameof(UnknownLanguage)),
            (TooManyReadings, nameof(TooManyReadings)),
        ];
        foreach (var (action, name) in actions)
        {
            if (action is EnforcementAction.ByTier or EnforcementAction.Transform)
            {
                yield return new OptionProblem(name, action, "record, escalate, refuse or block");
            }
        }

        if (DoubtfulLanguageLetters < 1)
        {
            yield return new OptionProblem(nameof(DoubtfulLanguageLetters), DoubtfulLanguageLetters, "at least 1");
        }

        if (UnknownLanguageLetters < 1)
        {
            yield return new OptionProblem(nameof(UnknownLanguageLetters), UnknownLanguageLetters, "at least 1");
        }

        if (DetectorSeconds is not (> 0 and <= 3600))
        {
            yield return new OptionProblem(nameof(DetectorSeconds), DetectorSeconds, "above 0 and at most 3600");
        }

        if (LongestText is < 1 or > 100_000_000)
        {
            yield return new OptionProblem(nameof(LongestText), LongestText, "between 1 and 100,000,000");
        }
    }
}

/// <summary>
/// How a text that comes in pieces is held back. It is checked in windows of <see cref="Window"/> units that begin every <see cref="Stride"/> units, so every passage of at most
/// Window − Stride + 1 units stands whole in one of them, and no unit leaves before all windows that hold it have passed.
/// </summary>
public sealed record HoldBackOptions : IValidatedOptions
{
    /// <summary>How long a window is, in UTF-16 units: what is held back at most.</summary>
    /// <value>512</value>
    public int Window { get; init; } = 512;

    /// <summary>How far apart windows begin. Each unit is checked Window / Stride times.</summary>
    /// <value>128</value>
    public int Stride { get; init; } = 128;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        if (Window is < 1 or > 1_000_000)
        {
            yield return new OptionProblem(nameof(Window), Window, "between 1 and 1,000,000");
        }

        if (Stride < 1 || Stride > Window)
        {
            yield return new OptionProblem(nameof(Stride), Stride, $"between 1 and the window's {Window}");
        }
    }
}
