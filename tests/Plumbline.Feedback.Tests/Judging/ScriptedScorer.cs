using Plumbline.Scoring;

namespace Plumbline.Feedback.Tests.Judging;

/// <summary>A model that says how likely options are by a rule of the test, and counts how often it is asked.</summary>
/// <param name="rule">The log-probabilities for the text of the last message; null for none of the options.</param>
internal sealed class ScriptedScorer(Func<string, IReadOnlyList<double>?> rule) : IOptionScorer
{
    private int asked;

    public string Name => "scripted";

    public int Asked => asked;

    public Task<IReadOnlyList<double>?> ScoreOptionsAsync(OptionQuestion question, CancellationToken cancellation = default)
    {
        Interlocked.Increment(ref asked);
        return Task.FromResult(rule(question.Messages[^1].Text));
    }
}
