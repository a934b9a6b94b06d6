using Plumbline.Feedback.Projects;

namespace Plumbline.Studio.Ranking;

/// <summary>Knows when somebody has worked long enough to rest: by when their judgements came, so it needs no session and holds on every device.</summary>
/// <param name="projects">Where judgements lie.</param>
/// <param name="time">The clock.</param>
internal sealed class RestReminder(IProjectStore projects, TimeProvider time)
{
    /// <summary>Whoever judged nothing for so long has rested.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromMinutes(10);

    /// <summary>After how many minutes of work a rest is due; null where it is not.</summary>
    /// <param name="rater">Who.</param>
    /// <param name="after">After how many minutes they are reminded; 0 for never.</param>
    /// <param name="cancellation">Cancels the query.</param>
    public async Task<int?> IsDueAsync(string rater, int after, CancellationToken cancellation)
    {
        if (after == 0)
        {
            return null;
        }

        var now = time.GetUtcNow();
        var times = await projects.ReadJudgementTimesAsync(rater, now - TimeSpan.FromHours(12), cancellation);
        var begun = now;
        foreach (var judged in times.Reverse())
        {
            if (begun - judged > Rest)
            {
                break;
            }

            begun = judged;
        }

        var worked = (int)(now - begun).TotalMinutes;
        return worked >= after ? worked : null;
    }
}
