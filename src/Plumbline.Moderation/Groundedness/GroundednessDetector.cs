using Plumbline.Configuration;
using Plumbline.Findings;

namespace Plumbline.Moderation.Groundedness;

/// <summary>
/// Compares each sentence of an answer with the sources it must be founded on. It finds a sentence whose words no passage of the sources has, a number that stands nowhere in them, and a sentence that denies what
/// its passage says, or the other way round. It reads words and not meanings: a suspicion, never a proof of truth.
/// </summary>
/// <remarks>
/// The support of a sentence s by a passage q, a source's sentence with its neighbours, is Σ w(t) over the words t that s shares with q / Σ w(t) over the words of s, w(t) = log(1 + N/n(t)) for a word
/// in n of the N source sentences; words of no source weigh as the rarest.
/// </remarks>
/// <param name="options">When a sentence counts as unfounded.</param>
public sealed class GroundednessDetector(GroundednessOptions options) : IDetector
{
    private const double OtherNumber = 0.9;
    private const double OtherSense = 0.7;

    private static readonly IReadOnlyList<Finding> Nothing = [];
    private readonly GroundednessOptions options = OptionsValidation.ThrowIfInvalid(options);

    /// <inheritdoc/>
    public string Name => "groundedness";

    /// <inheritdoc/>
    public string Version => "1";

    /// <inheritdoc/>
    public DetectorCost Cost => DetectorCost.Cheap;

    /// <inheritdoc/>
    public DetectorReading Reads => DetectorReading.Text;

    /// <inheritdoc/>
    public IReadOnlyCollection<string> Hazards { get; } = [options.Hazard];

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Finding>> DetectAsync(DetectorInput input, CancellationToken cancellationToken)
    {
        if (input.Part != GuardedPart.Answer || input.Sources.Count == 0)
        {
            return ValueTask.FromResult(Nothing);
        }

        var sources = new SourceIndex(input.Sources);
        var findings = new List<Finding>();
        foreach (var sentence in SourceText.Sentences(input.Text))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Judged(sentence, sources) is { } finding)
            {
                findings.Add(finding);
            }
        }

        return ValueTask.FromResult<IReadOnlyList<Finding>>(findings);
    }

    private Finding? Judged(Sentence sentence, SourceIndex sources)
    {
        if (sentence.Numbers.Any(number => !sources.Numbers.Contains(number)))
        {
            return Found(sentence, "number", OtherNumber, "A number in it stands in no source.");
        }

        if (sentence.Words.Count < options.LeastWords)
        {
            return null;
        }

        var (support, isNegated) = sources.Support(sentence);
        if (support < options.LeastSupport)
        {
            // From a half, where it barely fails, to 1, where nothing supports it.
            return Found(sentence, "unsupported", 1 - (0.5 * support / options.LeastSupport), "No passage of the sources says it.");
        }

        return isNegated != sentence.IsNegated
            ? Found(sentence, "negation", OtherSense, "It denies what its source says, or the other way round.")
            : null;
    }

    private Finding Found(Sentence sentence, string kind, double score, string evidence) =>
        new()
        {
            Hazard = options.Hazard,
            Kind = kind,
            Score = score,
            Span = sentence.Span,
            Evidence = evidence,
        };
}
