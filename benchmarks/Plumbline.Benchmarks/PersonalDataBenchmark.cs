using System.Diagnostics;
using System.Text;
using Plumbline.Moderation.PersonalData;
using Plumbline.Randomness;

namespace Plumbline.Benchmarks;

/// <summary>How fast personal data is looked for on one thread, and what a call allocates: in prose of several scripts, in text dense with it, in hostile text.</summary>
internal static class PersonalDataBenchmark
{
    private const int TextLength = 1 << 20;
    private const int WarmUps = 300;
    private const int WarmUpLength = 2000;
    private static readonly TimeSpan WarmUpTime = TimeSpan.FromSeconds(2);

    private static readonly string[] English =
        "the of and to in is that it was for on are as with his they be at one have this from or had by hot but some what there we can out other were all your when up use word how said an each she".Split(
            ' '
        );

    private static readonly string[] Russian =
        "и в не на я быть он с что а по это она этот к но они мы весь который из у то за свой весь год от так о для ты же все тот мочь вы человек такой его только или еще бы себя один как уже до время".Split(
            ' '
        );

    private static readonly string[] Chinese =
        "我们 今天 一起 学习 中文 可以 时候 没有 什么 因为 所以 如果 他们 自己 这个 问题 工作 生活 朋友 城市".Split(' ');

    internal static BenchmarkReport Run(int runs)
    {
        var seed = new Seed(1);
        var scanner = new PersonalDataScanner();
        var cases = new List<BenchmarkCase>
        {
            Measure("English prose", scanner, Prose(English, " ", seed), runs),
            Measure("Russian prose", scanner, Prose(Russian, " ", seed), runs),
            Measure("Chinese prose", scanner, Prose(Chinese, string.Empty, seed), runs),
            Measure("dense personal data", scanner, Dense(seed), runs),
            Measure("only digits", scanner, new string('7', TextLength), runs),
            Measure("digits in groups", scanner, Repeated("4111 "), runs),
            Measure("only @", scanner, new string('@', TextLength), runs),
            Measure("only dots", scanner, new string('.', TextLength), runs),
            Measure("names at names", scanner, Repeated("a.b@c.d"), runs),
        };
        return new BenchmarkReport("pii", "MB of UTF-8 per second and thread", cases);
    }

    private static BenchmarkCase Measure(string name, PersonalDataScanner scanner, string text, int runs)
    {
        // Small pieces first, and for a while: the code is compiled for good in the background before it is timed.
        var matches = new List<PersonalDataMatch>();
        var begun = Stopwatch.GetTimestamp();
        for (var round = 0; round < WarmUps || Stopwatch.GetElapsedTime(begun) < WarmUpTime; round++)
        {
            matches.Clear();
            scanner.Scan(text.AsSpan(0, WarmUpLength), matches);
        }

        matches.Clear();
        scanner.Scan(text, matches);
        var found = matches.Count;
        var before = GC.GetAllocatedBytesForCurrentThread();
        matches.Clear();
        scanner.Scan(text, matches);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        var times = new List<double>();
        for (var run = 0; run < runs; run++)
        {
            matches.Clear();
            var start = Stopwatch.GetTimestamp();
            scanner.Scan(text, matches);
            times.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        var seconds = Interleaved.Median(times);
        var bytes = Encoding.UTF8.GetByteCount(text);
        return new BenchmarkCase(
            name,
            bytes / seconds / 1e6,
            Theirs: null,
            Ratio: null,
            LimitShare: null,
            runs,
            new Dictionary<string, double>
            {
                ["million_characters_per_second"] = text.Length / seconds / 1e6,
                ["best_mb_per_second"] = bytes / times.Min() / 1e6,
                ["matches"] = found,
                ["allocated_bytes_per_call"] = allocated,
            }
        );
    }

    // Sentences with the numbers that prose has: years, amounts, times.
    private static string Prose(string[] words, string space, Seed seed)
    {
        var random = seed.Derive("prose").Source();
        var text = new StringBuilder();
        while (text.Length < TextLength)
        {
            for (var i = 8 + random.NextInt(12); i > 0; i--)
            {
                text.Append(random.Choose(words)).Append(space);
            }

            switch (random.NextInt(12))
            {
                case 0:
                    text.Append(1950 + random.NextInt(75)).Append(space);
                    break;
                case 1:
                    text.Append(random.NextInt(900)).Append(space);
                    break;
                case 2:
                    text.Append(random.NextInt(24)).Append(':').Append(10 + random.NextInt(50)).Append(space);
                    break;
            }

            text.Append(random.Choose(words)).Append(random.NextInt(5) == 0 ? ".\n" : ". ");
        }

        return text.ToString();
    }

    private static string Dense(Seed seed)
    {
        var random = seed.Derive("dense").Source();
        var text = new StringBuilder();
        while (text.Length < TextLength)
        {
            var number = random.NextInt(9000) + 1000;
            text.Append("Name, ")
                .Append(number)
                .Append("@example.com, +49 30 ")
                .Append(number)
                .Append(number)
                .Append(", IBAN DE89 3704 0044 0532 0130 00, card 4111 1111 1111 1111, SSN 219-09-")
                .Append(number)
                .Append(", 198.41.0.")
                .Append(number % 250)
                .Append('\n');
        }

        return text.ToString();
    }

    private static string Repeated(string part) => new StringBuilder().Insert(0, part, TextLength / part.Length).ToString();
}
