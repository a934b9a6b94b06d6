using Plumbline.Data;
using Plumbline.Training.Rewards;
using Plumbline.Training.Supervised;

namespace Plumbline.Cli.Pipelines.Reward;

/// <summary>Rows of a data file as ranked lists.</summary>
internal static class RewardRows
{
    /// <summary>Pairs become lists of two, rankings stay as they are, ties included.</summary>
    /// <exception cref="InvalidInputException">The file's rows compare nothing, or none is usable.</exception>
    internal static List<RankedExample> Read(DatasetReader reader, string path)
    {
        var rows = new List<RankedExample>();
        foreach (var example in reader.Read())
        {
            rows.Add(
                example switch
                {
                    PreferenceExample pair => new RankedExample(pair.Id, pair.Prompt, [pair.Chosen, pair.Rejected], [1, 2]),
                    RankedExample ranked => ranked,
                    _ => throw new InvalidInputException(
                        $"A reward model learns from comparisons, and the rows are of the shape {reader.Shape}.",
                        reader.Shape == DatasetShape.StepwiseSupervision
                            ? "Set reward.loss_type to process to learn from judged steps."
                            : "Give pairs (chosen, rejected) or rankings of answers.",
                        new InputPosition(path)
                    ),
                }
            );
        }

        return rows;
    }

    /// <summary>The lists of which every answer fits, with their tokens.</summary>
    internal static List<(RankedExample Row, TokenizedRanking Tokens)> Fitting(IEnumerable<RankedExample> rows, ExampleEncoder encoder) =>
        [
            .. rows.Select(row => (Row: row, Tokens: encoder.ForRankings([row]).SingleOrDefault()))
                .Where(pair => pair.Tokens?.Answers.Count == pair.Row.Answers.Count)
                .Select(pair => (pair.Row, pair.Tokens!)),
        ];

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

/// <summary>Two answers to one prompt.</summary>
/// <param name="Better">Index of the one that people ranked above the other.</param>
/// <param name="Worse">Index of the other.</param>
/// <param name="BetterAnswer">Its words.</param>
/// <param name="WorseAnswer">The other's words.</param>
internal sealed record ComparedPair(int Better, int Worse, Content BetterAnswer, Content WorseAnswer);
