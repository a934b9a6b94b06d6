using Plumbline.Data;
using Plumbline.Training.Rewards;
using Plumbline.Training.Supervised;

namespace Plumbline.Cli.Pipelines.Reward;

/// <summary>Rows of a data file as ranked lists.</summary>
internal static class RewardRows
{
    /// <summary>Pairs become lists of two, rankings stay as they are, ties included.</summary>
    /// <param name="data">The rows.</param>
    /// <param name="softLabels">Whether pairs keep their confidence.</param>
    /// <param name="byHarm">Whether the more harmful answer of a pair comes first, whichever is preferred: what a cost model learns.</param>
    /// <exception cref="InvalidInputException">A file's rows compare nothing, nobody said what does harm, or none is usable.</exception>
    internal static List<RewardRow> Read(DataFiles data, bool softLabels, bool byHarm) =>
        [.. data.Each.SelectMany(file => Read(file.Reader, file.Path, softLabels, byHarm))];

    /// <summary>The same of one file.</summary>
    /// <param name="reader">The file.</param>
    /// <param name="path">Where it is, for messages.</param>
    /// <param name="softLabels">Whether pairs keep their confidence.</param>
    /// <param name="byHarm">Whether the more harmful answer of a pair comes first.</param>
    internal static IEnumerable<RewardRow> Read(DatasetReader reader, string path, bool softLabels, bool byHarm) =>
        reader.Read().Select(example => Row(example, softLabels, byHarm, reader.Shape, path));

    private static RewardRow Row(Example example, bool softLabels, bool byHarm, DatasetShape shape, string path) =>
        example switch
        {
            PreferenceExample pair when byHarm => ByHarm(pair, path),
            RankedExample when byHarm => throw new InvalidInputException(
                "A cost model learns which of two answers does more harm, and whether each does any; rankings do not say so.",
                "Give pairs with chosen_harmful and rejected_harmful, or PKU-SafeRLHF's columns.",
                new InputPosition(path)
            ),
            PreferenceExample pair => new RewardRow(
                new RankedExample(pair.Id, pair.Prompt, [pair.Chosen, pair.Rejected], [1, 2]),
                pair.Chosen
            )
            {
                Margin = pair.Margin,
                Confidence = softLabels ? pair.Confidence : null,
            },
            RankedExample ranked => new RewardRow(ranked, ranked.Answers[0]),
            _ => throw new InvalidInputException(
                $"A reward model learns from comparisons, and the rows are of the shape {shape}.",
                shape == DatasetShape.StepwiseSupervision
                    ? "Set reward.loss_type to process to learn from judged steps."
                    : "Give pairs (chosen, rejected) or rankings of answers.",
                new InputPosition(path)
            ),
        };

    /// <summary>The lists of which every answer fits, with their tokens.</summary>
    internal static List<(RewardRow Row, TokenizedRanking Tokens)> Fitting(IEnumerable<RewardRow> rows, ExampleEncoder encoder) =>
        [
            .. rows.Select(row => (Row: row, Tokens: encoder.ForRankings([row.List]).SingleOrDefault()))
                .Where(pair => pair.Tokens?.Answers.Count == pair.Row.List.Answers.Count)
                .Select(pair =>
                    (pair.Row, pair.Tokens! with { Margin = pair.Row.Margin, Confidence = pair.Row.Confidence, Harmful = pair.Row.Harmful })
                ),
        ];

    private static RewardRow ByHarm(PreferenceExample pair, string path)
    {
        if (pair.Harm is not { } harm)
        {
            throw new InvalidInputException(
                $"A cost model learns whether each answer does harm, and nothing says so of the pair {pair.Id}.",
                "Give every row chosen_harmful and rejected_harmful, or PKU-SafeRLHF's columns; or use bradley_terry.",
                new InputPosition(path)
            );
        }

        return harm.ChosenIsWorse
            ? new RewardRow(new RankedExample(pair.Id, pair.Prompt, [pair.Chosen, pair.Rejected], [1, 2]), pair.Chosen)
            {
                Harmful = [harm.Chosen, harm.Rejected],
            }
            : new RewardRow(new RankedExample(pair.Id, pair.Prompt, [pair.Rejected, pair.Chosen], [1, 2]), pair.Chosen)
            {
                Harmful = [harm.Rejected, harm.Chosen],
            };
    }

    /// <summary>The compared answers of lists, better ones first, with their indices over all answers of all lists.</summary>
    internal static List<ComparedPair> Compared(IEnumerable<RankedExample> rows)
    {
        var pairs = new List<ComparedPair>();
        var start = 0;
        foreach (var row in rows)
        {
            foreach (var (better, worse) in RankedPairs.Of(row.Ranks))
            {
                pairs.Add(new ComparedPair(start + better, start + worse, row.Answers[better], row.Answers[worse]));
            }

            start += row.Answers.Count;
        }

        return pairs;
    }
}

/// <summary>A row as a reward or cost model reads it.</summary>
/// <param name="List">Answers, the one that should score highest first.</param>
/// <param name="Preferred">The answer that people prefer, which fine-tuning learns: of costs it is not the first.</param>
internal sealed record RewardRow(RankedExample List, Content Preferred)
{
    /// <summary>By how much the first of two leads; null where nobody said.</summary>
    internal double? Margin { get; init; }

    /// <summary>How likely it is that the first of two really is the better one; null where nobody said, and where costs are learnt, of which it says nothing.</summary>
    internal double? Confidence { get; init; }

    /// <summary>Whether each answer does harm; null unless costs are learnt.</summary>
    internal IReadOnlyList<bool>? Harmful { get; init; }
}

/// <summary>Two answers to one prompt.</summary>
/// <param name="Better">Index of the one that people ranked above the other.</param>
/// <param name="Worse">Index of the other.</param>
/// <param name="BetterAnswer">Its words.</param>
/// <param name="WorseAnswer">The other's words.</param>
internal sealed record ComparedPair(int Better, int Worse, Content BetterAnswer, Content WorseAnswer);
