using Plumbline.Evaluation.Principles.Features;

namespace Plumbline.Evaluation.Principles.Words;

/// <summary>
/// Which words and pairs of neighbouring words stand more in chosen than in rejected answers: the log-odds with an informative Dirichlet prior of Monroe, Colaresi and Quinn 2008
/// ("Fightin' Words", Political Analysis 16(4), equations 15, 16, 19 and 22).
/// </summary>
/// <remarks>
/// y is how often a side says the word, n how often it says any, α = α₀·(y of both)/(n of both), α₀ = 1000. δ = ln((y₁ + α)/(n₁ + α₀ − y₁ − α)) − ln((y₂ + α)/(n₂ + α₀ − y₂ − α)),
/// z = δ/√(1/(y₁ + α) + 1/(y₂ + α)). As the odds are against all that a side says, the longer side does not have more of everything. An answer that stands in several pairs of one
/// conversation on the same side counts once.
/// </remarks>
internal sealed class WordContrast
{
    private const double PriorSize = 1000;

    private readonly Dictionary<string, (int Chosen, int Rejected, int ChosenAnswers, int RejectedAnswers)> counts = new(
        StringComparer.Ordinal
    );
    private readonly HashSet<(int Group, bool IsChosen, string Text)> seen = [];

    /// <summary>Counts a pair.</summary>
    /// <param name="group">Its prompt.</param>
    /// <param name="chosen">The chosen answer.</param>
    /// <param name="rejected">The rejected answer.</param>
    public void Add(int group, AnswerText chosen, AnswerText rejected)
    {
        Add(group, isChosen: true, chosen);
        Add(group, isChosen: false, rejected);
    }

    /// <summary>What stands out.</summary>
    /// <param name="most">Words a side at most.</param>
    /// <param name="leastZ">|z| has to be above it.</param>
    /// <param name="leastAnswers">Words in fewer answers than that are not looked at.</param>
    public WordFindings Find(int most, double leastZ, int leastAnswers)
    {
        double chosenTotal = counts.Values.Sum(count => (long)count.Chosen),
            rejectedTotal = counts.Values.Sum(count => (long)count.Rejected);
        var words = counts
            .Where(entry => entry.Value.ChosenAnswers + entry.Value.RejectedAnswers >= leastAnswers)
            .Select(entry =>
                Contrast(entry.Key, entry.Value.Chosen, entry.Value.Rejected, chosenTotal, rejectedTotal) with
                {
                    ChosenAnswers = entry.Value.ChosenAnswers,
                    RejectedAnswers = entry.Value.RejectedAnswers,
                }
            )
            .ToArray();
        WordFinding[] Side(int sign) =>
            [
                .. words
                    .Where(word => sign * word.Z > leastZ)
                    .OrderByDescending(word => sign * word.Z)
                    .ThenBy(word => word.Word, StringComparer.Ordinal)
                    .Take(most),
            ];
        return new WordFindings(Side(1), Side(-1), words.Length, leastZ);
    }

    /// <summary>δ and z of one word.</summary>
    internal static WordFinding Contrast(string word, int chosen, int rejected, double chosenTotal, double rejectedTotal)
    {
        var prior = PriorSize * (chosen + rejected) / (chosenTotal + rejectedTotal);
        var (first, second) = (chosen + prior, rejected + prior);
        var logOdds = Math.Log(first / (chosenTotal + PriorSize - first)) - Math.Log(second / (rejectedTotal + PriorSize - second));
        return new WordFinding(word, chosen, rejected, logOdds, logOdds / Math.Sqrt((1 / first) + (1 / second)));
    }

    private void Add(int group, bool isChosen, AnswerText answer)
    {
        if (!seen.Add((group, isChosen, answer.Text)))
        {
            return;
        }

        var words = answer.Words;
        var terms = words.Concat(words.Zip(words.Skip(1), (before, word) => $"{before} {word}"));
        foreach (var (term, count) in terms.CountBy(term => term, StringComparer.Ordinal))
        {
            var (chosen, rejected, chosenAnswers, rejectedAnswers) = counts.GetValueOrDefault(term);
            counts[term] = isChosen
                ? (chosen + count, rejected, chosenAnswers + 1, rejectedAnswers)
                : (chosen, rejected + count, chosenAnswers, rejectedAnswers + 1);
        }
    }
}

/// <summary>A word, or two neighbouring ones, that one side has more of.</summary>
/// <param name="Word">In lower case.</param>
/// <param name="Chosen">How often chosen answers say it.</param>
/// <param name="Rejected">How often rejected answers do.</param>
/// <param name="LogOdds">δ; above 0 where chosen answers have more.</param>
/// <param name="Z">δ over its standard error.</param>
public sealed record WordFinding(string Word, int Chosen, int Rejected, double LogOdds, double Z)
{
    /// <summary>How many chosen answers say it.</summary>
    public int ChosenAnswers { get; init; }

    /// <summary>How many rejected answers do.</summary>
    public int RejectedAnswers { get; init; }
}

/// <summary>The words that stand out.</summary>
/// <param name="Chosen">More in chosen answers, the clearest first.</param>
/// <param name="Rejected">More in rejected answers, the clearest first.</param>
/// <param name="LookedAt">How many words and pairs of words were looked at.</param>
/// <param name="LeastZ">What |z| had to be above.</param>
public sealed record WordFindings(IReadOnlyList<WordFinding> Chosen, IReadOnlyList<WordFinding> Rejected, int LookedAt, double LeastZ);
