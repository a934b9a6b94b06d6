using Plumbline.Feedback.Projects;

namespace Plumbline.Feedback.Tests.Projects;

/// <summary>Projects and tasks to test with.</summary>
internal static class Tasks
{
    /// <summary>Nobody agreed to see anything harmful.</summary>
    public static HashSet<string> Harmless { get; } = [];

    /// <summary>A project without chance: priorities alone decide what is dealt.</summary>
    public static ProjectSettings Settings(string name = "helpful") =>
        new()
        {
            Name = name,
            RandomShare = 0,
            GoldShare = 0,
        };

    /// <summary>A project with some tasks; their priorities fall, so they are dealt in this order.</summary>
    public static async Task<(long Project, long[] Requests)> OpenAsync(
        FeedbackStores stores,
        int tasks = 3,
        ProjectSettings? settings = null,
        int wanted = 1,
        Func<int, ComparisonRequested, ComparisonRequested>? with = null
    )
    {
        settings ??= Settings();
        var project = await stores.Projects.OpenProjectAsync($"project {settings.Name}", settings, "ada");
        var requests = new long[tasks];
        for (var i = 0; i < tasks; i++)
        {
            var request = Events.Request($"{settings.Name} {i}", priority: tasks - i, wanted: wanted) with { Project = project };
            requests[i] = await stores.Rankings.AppendAsync($"{settings.Name} task {i}", with?.Invoke(i, request) ?? request);
        }

        return (project, requests);
    }

    /// <summary>Takes a task, and ranks it as it is shown.</summary>
    public static async Task<long?> WorkAsync(this FeedbackStores stores, long project, string rater, params int[] ranks)
    {
        if (await stores.Projects.TakeAsync(project, rater, Harmless) is not { } task)
        {
            return null;
        }

        await stores.Projects.SubmitAsync($"{rater} ranks {task.Request}", Events.Ranking(task.Request, rater, ranks));
        return task.Request;
    }
}
