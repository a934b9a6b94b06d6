using System.Data.Common;
using Plumbline.Feedback.Projects;

namespace Plumbline.Feedback.Storage;

/// <summary>Changes projects and who is in them; see <see cref="IProjectStore"/>.</summary>
/// <param name="change">The change, under the log's lock.</param>
internal sealed class ProjectLog(StoreChange change)
{
    /// <summary>See <see cref="IProjectStore.OpenProjectAsync"/>.</summary>
    public async Task<(long, bool)> OpenAsync(string key, ProjectSettings settings, string by)
    {
        var opened = new ProjectOpened(settings, by);
        if (await change.KnownAsync(key, opened) is { } known)
        {
            return (known, false);
        }

        await CheckNameAsync(settings.Name, 0);
        var project = await change.AppendAsync(opened, null, key);
        await change.ExecuteAsync(
            "INSERT INTO feedback_projects (project, name, settings) VALUES (@project, @name, @settings)",
            ("project", project),
            ("name", settings.Name),
            ("settings", ProjectRows.Write(settings))
        );
        return (project, true);
    }

    /// <summary>See <see cref="IProjectStore.ChangeProjectAsync"/>.</summary>
    public async Task<(bool, bool)> ChangeAsync(long project, ProjectSettings settings, string by)
    {
        if (project == 0)
        {
            throw new InvalidInputException(
                "Project 0 cannot be changed: it holds the requests that belong to no project.",
                "Open a project, and ask for rankings in that."
            );
        }

        var before = await ProjectRows.SettingsAsync(change.Connection, project, change.Cancellation);
        if (ProjectRows.Write(before) == ProjectRows.Write(settings))
        {
            return (false, false);
        }

        if (before.Medium != settings.Medium)
        {
            throw new InvalidInputException(
                $"Project {project} is about {before.Medium}, and is to be about {settings.Medium}.",
                "Open another project: its tasks are of another kind."
            );
        }

        await CheckNameAsync(settings.Name, project);
        await change.AppendAsync(new ProjectChanged(project, settings, by), project);
        await change.ExecuteAsync(
            "UPDATE feedback_projects SET name = @name, settings = @settings WHERE project = @project",
            ("project", project),
            ("name", settings.Name),
            ("settings", ProjectRows.Write(settings))
        );
        return (true, true);
    }

    /// <summary>See <see cref="IProjectStore.SetMemberAsync"/>.</summary>
    public async Task<(bool, bool)> SetMemberAsync(Membership membership, bool isMember, string by)
    {
        var (project, member, role) = membership;
        await ProjectRows.SettingsAsync(change.Connection, project, change.Cancellation);
        var wanted = isMember ? ProjectWords.Of(role) : null;
        var now = (string?)
            await change.Connection.ScalarAsync(
                "SELECT role FROM feedback_members WHERE project = @project AND member = @member",
                change.Cancellation,
                ("project", project),
                ("member", member)
            );
        if (now == wanted)
        {
            return (false, false);
        }

        await change.AppendAsync(new MemberChanged(project, member, by) { Role = isMember ? role : null }, project == 0 ? null : project);
        await change.ExecuteAsync(
            isMember
                ? """
                INSERT INTO feedback_members (project, member, role) VALUES (@project, @member, @role)
                ON CONFLICT (project, member) DO UPDATE SET role = @role
                """
                : "DELETE FROM feedback_members WHERE project = @project AND member = @member",
            [("project", project), ("member", member), .. isMember ? [("role", (object?)wanted)] : Array.Empty<(string, object?)>()]
        );
        return (true, true);
    }

    /// <summary>See <see cref="IProjectStore.PrioritiseAsync"/>.</summary>
    public async Task<(bool, bool)> PrioritiseAsync(long project, IReadOnlyList<RequestPriority> priorities)
    {
        foreach (var (request, _) in priorities)
        {
            var of = await change.Connection.ScalarAsync(
                "SELECT project FROM feedback_requests WHERE request = @request",
                change.Cancellation,
                ("request", request)
            );
            if (of as long? != project)
            {
                throw new InvalidInputException(
                    $"Project {project} has no request {request}.",
                    "Say of its own tasks how soon they are asked."
                );
            }
        }

        await change.AppendAsync(new RequestsPrioritised(project, priorities), project == 0 ? null : project);
        foreach (var (request, priority) in priorities)
        {
            await change.ExecuteAsync(
                $"""
                UPDATE feedback_requests SET place = @priority, priority = @priority
                WHERE request = @request AND state = 'open' AND slice = {RequestRows.Slice(DealReason.Priority)}
                """,
                ("request", request),
                ("priority", priority)
            );
        }

        return (true, true);
    }

    private async Task CheckNameAsync(string name, long project)
    {
        var taken = await change.Connection.ScalarAsync(
            "SELECT project FROM feedback_projects WHERE name = @name AND project <> @project",
            change.Cancellation,
            ("name", name),
            ("project", project)
        );
        if (taken is long other)
        {
            throw new InvalidInputException($"Project {other} is called '{name}' already.", "Give each project a name of its own.");
        }
    }
}

/// <summary>Roles as they stand in the tables.</summary>
internal static class ProjectWords
{
    /// <summary>The word of a role.</summary>
    public static string Of(ProjectRole role) => role.ToString().ToLowerInvariant();

    /// <summary>A membership in the columns project, member, role.</summary>
    public static Membership Read(DbDataReader row) =>
        new(row.GetInt64(0), row.GetString(1), Enum.Parse<ProjectRole>(row.GetString(2), ignoreCase: true));
}
