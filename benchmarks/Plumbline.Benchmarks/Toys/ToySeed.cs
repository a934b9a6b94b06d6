using System.Diagnostics;
using Plumbline.Models.Generation;
using Plumbline.Models.Language;
using Plumbline.Randomness;
using Plumbline.Rewards;
using Plumbline.Training.Loop;
using Plumbline.Training.Policies;
using Plumbline.Training.Policies.Rollouts;
using Plumbline.Training.Supervised;

namespace Plumbline.Benchmarks.Toys;

/// <summary>What a seed of a row came to.</summary>
/// <param name="Seed">Its number.</param>
/// <param name="Before">Mean reward of sampled answers after the pretraining.</param>
/// <param name="After">The same after the reinforcement learning.</param>
/// <param name="Seconds">What both trainings and measurements took by the clock.</param>
/// <param name="ProcessorSeconds">Processor time of its process, which does not depend on what else the machine does.</param>
internal sealed record ToySeed(int Seed, double Before, double After, double Seconds, double ProcessorSeconds)
{
    private const int JudgedAnswers = 16;

    /// <summary>
    /// Pretrains a model, measures it, lets it learn from its own answers, measures it again. On one machine and one number of threads the rewards are a function of
    /// the seed.
    /// </summary>
    /// <param name="recipe">The row.</param>
    /// <param name="number">The seed's number: graph, strings, weights and draws all derive from it.</param>
    internal static ToySeed Run(ToyRecipe recipe, int number)
    {
        var clock = Stopwatch.StartNew();
        var seed = new Seed(1002).Derive(recipe.Task.Name, number);
        var data = recipe.Task.Draw(seed);
        using var policy = new Decoder(recipe.Config, seed.Derive("model"));
        new TrainingLoop<TokenizedExample>(
            new SupervisedObjective(policy),
            data.Demonstrations,
            recipe.Pretraining,
            seed.Derive("pretraining"),
            new SilentJournal()
        ).Run();
        using var sampler = SamplerOf(policy, recipe);
        var before = Measure(sampler, data, seed.Derive("before"));
        Learn(recipe, policy, sampler, data, seed.Derive("learning"));
        var after = Measure(sampler, data, seed.Derive("after"));
        return new ToySeed(number, before, after, clock.Elapsed.TotalSeconds, Environment.CpuUsage.TotalTime.TotalSeconds);
    }

    private static void Learn(ToyRecipe recipe, Decoder policy, LocalAnswerSampler sampler, ToyData data, Seed seed)
    {
        using var critic = recipe.HasCritic ? Critic.OnPolicy(policy, seed.Derive("critic")) : null;
        var parts = new RolloutParts(policy, sampler, data.Reward) { Critic = critic };
        new TrainingLoop<AnswerGroup>(
            new PolicyObjective(policy, null, recipe.Policy, critic),
            new PolicyRollouts(parts, data.Asked, recipe.Rollouts, recipe.Policy, recipe.Learning, seed),
            recipe.Learning,
            seed,
            new SilentJournal()
        ).Run();
    }

    private static LocalAnswerSampler SamplerOf(Decoder policy, ToyRecipe recipe) =>
        new(
            policy,
            new SamplingOptions { MaxNewTokens = recipe.Task.LongestAnswer, EndTokens = [recipe.Task.EndToken] },
            new DecodeEngineOptions { Slots = 128 },
            ids => string.Join(' ', ids)
        );

    // At temperature 1, as the policy is: what it says seldom counts too.
    private static double Measure(LocalAnswerSampler sampler, ToyData data, Seed seed)
    {
        var answers = sampler.Draw(data.Judged, new AnswerDraw(JudgedAnswers, seed));
        var rewards = data
            .Judged.Zip(answers)
            .SelectMany(pair =>
                pair.Second.Select(answer => new AnswerToReward(pair.First.Row.Prompt, answer.Text)
                {
                    PromptIds = pair.First.Ids,
                    AnswerIds = answer.Ids,
                })
            );
        return data.Reward.ScoreAsync([.. rewards]).GetAwaiter().GetResult().Average(score => score!.Value);
    }
}
