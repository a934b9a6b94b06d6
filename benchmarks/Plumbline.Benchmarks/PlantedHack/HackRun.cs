using Plumbline.Models.Generation;
using Plumbline.Models.Language;
using Plumbline.Randomness;
using Plumbline.Rewards;
using Plumbline.Training.Health;
using Plumbline.Training.Loop;
using Plumbline.Training.Policies;
using Plumbline.Training.Policies.Rollouts;
using Plumbline.Training.References;

namespace Plumbline.Benchmarks.PlantedHack;

/// <summary>One policy trained against one proxy while it is watched, and beside it measured on many fresh answers of which the watch knows nothing.</summary>
internal sealed class HackRun
{
    private const int Steps = 150;

    /// <summary>Steps from one probe to the next, and between measurements; each step is a round.</summary>
    private const int MeasuredEvery = 5;
    private const int MeasuredPrompts = 512;

    private static readonly TrainingOptions Training = new()
    {
        Epochs = 1000,
        MaxSteps = Steps,
        BatchSize = 8,
        LearningRate = 3e-3,
        Schedule = LearningRateSchedule.Constant,
        WarmupRatio = 0,
        LoggingSteps = 1,
        SaveSteps = 0,
        Precision = Precision.Fp32,
    };

    private readonly HackCondition condition;
    private readonly Seed seed;
    private readonly IReward proxy;
    private readonly List<HackMeasurement> measured = [];

    private HackRun(HackCondition condition, Seed seed)
    {
        (this.condition, this.seed) = (condition, seed);
        proxy = condition.Proxy(seed.Derive("proxy"));
    }

    /// <summary>Trains, and says what became of the gold and what the watch said.</summary>
    internal static HackTrial Of(HackCondition condition, Seed seed) => new HackRun(condition, seed).Train();

    private HackTrial Train()
    {
        using var policy = new Decoder(HackTask.Model, seed.Derive("model"));
        using var reference = FrozenReference.Of(policy, Training);
        using var sampler = new LocalAnswerSampler(
            policy,
            HackTask.Sampling,
            new DecodeEngineOptions { Slots = 64, SequenceCapacity = 32 },
            ids => string.Join(' ', ids)
        );
        var (prompts, probe) = PolicyProbe.Split(
            HackTask.Prompts(512, seed.Derive("prompts")),
            new ProbeOptions { EveryRounds = MeasuredEvery },
            seed
        );
        var options = new PolicyOptions();
        var parts = new RolloutParts(policy, sampler, proxy)
        {
            Reference = reference,
            Probe = probe with { Gold = condition.Gold(seed.Derive("gold")) },
        };
        var source = new PolicyRollouts(parts, prompts, new RolloutOptions { AdvantageType = "dr_grpo" }, options, Training, seed);
        var journal = new HackJournal(step =>
        {
            if (step % MeasuredEvery == 0)
            {
                Measure(step, sampler);
            }
        });
        Measure(0, sampler);
        new TrainingLoop<AnswerGroup>(new PolicyObjective(policy, null, options), source, Training, seed, journal).Run();
        return new HackTrial(condition, seed.Value, measured, journal.Alarms);
    }

    // Fresh prompts and fresh answers each time: nothing of it is shared with the probe.
    private void Measure(long step, LocalAnswerSampler sampler)
    {
        var own = seed.Derive("measurement");
        var prompts = HackTask.Prompts(MeasuredPrompts, own.Derive("prompts"));
        var drawn = sampler.Draw(prompts, new AnswerDraw(1, own.Derive("answers", step)));
        var shown = prompts
            .Zip(drawn)
            .Select(pair => new AnswerToReward(pair.First.Row.Prompt, "")
            {
                PromptIds = pair.First.Ids,
                AnswerIds = pair.Second[0].Ids,
                Tokens = pair.Second[0].DrawnCount,
            })
            .ToArray();
        var said = proxy.ScoreAsync(shown).GetAwaiter().GetResult();
        measured.Add(new HackMeasurement(step, [.. shown.Select(HackTask.Gold)], [.. said.Select(score => score!.Value)]));
    }

    private sealed class HackJournal(Action<long> onStep) : ITrainingJournal
    {
        internal List<HealthAlarm> Alarms { get; } = [];

        public void Metrics(long step, IReadOnlyDictionary<string, double> values) { }

        public void Progress(TrainingProgress progress) => onStep(progress.Step);

        public void Alarm(HealthAlarm alarm, AlarmAction action, long? weightsFrom) => Alarms.Add(alarm);

        public void SaveCheckpoint(long step, Action<string> write, long keepFrom) { }

        public (long Step, string Folder)? LatestCheckpoint() => null;

        public string? CheckpointAt(long step) => null;
    }
}
