using System.Diagnostics;
using System.Text;
using Plumbline.Constitutions;
using Plumbline.Findings;
using Plumbline.Moderation;
using Plumbline.Moderation.Canonicalization;
using Plumbline.Moderation.Guarding;
using Plumbline.Moderation.Languages;
using Plumbline.Moderation.PersonalData;
using Plumbline.Moderation.TextModels;

namespace Plumbline.Benchmarks;

/// <summary>What the guard costs a request: the latency of its cheap detectors on texts of about 1 kB, how fast each part reads, and what it allocates. The texts are the innocent ones of the text model's phrases.</summary>
internal static class GuardBenchmark
{
    private const int TextLength = 1000;
    private const int Texts = 400;
    private static readonly TimeSpan WarmUpTime = TimeSpan.FromSeconds(3);

    internal static BenchmarkReport Run(int runs)
    {
        var texts = Prose();
        var canonicalizer = new Canonicalizer(new CanonicalizerOptions());
        var scanner = new PersonalDataScanner();
        var model = TextModel.Default;
        var matches = new List<PersonalDataMatch>();
        var scores = new float[model.Labels.Count];
        var windows = new TextSpan[model.Labels.Count];
        var guard = new Guard(
            new GuardParts
            {
                Constitution = ConstitutionFile.Read("general"),
                Detectors = [new TextModelDetector(model), new PersonalDataDetector(scanner)],
            }
        );
        return new BenchmarkReport(
            "guard",
            "MB of UTF-8 per second and thread",
            [
                Measure("cheap cascade, 1 kB", texts, runs, text => Check(guard, text)),
                Measure("canonical form and readings", texts, runs, text => canonicalizer.Read(text)),
                Measure("language", texts, runs, text => LanguageIdentifier.Default.Identify(text)),
                Measure("text model", texts, runs, text => model.Score(text, scores, windows)),
                Measure(
                    "personal data",
                    texts,
                    runs,
                    text =>
                    {
                        matches.Clear();
                        scanner.Scan(text, matches);
                    }
                ),
            ]
        );
    }

    // Nothing in it waits for anything, so it is done when it returns.
    private static void Check(Guard guard, string text)
    {
        var pending = guard.CheckAsync(new GuardRequest { Part = GuardedPart.Prompt, Text = text }, CancellationToken.None);
        if (!pending.IsCompletedSuccessfully)
        {
            throw new InvalidOperationException("A cheap detector did not complete at once.");
        }
    }

    private static BenchmarkCase Measure(string name, List<string> texts, int runs, Action<string> read)
    {
        var begun = Stopwatch.GetTimestamp();
        for (var i = 0; Stopwatch.GetElapsedTime(begun) < WarmUpTime; i++)
        {
            read(texts[i % texts.Count]);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var text in texts)
        {
            read(text);
        }

        var allocated = (double)(GC.GetAllocatedBytesForCurrentThread() - before) / texts.Count;
        var times = new List<double>();
        var rates = new List<double>();
        var bytes = texts.Sum(text => (long)Encoding.UTF8.GetByteCount(text));
        for (var run = 0; run < runs; run++)
        {
            var all = Stopwatch.GetTimestamp();
            foreach (var text in texts)
            {
                var start = Stopwatch.GetTimestamp();
                read(text);
                times.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
            }

            rates.Add(bytes / Stopwatch.GetElapsedTime(all).TotalSeconds / 1e6);
        }

        times.Sort();
        return new BenchmarkCase(
            name,
            Interleaved.Median(rates),
            Theirs: null,
            Ratio: null,
            LimitShare: null,
            runs,
            new Dictionary<string, double>
            {
                ["p50_microseconds"] = times[times.Count / 2],
                ["p99_microseconds"] = times[(int)(times.Count * 0.99)],
                ["allocated_bytes_per_text"] = allocated,
            }
        );
    }

    // Whole lines until a text is long enough.
    private static List<string> Prose()
    {
        var folder = Path.Combine(Repository(), "recipes", "guard-text", "phrases");
        var lines = File.ReadLines(Path.Combine(folder, "en.requests.txt"))
            .Where(line => line.Length > 0 && line[0] is not ('#' or '['))
            .ToList();
        var texts = new List<string>();
        var text = new StringBuilder();
        for (var i = 0; texts.Count < Texts; i++)
        {
            text.Append(lines[i % lines.Count]).Append('\n');
            if (text.Length >= TextLength)
            {
                texts.Add(text.ToString());
                text.Clear();
            }
        }

        return texts;
    }

    private static string Repository()
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(at!.FullName, "Plumbline.slnx")))
        {
            at = at.Parent;
        }

        return at.FullName;
    }
}
