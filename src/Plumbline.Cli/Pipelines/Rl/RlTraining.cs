using Plumbline.Cli.Pipelines.Rl.Live;
using Plumbline.Models.HuggingFace;
using Plumbline.Models.Language;
using Plumbline.Randomness;
using Plumbline.Runs;
using Plumbline.Tokenization;
using Plumbline.Training.Loop;
using Plumbline.Training.Policies;
using Plumbline.Training.Policies.Rollouts;
using Plumbline.Training.Preferences;
using Plumbline.Training.Supervised;

namespace Plumbline.Cli.Pipelines.Rl;

/// <summary>Trains one policy by one algorithm.</summary>
/// <param name="algorithm">The algorithm.</param>
/// <param name="options">Its numbers, and what answers earn.</param>
/// <param name="context">The pipeline.</param>
/// <param name="facts">The record of the run.</param>
internal sealed class RlTraining(RlAlgorithm algorithm, RlOptions options, PipelineContext context, Func<RunFacts> facts)
{
    /// <summary>Trains unless the stage is finished.</summary>
    /// <param name="stage">Where to.</param>
    /// <param name="start">The folder of the model to start from.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="prompts">What is asked.</param>
    internal Stage Train(Stage stage, string start, Tokenizer tokenizer, RlPrompts prompts)
    {
        return algorithm.Examples switch
        {
            RlExamples.Advantages => Train<AnswerGroup>(
                stage,
                start,
                tokenizer,
                prompts,
                (policy, who, seed) =>
                    (
                        new PolicyObjective(
                            policy,
                            who.LossReference,
                            RlConversations.Objective(options),
                            who.Critic,
                            options.Critic.RateFactor
                        ),
                        new PolicyRollouts(who.Parts, prompts.Training, options.Rollout, options.Policy, options.Training, seed)
                    )
            ),
            RlExamples.Pairs => Train<TokenizedPair>(
                stage,
                start,
                tokenizer,
                prompts,
                (policy, who, seed) =>
                    (
                        new PreferenceObjective(policy, who.LossReference, options.Preference),
                        new OnlinePairs(who.Parts, prompts.Training, options.Rollout, options.Training, seed)
                    )
            ),
            _ => Train<TokenizedExample>(
                stage,
                start,
                tokenizer,
                prompts,
                (policy, who, seed) =>
                {
                    var (rollout, training) = OneRound(prompts.Training.Count);
                    return (
                        new SupervisedObjective(policy),
                        new BestAnswers(who.Parts, prompts.Training, rollout, training, seed, options.LeastReward)
                    );
                }
            ),
        };
    }

    // One round over all prompts has as many steps as many rounds over as many would have.
    private (RolloutOptions Rollout, TrainingOptions Training) OneRound(int prompts)
    {
        if (!algorithm.IsOneRound)
        {
            return (options.Rollout, options.Training);
        }

        var steps = (prompts + options.Training.BatchSize - 1) / options.Training.BatchSize;
        return (
            options.Rollout with
            {
                MiniBatches = steps,
                Passes = options.Rollout.Passes * (int)Math.Max(1, Math.Round(options.Training.Epochs)),
            },
            options.Training with
            {
                BatchSize = prompts,
                Epochs = 1,
            }
        );
    }

    private Stage Train<TExample>(
        Stage stage,
        string start,
        Tokenizer tokenizer,
        RlPrompts prompts,
        Func<Decoder, RlParticipants, Seed, (IObjective<TExample>, IExampleSource<TExample>)> make
    )
    {
        LiveRewardModel? live = null;
        return TrainingStage.Train<Decoder, TExample>(
            context,
            stage,
            algorithm.Name.Replace('_', ' '),
            TrainingStage.OfDecoder(stage, () => Policy(start)) with
            {
                Finish = _ => live?.Save(stage.Folder),
            },
            tokenizer,
            (policy, seed, journal) =>
            {
                var who = new RlParticipants(algorithm, options, context, policy, start, tokenizer, prompts, stage.Folder, seed);
                live = who.Live;
                try
                {
                    var (objective, source) = make(policy, who, seed);
                    return (new TrainingLoop<TExample>(objective, source, options.Training, seed, journal), who);
                }
                catch
                {
                    who.Dispose();
                    throw;
                }
            },
            options.Training,
            facts()
        );
    }

    private Decoder Policy(string start)
    {
        var policy = ModelFolder.Load(start);
        if (options.Lora is { } lora)
        {
            policy.Adapters.Add("default", lora, options.Seed.Derive("adapter"));
        }

        return policy;
    }
}
