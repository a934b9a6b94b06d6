using System.Text.Json;
using Plumbline.Data;
using Plumbline.Feedback;
using Plumbline.Models.Heads;
using Plumbline.Randomness;
using Plumbline.Rewards;
using Plumbline.Training.Health;
using Plumbline.Training.Loop;
using Plumbline.Training.Policies.Rollouts;
using Plumbline.Training.Rewards;
using Plumbline.Training.Supervised;

namespace Plumbline.Cli.Pipelines.Rl.Live;

/// <summary>
/// Reward models that learn from people while the policy learns from them: before a round new rankings are read from the store and, when there are enough, every member is
/// trained on; after it people are asked about the answers on whose order the members disagree most. Owns store and models.
/// </summary>
internal sealed class LiveRewardModel : IEnsembleReward, IRoundListener, IDisposable
{
    private const string StateFile = "feedback.json";
    private const int PageSize = 500;

    private readonly IFeedbackStore store;
    private readonly IReadOnlyList<ScoredDecoder> members;
    private readonly LiveFeedbackOptions options;
    private readonly ExampleEncoder encoder;
    private readonly ModelReward reward;
    private readonly ReadCursor cursors;
    private readonly string run;
    private readonly Seed seed;
    private readonly SortedSet<long> ranked = [];
    private LiveState state = new(0, 0, 0, []);
    private long round;
    private bool asks;

    /// <summary>Takes part in a run.</summary>
    /// <param name="store">Where people's rankings come from; owned from now on.</param>
    /// <param name="members">The models as they begin; owned from now on.</param>
    /// <param name="encoder">Of their tokenizer.</param>
    /// <param name="options">The numbers.</param>
    /// <param name="scoring">Tokens per pass, and the precision, of scoring.</param>
    /// <param name="folder">The stage's folder, in which it is noted what each round saw.</param>
    /// <param name="seed">The stage's.</param>
    internal LiveRewardModel(
        IFeedbackStore store,
        IReadOnlyList<ScoredDecoder> members,
        ExampleEncoder encoder,
        LiveFeedbackOptions options,
        TrainingOptions scoring,
        string folder,
        Seed seed
    )
    {
        (this.store, this.members, this.encoder, this.options, this.seed) = (store, members, encoder, options, seed.Derive("feedback"));
        reward = new ModelReward(new RewardEnsemble(members), encoder, options.Pessimism, scoring);
        cursors = new ReadCursor(Path.Combine(folder, "feedback-rounds.txt"));
        run = Path.GetFileName(folder);
    }

    /// <summary>Where a finished stage keeps its reward models.</summary>
    internal static string MemberFolder(string folder, int member) => Path.Combine(folder, $"reward-model-{member + 1}");

    /// <inheritdoc/>
    public async Task<IReadOnlyList<double?>> ScoreAsync(IReadOnlyList<AnswerToReward> answers, CancellationToken cancellation = default) =>
        (await JudgeMembersAsync(answers, cancellation)).Totals;

    /// <inheritdoc/>
    public async Task<EnsembleRewards> JudgeMembersAsync(IReadOnlyList<AnswerToReward> answers, CancellationToken cancellation = default)
    {
        var (scores, places) = reward.JudgeMembers(answers, cancellation);
        // Once a round, about the answers that it was drawn for: not about probes, opponents and refills.
        if (scores is not null && asks)
        {
            asks = false;
            await AskAsync(answers, scores, places, cancellation);
        }

        return ModelReward.Rewards(scores, places, options.Pessimism);
    }

    /// <inheritdoc/>
    public void BeginRound(long round, MetricSums metrics, CancellationToken cancellation)
    {
        (this.round, asks) = (round, true);
        var upTo = cursors.Of(round, () => Last(cancellation));
        var arrived = Rankings(state.Cursor, upTo, cancellation);
        ranked.UnionWith(arrived.Select(ranking => ranking.Ranking.Request));
        state = state with { Cursor = upTo, Pending = state.Pending + arrived.Count };
        if (state.Pending >= options.RefreshEvery)
        {
            Refresh();
        }

        metrics.Add("feedback/rankings", ranked.Count, 1);
        metrics.Add("feedback/refreshes", state.Refreshes, 1);
    }

    /// <inheritdoc/>
    public void SaveState(string folder)
    {
        File.WriteAllText(Path.Combine(folder, StateFile), JsonSerializer.Serialize(state));
        for (var member = 0; member < members.Count; member++)
        {
            ScoredModelFolder.Save(MemberFolder(folder, member), members[member]);
        }
    }

    /// <inheritdoc/>
    public void LoadState(string folder)
    {
        var path = Path.Combine(folder, StateFile);
        try
        {
            state = JsonSerializer.Deserialize<LiveState>(File.ReadAllText(path)) ?? throw new JsonException("the file holds nothing");
        }
        catch (JsonException failure)
        {
            throw new InvalidInputException(
                $"The checkpoint's feedback state is damaged: {failure.Message}",
                "Delete this checkpoint folder to go on from an older one, or from the start.",
                new InputPosition(path, failure.LineNumber + 1),
                failure
            );
        }

        for (var member = 0; member < members.Count; member++)
        {
            ScoredModelFolder.LoadWeights(MemberFolder(folder, member), members[member]);
        }

        ranked.Clear();
        ranked.UnionWith(Rankings(0, state.Cursor, CancellationToken.None).Select(ranking => ranking.Ranking.Request));
        for (var member = 0; member < state.Scales.Count; member++)
        {
            members[member].Scale = state.Scales[member];
        }
    }

    /// <summary>Writes the models as they are into a stage's folder.</summary>
    internal void Save(string folder)
    {
        for (var member = 0; member < members.Count; member++)
        {
            ScoredModelFolder.Save(MemberFolder(folder, member), members[member]);
            encoder.SaveTokenizer(MemberFolder(folder, member));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        store.DisposeAsync().AsTask().GetAwaiter().GetResult();
        foreach (var member in members)
        {
            member.Dispose();
        }
    }

    private async Task AskAsync(
        IReadOnlyList<AnswerToReward> answers,
        EnsembleScores scores,
        IReadOnlyList<int?> places,
        CancellationToken cancellation
    )
    {
        var asked = 0;
        if ((await store.ReadOpenRequestsAsync(options.MostOpen, cancellation: cancellation)).Count >= options.MostOpen)
        {
            return;
        }

        foreach (
            var pair in ComparisonChoice.Of(answers, scores, places, options.AskPerRound, options.RandomShare, seed.Derive("ask", round))
        )
        {
            var (first, second) = (answers[pair.First], answers[pair.Second]);
            // The key makes a round that is done again ask nothing twice.
            await store.AppendAsync(
                $"{run} round {round} request {asked++}",
                new ComparisonRequested(first.Prompt, [first.Answer, second.Answer])
                {
                    Source = new AnswerSource(Run: run, Step: round),
                    Priority = pair.IsRandom ? 0 : pair.Information,
                    ExpectedInformation = pair.Information,
                    RankingsWanted = options.RankingsWanted,
                },
                cancellation
            );
        }
    }

    private long Last(CancellationToken cancellation)
    {
        var last = state.Cursor;
        foreach (var ranking in Rankings(state.Cursor, long.MaxValue, cancellation))
        {
            last = ranking.Sequence;
        }

        return last;
    }

    private List<StoredRanking> Rankings(long after, long upTo, CancellationToken cancellation)
    {
        var all = new List<StoredRanking>();
        while (true)
        {
            var page = store.ReadRankingsAsync(after, PageSize, cancellation).GetAwaiter().GetResult();
            all.AddRange(page.Where(ranking => ranking.Sequence <= upTo));
            if (page.Count < PageSize || page[^1].Sequence > upTo)
            {
                return all;
            }

            after = page[^1].Sequence;
        }
    }

    // To its end once begun: half a refresh is nothing that a checkpoint could go on from.
    private void Refresh()
    {
        var lists = Lists();
        TokenizedRanking[] pairs = [.. lists.SelectMany(list => list.Pairs())];
        if (pairs.Length == 0)
        {
            return;
        }

        var own = seed.Derive("refresh", state.Refreshes);
        for (var member = 0; member < members.Count; member++)
        {
            var random = own.Derive("member", member);
            var source = random.Source();
            // Members that saw the same would come to agree on what none of them knows.
            TokenizedRanking[] seen = [.. pairs.Select(_ => source.Choose(pairs))];
            new TrainingLoop<TokenizedRanking>(
                new RewardObjective(members[member], new RewardOptions()),
                seen,
                options.Training with
                {
                    SaveSteps = 0,
                    Health = new HealthOptions { Enabled = false },
                },
                random,
                new SilentJournal()
            ).Run();
        }

        foreach (var member in members)
        {
            member.Scale = ScoreScale.Of([.. RewardEvaluation.Score(member, lists, options.Training).SelectMany(list => list)]);
        }

        state = state with { Pending = 0, Refreshes = state.Refreshes + 1, Scales = [.. members.Select(member => member.Scale!.Value)] };
    }

    // What people had said by the cursor: later rankings of the same requests belong to later rounds.
    private List<TokenizedRanking> Lists() =>
        [
            .. encoder.ForRankings(
                ranked
                    .Select(id => store.FindRequestAsync(id).GetAwaiter().GetResult()!)
                    .Select(request => request with { Rankings = [.. request.Rankings.Where(ranking => ranking.Sequence <= state.Cursor)] })
                    .Select(request => request.ToRankedExample(options.Criterion))
                    .OfType<RankedExample>()
            ),
        ];

    /// <summary>What is remembered between rounds beside the models.</summary>
    /// <param name="Cursor">The last ranking that was read.</param>
    /// <param name="Pending">Rankings since the last refresh.</param>
    /// <param name="Refreshes">How often the models were refreshed.</param>
    /// <param name="Scales">Of each model since the last refresh; none before the first.</param>
    private sealed record LiveState(long Cursor, int Pending, int Refreshes, IReadOnlyList<ScoreScale> Scales);
}
