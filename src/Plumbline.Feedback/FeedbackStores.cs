using Plumbline.Feedback.Accounts;
using Plumbline.Feedback.Projects;
using Plumbline.Feedback.Reviews;
using Plumbline.Feedback.Storage;

namespace Plumbline.Feedback;

/// <summary>All that a store holds, over one writer. The parts are closed with it, and not by themselves.</summary>
public sealed class FeedbackStores : IAsyncDisposable
{
    private readonly StoreDatabase database;

    internal FeedbackStores(StoreDatabase database)
    {
        this.database = database;
        Rankings = new SqlFeedbackStore(database);
        Reviews = new SqlReviewStore(database);
        Projects = new SqlProjectStore(database);
        Accounts = new SqlAccountStore(database);
    }

    /// <summary>Requests and rankings, as trainings see them.</summary>
    public IFeedbackStore Rankings { get; }

    /// <summary>Cases of the guard.</summary>
    public IReviewStore Reviews { get; }

    /// <summary>Projects, and who ranks what in them.</summary>
    public IProjectStore Projects { get; }

    /// <summary>Who may sign in.</summary>
    public IAccountStore Accounts { get; }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => database.DisposeAsync();
}
