using Plumbline.Models.Language;
using Plumbline.Randomness;
using Plumbline.Training.Health;
using Plumbline.Training.Loop;
using Plumbline.Training.Preferences;
using Plumbline.Training.Supervised;

namespace Plumbline.Training.Tests;

internal static class TinyModels
{
    internal static readonly DecoderConfig Config = new()
    {
        ModelType = "llama",
        VocabularySize = 48,
        HiddenSize = 32,
        IntermediateSize = 64,
        LayerCount = 2,
        HeadCount = 2,
        KeyValueHeadCount = 1,
        HeadSize = 16,
        MaxPositions = 256,
        InitializerRange = 0.1,
    };

    internal static int[] Ids(RandomSource random, int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextInt(48))];

    /// <summary>Random sequences of 2 to 40 tokens; the first part of each is context, the rest targets.</summary>
    internal static List<TokenizedExample> Examples(int count, ulong seed = 1)
    {
        var random = new Seed(seed).Source();
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(_ =>
                {
                    var ids = Ids(random, 2 + random.NextInt(39));
                    var start = 1 + random.NextInt(ids.Length - 1);
                    return new TokenizedExample(ids, [.. ids.Select((_, i) => i >= start)]);
                }),
        ];
    }

    internal static PreferenceOptions Dpo(double beta) => new() { Loss = new PreferenceLossOptions { Beta = beta } };

    /// <summary>Pairs of answers of 1 to 12 tokens after a prompt of 2 to 30.</summary>
    internal static List<TokenizedPair> PromptedPairs(int count, ulong seed = 1)
    {
        var random = new Seed(seed).Source();
        TokenizedExample After(int[] prompt)
        {
            var answer = Ids(random, 1 + random.NextInt(12));
            return new TokenizedExample([.. prompt, .. answer], [.. prompt.Select(_ => false), .. answer.Select(_ => true)]);
        }

        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(_ =>
                {
                    var prompt = Ids(random, 2 + random.NextInt(29));
                    return new TokenizedPair(After(prompt), After(prompt));
                }),
        ];
    }

    /// <summary>The same with gold answers: the chosen answer and the rejected one behind it.</summary>
    internal static List<TokenizedPair> Triples(int count, ulong seed = 1) =>
        PromptedPairs(count, seed)
            .ConvertAll(pair =>
            {
                var added = pair.Rejected.Ids.AsSpan(Array.IndexOf(pair.Rejected.IsTarget, true)).ToArray();
                return pair with
                {
                    Gold = new TokenizedExample([.. pair.Chosen.Ids, .. added], [.. pair.Chosen.IsTarget, .. added.Select(_ => true)]),
                };
            });

    internal static List<TokenizedPair> Pairs(int count, ulong seed = 1) =>
        [.. Examples(count, seed).Zip(Examples(count, seed + 1), (chosen, rejected) => new TokenizedPair(chosen, rejected))];
}

/// <summary>Keeps metrics in memory and checkpoints in a folder.</summary>
internal sealed class MemoryJournal(string? folder = null) : ITrainingJournal
{
    internal List<(long Step, IReadOnlyDictionary<string, double> Values)> Rows { get; } = [];

    internal List<(HealthAlarm Alarm, AlarmAction Action, long? WeightsFrom)> Alarms { get; } = [];

    internal Action<TrainingProgress> OnProgress { get; init; } = _ => { };

    public void Metrics(long step, IReadOnlyDictionary<string, double> values) => Rows.Add((step, values));

    public void Progress(TrainingProgress progress) => OnProgress(progress);

    public void Alarm(HealthAlarm alarm, AlarmAction action, long? weightsFrom) => Alarms.Add((alarm, action, weightsFrom));

    public void SaveCheckpoint(long step, Action<string> write, long keepFrom)
    {
        if (folder is not null)
        {
            var path = Path.Combine(folder, $"step-{step:D6}");
            Directory.CreateDirectory(path);
            write(path);
        }
    }

    public (long Step, string Folder)? LatestCheckpoint() =>
        folder is not null && Directory.GetDirectories(folder).Order(StringComparer.Ordinal).LastOrDefault() is { } path
            ? (long.Parse(Path.GetFileName(path)[5..]), path)
            : null;

    public string? CheckpointAt(long step) =>
        folder is not null && Path.Combine(folder, $"step-{step:D6}") is var path && Directory.Exists(path) ? path : null;
}
