using Plumbline.Data;

namespace Plumbline.Feedback.Exchange;

/// <summary>Makes pairs of a judged task.</summary>
/// <param name="options">Which pairs, and what they say.</param>
internal sealed class PairExamples(ExportOptions options)
{
    /// <summary>The pairs of answers that stand at different places by their mean rank (or a reviewer's), the best ones first.</summary>
    public IEnumerable<PreferenceExample> Of(FeedbackRequest request, IReadOnlyList<int> places)
    {
        var order = MeanRank.Order(places);
        var (prompt, answers) = (request.Comparison.Prompt, request.Contents());
        var isAll = options.Pairs == RankingPairs.All;
        for (var better = 0; better < (isAll ? order.Count - 1 : 1); better++)
        {
            for (var worse = isAll ? better + 1 : order.Count - 1; worse > better && worse < order.Count; worse++)
            {
                var (chosen, rejected) = (order[better], order[worse]);
                if (places[chosen] == places[rejected])
                {
                    continue;
                }

                var pair = new PreferenceExample(string.Empty, prompt, answers[chosen], answers[rejected])
                {
                    Margin = options.Criterion is null ? Margin(request, chosen, rejected) : null,
                    Confidence = Confidence(request, chosen, rejected),
                    Harm = Harm(request, chosen, rejected),
                };
                yield return pair with
                {
                    Id = ExampleId.Of(pair),
                };
            }
        }
    }

    /// <summary>
    /// (w + t/2 + s) / (n + 2s) of n rankings, w of which prefer the chosen answer and t of which tie the two, with s of <see cref="ExportOptions.Smoothing"/>; one half where that is less, as the mean rank decides
    /// which answer is chosen, and may differ from the majority on one pair. Null where a reviewer settled the order: it holds.
    /// </summary>
    private double? Confidence(FeedbackRequest request, int chosen, int rejected)
    {
        if (options.Criterion is null && request.Adjudication is not null)
        {
            return null;
        }

        var (count, prefer) = (0, 0.0);
        foreach (var ranks in request.Rankings.Select(stored => stored.Ranking.RanksBy(options.Criterion)).OfType<IReadOnlyList<int>>())
        {
            count++;
            prefer +=
                ranks[chosen] < ranks[rejected] ? 1
                : ranks[chosen] == ranks[rejected] ? 0.5
                : 0;
        }

        return Math.Max(0.5, (prefer + options.Smoothing) / (count + (2 * options.Smoothing)));
    }

    /// <summary>The mean of the margins that raters gave, negative where they prefer the other answer and 0 where they tie the two; 0 where that is less; null where nobody gave one.</summary>
    private static double? Margin(FeedbackRequest request, int chosen, int rejected)
    {
        double[] margins =
        [
            .. request
                .Rankings.Select(stored => stored.Ranking)
                .Where(ranking => ranking is { Margin: not null, Ranks: not null })
                .Select(ranking => (double)ranking.Margin!.Value * ranking.Ranks![rejected].CompareTo(ranking.Ranks[chosen])),
        ];
        return margins.Length == 0 ? null : Math.Max(0, margins.Average());
    }

    /// <summary>Harmful is what more than half of those flagged who judged single answers; the worse one is flagged by more of them. Null where nobody judged, or no flag counts as harm.</summary>
    private PairHarm? Harm(FeedbackRequest request, int chosen, int rejected)
    {
        var judged = request.Rankings.Where(stored => stored.Ranking.Answers.Count > 0).Select(stored => stored.Ranking.Answers).ToList();
        if (options.HarmFlags.Count == 0 || judged.Count == 0)
        {
            return null;
        }

        var (ofChosen, ofRejected) = (Flagged(chosen), Flagged(rejected));
        return new PairHarm(ofChosen * 2 > judged.Count, ofRejected * 2 > judged.Count, ofChosen > ofRejected);

        int Flagged(int answer) =>
            judged.Count(answers => answers[answer].Flags.Any(flag => options.HarmFlags.Contains(flag, StringComparer.Ordinal)));
    }
}
