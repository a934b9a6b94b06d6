using Plumbline.Data;

namespace Plumbline.Feedback.Exchange;

/// <summary>Makes labelled answers of a judged task.</summary>
/// <param name="options">What is good.</param>
internal sealed class LabelExamples(ExportOptions options)
{
    /// <summary>
    /// The answers that are good or bad, in the order of the task: where more than half of the raters call all bad, all are bad; else by the mean rating, or the best ones are good and the worst ones bad, and those
    /// between are left out. None where all are tied or nobody said anything of them.
    /// </summary>
    public IEnumerable<UnpairedPreferenceExample> Of(FeedbackRequest request, IReadOnlyList<int>? places)
    {
        var answers = request.Contents();
        var areBad = request.Rankings.Count(stored => stored.Ranking.AllBad) * 2 > request.Rankings.Count;
        for (var i = 0; i < answers.Count; i++)
        {
            var label =
                areBad ? false
                : options.Rating is { } rating ? Rated(request, i, rating)
                : places is null || places.Min() == places.Max() ? null
                : places[i] == places.Min() ? true
                : places[i] == places.Max() ? false
                : (bool?)null;
            if (label is { } known)
            {
                var example = new UnpairedPreferenceExample(string.Empty, request.Comparison.Prompt, answers[i], known);
                yield return example with
                {
                    Id = ExampleId.Of(example),
                };
            }
        }
    }

    private bool? Rated(FeedbackRequest request, int answer, string rating)
    {
        var sum = 0L;
        var count = 0;
        foreach (var (_, _, ranking) in request.Rankings)
        {
            if (ranking.Answers.Count > 0 && ranking.Answers[answer].Ratings.TryGetValue(rating, out var value))
            {
                sum += value;
                count++;
            }
        }

        return count == 0 ? null : (double)sum / count >= options.GoodFrom;
    }
}
