using Plumbline.Feedback.Projects;
using Plumbline.Feedback.Storage;

namespace Plumbline.Feedback.Exchange;

/// <summary>Stores tasks and votes, many at a time: the store commits together what waits together.</summary>
/// <param name="stores">The store.</param>
/// <param name="project">The project's id.</param>
/// <param name="settings">Its settings.</param>
/// <param name="options">The import.</param>
/// <param name="tally">Counts what becomes of each.</param>
internal sealed class TaskBatch(FeedbackStores stores, long project, ProjectSettings settings, ImportOptions options, ImportTally tally)
{
    /// <summary>How many tasks are stored at a time: twice what the store commits at once, so that it does not wait for the next.</summary>
    public const int Size = 256;

    private readonly PictureFiles pictures = new(options.Path);
    private readonly VoteBatch votes = new(stores.Rankings, tally);
    private readonly Dictionary<string, Prepared> waiting = new(StringComparer.Ordinal);

    /// <summary>Whether it is time to store.</summary>
    public bool IsFull => waiting.Count >= Size;

    /// <summary>The refusal of a task with more answers than a person ranks.</summary>
    public static LeftOutException TooMany(int answers) =>
        new(
            LeftOutReason.TooManyAnswers,
            $"there are {answers} answers.",
            $"People rank {FeedbackLimits.MostAnswers} at most: take some of them out."
        );

    /// <summary>Takes a task in; one that the rules of the store refuse is left out.</summary>
    /// <exception cref="InvalidInputException">It is refused, and the import is strict.</exception>
    public void Add(TaskDraft draft)
    {
        try
        {
            var prepared = Prepare(draft);
            if (!waiting.TryAdd(prepared.Hash, prepared))
            {
                tally.TasksKnown++;
                waiting[prepared.Hash].Votes.AddRange(prepared.Votes);
            }
        }
        catch (InvalidInputException refusal)
        {
            tally.LeaveOut(draft.Line, LeftOutReason.TaskRefused, refusal);
        }
    }

    /// <summary>Stores what was taken in.</summary>
    /// <exception cref="InvalidInputException">A vote is refused, and the import is strict.</exception>
    public async Task StoreAsync(CancellationToken cancellation)
    {
        Prepared[] tasks = [.. waiting.Values];
        waiting.Clear();
        if (tasks.Length == 0)
        {
            return;
        }

        var known = await stores.Rankings.FindByKeyAsync([.. tasks.Select(task => TaskIdentity.TaskKey(project, task.Hash))], cancellation);
        foreach (var task in tasks.Where(task => !known.ContainsKey(TaskIdentity.TaskKey(project, task.Hash))))
        {
            await KeepPicturesAsync(task, cancellation);
        }

        var requests = await Task.WhenAll(tasks.Select(task => StoreAsync(task, known, cancellation)));
        await votes.StoreAsync([.. tasks.Zip(requests).SelectMany(pair => VotesOf(pair.First, pair.Second))], cancellation);
    }

    private Prepared Prepare(TaskDraft draft)
    {
        if (draft.Answers.Count > FeedbackLimits.MostAnswers)
        {
            throw TooMany(draft.Answers.Count);
        }

        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        var task = new ComparisonRequested(draft.Prompt, [.. draft.Answers.Select(answer => Address(answer, files))])
        {
            Criteria = draft.Criteria ?? settings.Criteria,
            Harms = draft.Harms,
            Gold = draft.Gold,
            Source = draft.Source,
            Priority = draft.Priority,
            Project = project == 0 ? null : project,
        };
        EventRules.Check(task);
        var (hash, order) = TaskIdentity.Of(task);
        var wanted = draft.Wanted ?? options.RankingsWanted ?? settings.RankingsWanted;
        return new Prepared(
            draft.Line,
            hash,
            TaskIdentity.Reordered(task, order),
            wanted,
            files,
            [.. draft.Votes.Select(vote => (draft.Line, TaskIdentity.Reordered(vote, order)))]
        );
    }

    private string Address(string answer, Dictionary<string, string> files)
    {
        if (settings.Medium != AnswerMedium.Image)
        {
            return answer;
        }

        var (address, file) = pictures.Find(answer);
        files[address] = file;
        return address;
    }

    private async Task KeepPicturesAsync(Prepared task, CancellationToken cancellation)
    {
        foreach (var (address, file) in task.Files)
        {
            var (content, media) = PictureFiles.Read(file, file);
            if (await stores.Projects.KeepPictureAsync(content, media, cancellation) != address)
            {
                throw new InvalidInputException(
                    "a picture was changed while it was imported.",
                    "Import the file again.",
                    new InputPosition(file)
                );
            }
        }
    }

    private async Task<long> StoreAsync(Prepared task, IReadOnlyDictionary<string, RecordedEvent> known, CancellationToken cancellation)
    {
        var key = TaskIdentity.TaskKey(project, task.Hash);
        if (known.TryGetValue(key, out var stored))
        {
            tally.TasksKnown++;
            return stored.Sequence;
        }

        var raters = task.Votes.Select(vote => vote.Vote.Rater).Distinct(StringComparer.Ordinal).Count();
        var asked = task.Comparison with { RankingsWanted = Math.Clamp(raters + task.Wanted, 1, FeedbackLimits.MostRankings) };
        tally.TasksNew++;
        return await stores.Rankings.AppendAsync(key, asked, cancellation);
    }

    private IEnumerable<ImportedVote> VotesOf(Prepared task, long request) =>
        task.Votes.Select(vote => new ImportedVote(
            vote.Line,
            TaskIdentity.VoteKey(project, task.Hash, vote.Vote.Rater),
            vote.Vote with
            {
                Request = request,
            },
            task.Comparison
        ));

    /// <summary>A task that waits to be stored, its answers in the order that they get.</summary>
    private sealed record Prepared(
        long Line,
        string Hash,
        ComparisonRequested Comparison,
        int Wanted,
        IReadOnlyDictionary<string, string> Files,
        List<(long Line, RankingGiven Vote)> Votes
    );
}
