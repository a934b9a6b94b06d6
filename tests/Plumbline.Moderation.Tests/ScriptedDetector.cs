using Plumbline.Findings;

namespace Plumbline.Moderation.Tests;

/// <summary>A detector that says what a test tells it to.</summary>
internal sealed class ScriptedDetector(string name, DetectorCost cost, string[] hazards, Func<DetectorInput, IReadOnlyList<Finding>> find)
    : IDetector
{
    private int asked;

    public string Name => name;

    public string Version => "1";

    public DetectorCost Cost => cost;

    public DetectorReading Reads { get; init; } = DetectorReading.Views;

    public IReadOnlyCollection<string> Hazards => hazards;

    /// <summary>How often it was asked.</summary>
    public int Asked => asked;

    public ValueTask<IReadOnlyList<Finding>> DetectAsync(DetectorInput input, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref asked);
        return ValueTask.FromResult(find(input));
    }

    /// <summary>One that finds a hazard wherever a word stands.</summary>
    public static ScriptedDetector OfWord(string name, DetectorCost cost, string hazard, string word, double score, bool exact = false) =>
        new(
            name,
            cost,
            [hazard],
            input =>
                input.Text.IndexOf(word, StringComparison.Ordinal) is >= 0 and var at
                    ?
                    [
                        new Finding
                        {
                            Hazard = hazard,
                            Kind = word,
                            Score = score,
                            IsExact = exact,
                            Span = new TextSpan(at, word.Length),
                        },
                    ]
                    : []
        )
        {
            Reads = exact ? DetectorReading.Text : DetectorReading.Views,
        };
}
