using System.Diagnostics;
using Plumbline.Benchmarks.Preferences;
using Plumbline.Data;
using Plumbline.Models.Generation;
using Plumbline.Models.Language;
using Plumbline.Randomness;
using Plumbline.Torch.Dispatch;
using Plumbline.Training.Loop;
using Plumbline.Training.Policies;
using Plumbline.Training.Policies.Rollouts;
using Plumbline.Training.Supervised;
using static TorchSharp.torch;

namespace Plumbline.Benchmarks.Policies;

/// <summary>
/// A step of GRPO on prompts of real lengths, eight answers to each: what part of it is generation, how many tokens are computed beside the formula P + Σ R and beside what a
/// padded implementation without shared prompts computes, and the ratio of the two steps' times. The optimiser's update, the same on both sides, is left out of both; taking
/// over the weights into the decode kernels counts.
/// </summary>
internal static class RolloutShareBenchmark
{
    private const int Vocabulary = 8192;
    private const int LongestPrompt = 384;
    private const int LongestAnswer = 128;
    private const int Prompts = 4;
    private const int Answers = 8;
    private const int Batches = 3;

    // One token in a hundred ends an answer of a model that knows nothing: lengths vary as they do in practice.
    private const int EndTokens = Vocabulary / 100;

    // bf16 on both sides, in other orders.
    private const double GradientTolerance = 0.05;

    private static readonly DecoderConfig Config = PreferenceStepBenchmark.Config(Vocabulary);

    internal static BenchmarkReport Run(int runs)
    {
        using var scope = NewDisposeScope();
        using var policy = new Decoder(Config, new Seed(1));
        using var engine = new CountingEngine(
            DecodeEngines.For(
                policy,
                new DecodeEngineOptions { Slots = Prompts * Answers, SequenceCapacity = LongestPrompt + LongestAnswer }
            )
        );
        using var sampler = new LocalAnswerSampler(
            engine,
            new SamplingOptions { MaxNewTokens = LongestAnswer, EndTokens = [.. Enumerable.Range(0, EndTokens)] },
            _ => string.Empty
        );
        var padded = new PaddedPolicySide(policy);
        var batches = PromptsOf(new Seed(3)).Chunk(Prompts).Take(Batches).ToList();
        var sides = batches.ConvertAll(batch => new Work(policy, engine, sampler, padded, batch));
        foreach (var side in sides)
        {
            // Untimed: what both sides will compute, and whether it is the same.
            side.Ours();
            side.Theirs();
            side.ThrowIfDifferent(GradientTolerance);
        }

        for (var run = 0; run < runs; run++)
        {
            foreach (var side in sides)
            {
                side.Ours();
                side.Theirs();
            }
        }

        return new BenchmarkReport(
            "rollout-share",
            $"steps/s, {Prompts} prompts, {Answers} answers each, {Config.LayerCount} layers of {Config.HiddenSize}, vocabulary {Vocabulary}",
            [.. sides.Select((side, i) => side.Case($"batch {i + 1}", runs))]
        );
    }

    private static int[][] PromptsOf(Seed seed)
    {
        // The prompts of real conversations; of the answers nothing is used.
        var pairs = HarmlessPairs.Read(Vocabulary, LongestPrompt + LongestAnswer).Pairs;
        int[][] prompts =
        [
            .. pairs
                .Select(pair => pair.Chosen.Ids[..Array.IndexOf(pair.Chosen.IsTarget, true)])
                .Where(prompt => prompt.Length <= LongestPrompt),
        ];
        seed.Source().Shuffle<int[]>(prompts);
        return prompts;
    }

    /// <summary>One batch of prompts and the times of both sides on it.</summary>
    private sealed class Work(Decoder policy, CountingEngine engine, LocalAnswerSampler sampler, PaddedPolicySide padded, int[][] prompts)
    {
        private readonly PolicyObjective objective = new(policy, null, new PolicyOptions { MismatchCorrection = MismatchCorrection.None });
        private readonly List<double> ourGeneration = [];
        private readonly List<double> ourTraining = [];
        private readonly List<double> theirGeneration = [];
        private readonly List<double> theirTraining = [];
        private readonly PolicyPrompt[] asked =
        [
            .. prompts.Select((ids, i) => new PolicyPrompt(ids, new PromptExample($"{i}", Content.FromText("prompt")))),
        ];
        private IReadOnlyList<AnswerGroup> groups = [];
        private (long Generated, long Trained) ours;
        private (long Generated, long Trained) theirs;
        private double ourNorm;
        private double theirNorm;

        /// <summary>Draws with the same seed each time, so that every run has the same tokens; then a pass forward and back.</summary>
        internal void Ours()
        {
            var start = Stopwatch.GetTimestamp();
            var drawn = sampler.Draw(asked, new AnswerDraw(Answers, new Seed(7)));
            ourGeneration.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            groups = [.. asked.Zip(drawn, Group)];
            start = Stopwatch.GetTimestamp();
            Differentiate();
            ourTraining.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            ours = (engine.Computed, groups.Sum(group => (long)objective.Size(group).Computed));
            ourNorm = TakeNorm();
        }

        internal void Theirs()
        {
            var start = Stopwatch.GetTimestamp();
            var generated = padded.Generate(groups);
            theirGeneration.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            start = Stopwatch.GetTimestamp();
            (var trained, theirNorm) = padded.Train(groups);
            theirTraining.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            theirs = (generated, trained);
        }

        internal void ThrowIfDifferent(double tolerance)
        {
            if (!(Math.Abs(ourNorm - theirNorm) <= tolerance * theirNorm))
            {
                throw new InvalidOperationException($"The sides do not compute the same: gradients of norm {ourNorm} and {theirNorm}.");
            }
        }

        internal BenchmarkCase Case(string name, int runs)
        {
            var (generation, training) = (Median(ourGeneration), Median(ourTraining));
            var (paddedGeneration, paddedTraining) = (Median(theirGeneration), Median(theirTraining));
            var answers = groups.SelectMany(group => group.Answers).Sum(answer => (long)answer.Sequence.TargetCount);
            var own = prompts.Sum(prompt => (long)prompt.Length);
            return new BenchmarkCase(
                name,
                1 / (generation + training),
                1 / (paddedGeneration + paddedTraining),
                (paddedGeneration + paddedTraining) / (generation + training),
                null,
                runs,
                new Dictionary<string, double>
                {
                    ["generation_share"] = generation / (generation + training),
                    ["generation_share_padded"] = paddedGeneration / (paddedGeneration + paddedTraining),
                    ["generation_ratio"] = paddedGeneration / generation,
                    ["training_ratio"] = paddedTraining / training,
                    ["prompt_tokens"] = own,
                    ["answer_tokens"] = answers,
                    ["trained_tokens"] = ours.Trained,
                    ["trained_tokens_formula"] = own + answers,
                    ["trained_tokens_padded"] = theirs.Trained,
                    // An answer's last token is drawn and never fed back.
                    ["generated_tokens"] = ours.Generated,
                    ["generated_tokens_formula"] = own + answers - (Prompts * Answers),
                    ["generated_tokens_padded"] = theirs.Generated,
                }
            );
        }

        // The first run is not timed.
        private static double Median(List<double> times) => Interleaved.Median([.. times.Skip(1)]);

        private void Differentiate()
        {
            using var scope = NewDisposeScope();
            using var half = Autocast.To(ScalarType.BFloat16);
            var step = TrainingStep<AnswerGroup>.Of([.. groups], objective.Size, int.MaxValue, new Seed(1));
            objective.BeginStep(step);
            objective.Evaluate(step.Passes[0], step.Normalizer, new MetricSums()).backward();
        }

        private double TakeNorm()
        {
            var squares = 0.0;
            foreach (var parameter in policy.Parameters)
            {
                using var scope = NewDisposeScope();
                if (parameter.Value.grad is { } gradient)
                {
                    squares += gradient.to(ScalarType.Float64).square().sum().item<double>();
                    gradient.zero_();
                }
            }

            return Math.Sqrt(squares);
        }

        // Advantages that are no function of the model: what is timed does not depend on them.
        private static AnswerGroup Group(PolicyPrompt prompt, IReadOnlyList<RolloutAnswer> answers) =>
            new([
                .. answers.Select(
                    (answer, i) =>
                        new DrawnAnswer(
                            new TokenizedExample([.. prompt.Ids, .. answer.Ids], [.. prompt.Ids.Select(_ => false), .. answer.IsDrawn]),
                            [.. answer.Ids.Select(_ => (i % 2 == 0 ? 1f : -1f) * (1 + (i / 2)))]
                        )
                        {
                            SamplerLogProbabilities = answer.LogProbabilities,
                        }
                ),
            ]);
    }
}
