using System.Collections.Concurrent;
using Plumbline.Feedback;
using Plumbline.Feedback.Projects;

namespace Plumbline.Studio.Hosting;

/// <summary>How far projects are, counted anew when the last count is some seconds old: it reads all tasks of a project, and many people look.</summary>
/// <param name="stores">Where tasks lie.</param>
/// <param name="time">The clock.</param>
internal sealed class ProgressCounts(FeedbackStores stores, TimeProvider time)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<long, (DateTimeOffset Time, ProjectProgress Progress)> counts = new();

    /// <summary>How far a project is, or was some seconds ago.</summary>
    public async Task<ProjectProgress> OfAsync(long project, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        if (counts.TryGetValue(project, out var known) && now - known.Time < Fresh)
        {
            return known.Progress;
        }

        var progress = await stores.Projects.CountAsync(project, cancellation);
        counts[project] = (now, progress);
        return progress;
    }
}
