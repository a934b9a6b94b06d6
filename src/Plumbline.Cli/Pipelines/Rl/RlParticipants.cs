using Plumbline.Cli.Pipelines.Rl.Live;
using Plumbline.Feedback;
using Plumbline.Models.Generation;
using Plumbline.Models.Heads;
using Plumbline.Models.HuggingFace;
using Plumbline.Models.Language;
using Plumbline.Randomness;
using Plumbline.Rewards;
using Plumbline.Runs;
using Plumbline.Tokenization;
using Plumbline.Training.Policies;
using Plumbline.Training.Policies.Rollouts;
using Plumbline.Training.Preferences;
using Plumbline.Training.References;
using Plumbline.Training.Supervised;

namespace Plumbline.Cli.Pipelines.Rl;

/// <summary>Who takes part in the training of one policy: sampler, rewards, reference, critic, opponent. Owns all but the policy.</summary>
internal sealed class RlParticipants : IDisposable
{
    private readonly RlAlgorithm algorithm;
    private readonly RlOptions options;
    private readonly Decoder policy;
    private readonly string start;
    private readonly Tokenizer tokenizer;
    private readonly PipelineContext context;
    private readonly int longestPrompt;
    private const int FreshMembers = 3;
    private readonly List<IDisposable> owned = [];

    /// <summary>Loads what the options ask for.</summary>
    /// <param name="algorithm">The algorithm.</param>
    /// <param name="options">The run's.</param>
    /// <param name="context">The pipeline.</param>
    /// <param name="policy">The model in training; not owned.</param>
    /// <param name="start">The folder that it came from.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="prompts">All that it will be asked.</param>
    /// <param name="folder">The stage's folder.</param>
    /// <param name="seed">The stage's.</param>
    internal RlParticipants(
        RlAlgorithm algorithm,
        RlOptions options,
        PipelineContext context,
        Decoder policy,
        string start,
        Tokenizer tokenizer,
        RlPrompts prompts,
        string folder,
        Seed seed
    )
    {
        (this.algorithm, this.options, this.context, this.policy) = (algorithm, options, context, policy);
        (this.start, this.tokenizer, longestPrompt) = (start, tokenizer, prompts.Longest);
        try
        {
            Live = context.FeedbackStore is { } store ? Own(OfPeople(store, folder, seed)) : null;
            var source = Live is null ? null : new RewardSource("feedback", options.Feedback!.Weight, Live);
            var rewards = Own(new RlRewards(options, context.Clock, source));
            Critic = OwnCritic(seed);
            Reference = NeedsReference ? Own(OfReference()) : null;
            Parts = new RolloutParts(policy, OwnSampler(), rewards.Reward)
            {
                Cost = rewards.Cost,
                Critic = Critic,
                Curated = options.Ptx is { } ptx ? new CuratedAnswers(prompts.Curated, ptx.BatchSize) : null,
                Reference = options.Rollout.KlReward.Coefficient > 0 ? Reference : null,
                Opponent = Opponent(),
                Listener = Live,
                Probe = Probe(prompts.HeldOut, rewards),
                GroupOf = options.GroupColumn is { } column ? prompt => GroupOf(prompt, column) : null,
            };
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>What rollouts are made with.</summary>
    internal RolloutParts Parts { get; }

    /// <summary>What the objective holds the policy to, or measures its distance from; null where rollouts do that, or nobody.</summary>
    internal ReferencePolicy? LossReference =>
        algorithm.Examples == RlExamples.Pairs || options.Rollout.KlReward.Coefficient == 0 || options.Policy.Beta > 0 ? Reference : null;

    /// <summary>What expects the rewards; null for nothing.</summary>
    internal Critic? Critic { get; }

    /// <summary>The reward model that people keep fresh; null where nobody is asked.</summary>
    internal LiveRewardModel? Live { get; }

    private ReferencePolicy? Reference { get; }

    private bool NeedsReference =>
        algorithm.Examples switch
        {
            RlExamples.Advantages => options.MeasureKl || options.Policy.Beta > 0 || options.Rollout.KlReward.Coefficient > 0,
            RlExamples.Pairs => options.Preference.MeasureKl || PreferenceLossMixture.Parse(options.Preference.LossType).NeedsReference,
            _ => false,
        };

    /// <inheritdoc/>
    public void Dispose()
    {
        // Engines before the models that they read.
        foreach (var each in Enumerable.Reverse(owned))
        {
            each.Dispose();
        }
    }

    private T Own<T>(T part)
        where T : IDisposable
    {
        owned.Add(part);
        return part;
    }

    private PolicyProbe? Probe(IReadOnlyList<PolicyPrompt> heldOut, RlRewards rewards) =>
        options.Probe is not { } asked || heldOut.Count < PolicyProbe.LeastPrompts
            ? null
            : new PolicyProbe([.. heldOut.Take(asked.Prompts)]) { Gold = rewards.Gold, Options = asked };

    private IAnswerSampler OwnSampler() =>
        Talking(
            options.Sampling.Remote is null
                ? Own(SamplerOf(Engine(policy)))
                : Own(new RemoteAnswerSampler(options, policy, tokenizer, context.Clock))
        );

    private IAnswerSampler Talking(IAnswerSampler sampler) => RlConversations.Of(sampler, options, policy, tokenizer);

    private ReferencePolicy OfReference()
    {
        if (options.ReferencePath is not { } path)
        {
            return options.Lora is null ? FrozenReference.Of(policy, options.Training) : new AdapterFreeReference(policy);
        }

        using var other = ModelFolder.Load(path);
        ReferenceCheck.ThrowIfOtherVocabulary(policy, other, "reference");
        return new FrozenReference(FrozenReference.Copy(other, policy.Config, options.Training));
    }

    private LiveRewardModel OfPeople(string location, string folder, Seed seed)
    {
        var feedback = options.Feedback ?? new LiveFeedbackOptions();
        var store = FeedbackStore.OpenAsync(location, context.Clock).GetAwaiter().GetResult();
        var members = new List<ScoredDecoder>();
        try
        {
            // Heads of zeros: nothing is rewarded before anybody has said anything.
            var head = new ScoreHeadOptions
            {
                Labels = ["reward"],
                ProblemType = ScoreProblemType.Regression,
                InitialDeviation = 0,
            };
            members.AddRange(
                feedback.Paths.Count > 0
                    ? feedback.Paths.Select(path => ScoredModelFolder.Load(path))
                    : Enumerable
                        .Range(0, FreshMembers)
                        .Select(member => ScoredModelFolder.Start(start, head, seed.Derive("member", member)))
            );
            var own = feedback.Paths.Count > 0 ? Tokenizer.Load(feedback.Paths[0]) : tokenizer;
            var encoder = new ExampleEncoder(own, TrainingStage.Chat(own), options.MaxLength);
            return new LiveRewardModel(store, members, encoder, feedback, options.Training, folder, seed);
        }
        catch
        {
            members.ForEach(member => member.Dispose());
            store.DisposeAsync().AsTask().GetAwaiter().GetResult();
            throw;
        }
    }

    private Critic? OwnCritic(Seed seed)
    {
        if (options.Critic.Kind == CriticKind.None)
        {
            return null;
        }

        if (options.Critic.Kind == CriticKind.Shared)
        {
            return Own(Critic.OnPolicy(policy, seed.Derive("critic"), hasCost: options.Costs.Count > 0));
        }

        var head = Critic.Head(hasCost: options.Costs.Count > 0);
        var model = ScoredModelFolder.Start(options.Critic.Path ?? start, head, seed.Derive("critic"));
        var critic = Own(Critic.Separate(model));
        ReferenceCheck.ThrowIfOtherVocabulary(policy, model.Decoder, "critic");
        return critic;
    }

    private IAnswerSampler? Opponent()
    {
        if (algorithm.Opponent == RlOpponent.None)
        {
            return null;
        }

        var other = Own(ModelFolder.Load(options.ReferencePath ?? start));
        var engine = Engine(other);
        return Talking(
            Own(
                SamplerOf(
                    algorithm.Opponent == RlOpponent.Reference
                        ? engine
                        : new MixedDecodeEngine(Engine(policy), engine, options.OpponentMixture)
                )
            )
        );
    }

    private IDecodeEngine Engine(Decoder model) =>
        DecodeEngines.For(
            model,
            new DecodeEngineOptions
            {
                Slots = options.Sampling.AnswersAtATime,
                SequenceCapacity = RlConversations.Longest(options, model, longestPrompt),
                Exact = options.Sampling.Exact,
            }
        );

    private LocalAnswerSampler SamplerOf(IDecodeEngine engine) =>
        new(engine, Sampling(options, policy.Config.EosTokenIds), ids => tokenizer.Decode(ids), new SlowDraws(context).Report);

    /// <summary>How answers are drawn.</summary>
    internal static SamplingOptions Sampling(RlOptions options, IReadOnlyList<int> endTokens) =>
        new()
        {
            MaxNewTokens = options.Policy.MaxCompletionLength,
            Temperature = options.Policy.Temperature,
            TopK = options.Sampling.TopK,
            TopP = options.Sampling.TopP,
            MinP = options.Sampling.MinP,
            EndTokens = endTokens,
        };

    /// <summary>Shows draws that take so long that somebody would wonder; the others are part of their step.</summary>
    private sealed class SlowDraws(PipelineContext context)
    {
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
        private long began;
        private long tokens = long.MaxValue;

        internal void Report(SamplingProgress done)
        {
            if (done.Tokens < tokens)
            {
                began = context.Clock.GetTimestamp();
            }

            tokens = done.Tokens;
            if (context.Clock.GetElapsedTime(began) >= Patience)
            {
                context.Progress.Report(new ProgressUpdate("sampling answers", done.Finished, done.Answers, done.Tokens, "tokens"));
            }
        }
    }

    private static string GroupOf(PolicyPrompt prompt, string column) =>
        prompt.Row.Columns.TryGetValue(column, out var value) ? value.ToString() : "(none)";
}

/// <summary>What a policy is asked.</summary>
/// <param name="Training">Learnt from, at least one.</param>
/// <param name="HeldOut">Measured on; none where nothing is measured on the way.</param>
internal sealed record RlPrompts(IReadOnlyList<PolicyPrompt> Training, IReadOnlyList<PolicyPrompt> HeldOut)
{
    /// <summary>Answers from elsewhere, learnt beside the policy's own where <see cref="RlOptions.Ptx"/> asks for it.</summary>
    internal IReadOnlyList<TokenizedExample> Curated { get; init; } = [];

    /// <summary>Tokens of the longest one.</summary>
    internal int Longest => Training.Concat(HeldOut).Max(prompt => prompt.Ids.Length);
}
