using Plumbline.Evaluation.Principles.Words;
using Plumbline.Evaluation.Reports;

namespace Plumbline.Cli.Commands.Constitutions.Mining;

/// <summary>The words that tell chosen from rejected answers, in a report.</summary>
internal static class MiningWords
{
    internal static ReportSection Section(WordFindings words) =>
        new(
            "Words",
            [
                new ParagraphBlock(
                    $"{words.LookedAt} words and pairs of neighbouring words were looked at. z is the log-odds over its standard error, with an informative Dirichlet prior (Monroe, Colaresi and Quinn 2008); only |z| above {words.LeastZ} is shown. No correction for the number of words: read what recurs, not single rows."
                ),
                Table("More in chosen answers.", words.Chosen),
                Table("More in rejected answers.", words.Rejected),
            ]
        );

    private static TableBlock Table(string caption, IReadOnlyList<WordFinding> words) =>
        new(
            words.Count == 0 ? $"{caption} None is clear." : caption,
            [
                new("word"),
                new("z", true),
                new("log-odds", true),
                new("times in chosen", true),
                new("times in rejected", true),
                new("chosen answers", true),
                new("rejected answers", true),
            ],
            [
                .. words.Select(word =>
                    new[]
                    {
                        word.Word,
                        $"{word.Z:F1}",
                        $"{word.LogOdds:F2}",
                        $"{word.Chosen}",
                        $"{word.Rejected}",
                        $"{word.ChosenAnswers}",
                        $"{word.RejectedAnswers}",
                    }
                ),
            ]
        );
}
