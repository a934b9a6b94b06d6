using Plumbline.Cli.Pipelines.Labels;
using Plumbline.Constitutions;
using Plumbline.Models.Heads;
using Plumbline.Remote;
using Plumbline.Rewards;
using Plumbline.Tokenization;
using Plumbline.Training.Rewards;
using Plumbline.Training.Supervised;

namespace Plumbline.Cli.Pipelines.Rl;

/// <summary>Makes the rewards of a run, with the models that some of them need. Owns these.</summary>
internal sealed class RlRewards : IDisposable
{
    private readonly RlOptions options;
    private readonly TimeProvider clock;
    private readonly List<IDisposable> owned = [];

    /// <summary>Loads what is asked for.</summary>
    /// <exception cref="InvalidInputException">The options of a reward are not usable, or a model cannot be read.</exception>
    /// <param name="options">The run's.</param>
    /// <param name="clock">The time, for servers that are asked again.</param>
    /// <param name="live">A reward that is there already; null for none.</param>
    internal RlRewards(RlOptions options, TimeProvider clock, RewardSource? live = null)
    {
        (this.options, this.clock) = (options, clock);
        try
        {
            var factory = new RewardFactory(Model);
            Reward = live is null
                ? factory.CreateSum(options.Rewards)
                : new RewardSum([.. options.Rewards.Count == 0 ? [] : factory.CreateSum(options.Rewards).Sources, live]);
            Gold = options.Gold.Count == 0 ? null : factory.CreateSum(options.Gold);
            Cost = options.Costs.Count == 0 ? null : factory.CreateSum(options.Costs);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>What answers earn.</summary>
    internal RewardSum Reward { get; }

    /// <summary>What they cost; null for nothing.</summary>
    internal RewardSum? Cost { get; }

    /// <summary>What they are really worth; null where nobody knows.</summary>
    internal RewardSum? Gold { get; }

    /// <summary>What decides the rewards beside their options: the hashes of the models they read.</summary>
    internal static string Key(RlOptions options) =>
        string.Join(' ', Models(options).Select(StartingModel.Hash).Concat(Constitutions(options).Select(ConstitutionHash.Of)));

    /// <summary>The constitutions that judges read.</summary>
    internal static IEnumerable<Constitution> Constitutions(RlOptions options) =>
        options
            .Rewards.Concat(options.Costs)
            .Concat(options.Gold)
            .Select(source => source.Judge?.ReadConstitution())
            .OfType<Constitution>();

    /// <summary>The folders of the models that the rewards read.</summary>
    internal static IEnumerable<string> Models(RlOptions options) =>
        options
            .Rewards.Concat(options.Costs)
            .Concat(options.Gold)
            .SelectMany(source => source.RewardModel?.Paths ?? (source.Judge is { IsServer: false } judge ? [judge.Model] : []));

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var each in owned)
        {
            each.Dispose();
        }
    }

    private IReward? Model(RewardSourceOptions source) =>
        source switch
        {
            { Kind: RewardKind.RewardModel, RewardModel: { } models } => Ensemble(models),
            { Kind: RewardKind.Judge, Judge: { } judge } => Judge(judge),
            _ => null,
        };

    private ModelReward Ensemble(RewardModelOptions models)
    {
        var members = new List<ScoredDecoder>();
        foreach (var path in models.Paths)
        {
            // A folder that is none is named with the mend that other folders have.
            StartingModel.Hash(path);
            var member = ScoredModelFolder.Load(path);
            owned.Add(member);
            members.Add(member);
        }

        var tokenizer = Tokenizer.Load(models.Paths[0]);
        var longest = Math.Min(options.MaxLength * 2, members.Min(member => member.Decoder.Config.ContextLength));
        var encoder = new ExampleEncoder(tokenizer, TrainingStage.Chat(tokenizer), longest);
        return new ModelReward(new RewardEnsemble(members), encoder, models.Pessimism, options.Training);
    }

    private IReward Judge(JudgeOptions judge)
    {
        var asked = judge.IsServer
            ? new JudgeModelOptions
            {
                Remote = new RemoteOptions
                {
                    Endpoint = judge.Model,
                    Model = judge.ModelId!,
                    ApiKeyVariable = judge.ApiKeyVariable,
                    MaxConcurrentRequests = judge.Parallel,
                },
            }
            : new JudgeModelOptions { Model = judge.Model };
        var isWritten = judge.Method == RatingMethod.Written;
        var model = new AskedModel(asked, new JudgeNeeds(isWritten, !isWritten, WrittenRating.MaxTokens), judge.Parallel, clock);
        owned.Add(model);
        return JudgeReward.Create(judge, model.Writer, model.Scorer);
    }
}
