using Plumbline.Cli.Pipelines;
using Plumbline.Evaluation.Principles;
using Plumbline.Evaluation.Principles.Words;
using Plumbline.Evaluation.Statistics;

namespace Plumbline.Cli.Commands.Constitutions.Mining;

/// <summary>What was mined, for a terminal.</summary>
internal static class MiningText
{
    private const int ShownWords = 10;

    internal static void Write(TextWriter output, MinedPreferences mined)
    {
        output.WriteLine($"{mined.Pairs} pairs in {mined.Prompts} conversations.");
        output.WriteLine("Held-out choices foretold, with 95 % Wilson intervals:");
        AccuracyBlocks.Write(output, Accuracies(mined));
        output.WriteLine();
        Write(output, "feature", mined.Features);
        output.WriteLine();
        if (mined.Clauses is { } clauses)
        {
            output.WriteLine(
                $"Clauses, alone; {clauses.Scored} of {mined.Pairs} pairs have scores. Below 0: the choices go against the clause."
            );
            Write(output, "clause", clauses.Model);
            output.WriteLine();
            output.WriteLine("What no clause wants, and choices follow all the same (nats a pair that the feature adds to all clauses):");
            WriteUnexplained(output, clauses);
            output.WriteLine();
        }

        output.WriteLine(
            $"Words: {mined.Words.LookedAt} looked at, those with |z| above {mined.Words.LeastZ}; how often chosen and rejected answers say it, z."
        );
        Write(output, "more in chosen answers", mined.Words.Chosen);
        Write(output, "more in rejected answers", mined.Words.Rejected);
        output.WriteLine();
        output.WriteLine(
            mined.Principles.Count == 0 ? "No principle is clear of chance." : "Principles that the choices look like, the strongest first:"
        );
        foreach (var finding in mined.Principles)
        {
            output.WriteLine($"  {finding.Principle(mined.Options.FalseDiscoveryRate)!.Text}");
        }
    }

    /// <summary>Whoever foretold choices: name for people, key for machines, rate.</summary>
    internal static IReadOnlyList<(string Name, string Key, WinRate Rate)> Accuracies(MinedPreferences mined)
    {
        List<(string Name, string Key, WinRate Rate)> rows = [("features", "features", mined.Features.Accuracy)];
        if (mined.Clauses is { } clauses)
        {
            rows.Add(("clauses", "clauses", clauses.Model.Accuracy));
            rows.Add(("clauses and features", "clauses_and_features", clauses.AccuracyWithFeatures));
        }

        rows.Add(("ruler: longer answer", "longer", mined.Longer));
        rows.Add(("ruler: shorter answer", "shorter", mined.Shorter));
        if (mined.Bigrams is { } bigrams)
        {
            rows.Add(("ruler: bag of bigrams", "bigrams", bigrams));
        }

        return rows;
    }

    private static void Write(TextWriter output, string what, PreferenceModel model)
    {
        output.WriteLine(
            $"{what, -30} {"chosen has more", 16} {"of pairs", 9} {"q", 8} {"coefficient", 12} {"95 % interval", 18} {"nats lost", 10}"
        );
        foreach (var finding in model.Findings.OrderByDescending(finding => Math.Abs(finding.Coefficient.Value)))
        {
            var (interval, coefficient) = (finding.Coefficient.Interval!.Value, finding.Coefficient.Value);
            output.WriteLine(
                $"{finding.Name, -30} {finding.Share.More.Value, 16:P1} {finding.Share.More.Trials, 9} {finding.Q, 8:G2} {coefficient, 12:F3} {$"{interval.Low:F3} to {interval.High:F3}", 18} {finding.Gain.Value, 10:F5}"
            );
        }

        if (model.NeverDiffering.Count > 0)
        {
            output.WriteLine($"Alike in all pairs: {string.Join(", ", model.NeverDiffering)}.");
        }
    }

    private static void WriteUnexplained(TextWriter output, ClauseComparison clauses)
    {
        var unexplained = clauses.Added.Where(feature => feature.IsUnexplained).ToArray();
        foreach (var feature in unexplained)
        {
            var interval = feature.Gain.Interval!.Value;
            output.WriteLine(
                $"  {(feature.Coefficient > 0 ? "more" : "less")}: {feature.Name, -30} {feature.Gain.Value, 10:F5}   {interval.Low:F5} to {interval.High:F5}"
            );
        }

        if (unexplained.Length == 0)
        {
            output.WriteLine("  nothing that is clear of chance");
        }
    }

    private static void Write(TextWriter output, string title, IReadOnlyList<WordFinding> words)
    {
        var shown = words.Take(ShownWords).Select(word => $"{word.Word} ({word.Chosen}, {word.Rejected}, {word.Z:F1})");
        output.WriteLine(
            $"  {title}: {(words.Count == 0 ? "none" : string.Join("; ", shown))}{(words.Count > ShownWords ? $"; {words.Count - ShownWords} more" : string.Empty)}"
        );
    }
}
