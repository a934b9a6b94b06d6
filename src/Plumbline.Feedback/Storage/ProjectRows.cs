using System.Data.Common;
using System.Text.Json;
using Plumbline.Feedback.Projects;

namespace Plumbline.Feedback.Storage;

/// <summary>The views of projects.</summary>
internal static class ProjectRows
{
    /// <summary>What the requests are asked by that belong to no project: as their priorities say, and without a random share.</summary>
    public static ProjectSettings OfNone { get; } = new() { Name = "Requests of runs", RandomShare = 0 };

    /// <summary>What a project asks.</summary>
    /// <exception cref="InvalidInputException">There is no such project.</exception>
    public static async Task<ProjectSettings> SettingsAsync(DbConnection connection, long project, CancellationToken cancellation) =>
        await FindAsync(connection, project, cancellation)
        ?? throw new InvalidInputException(
            $"There is no project {project}.",
            "A project's id is the number that it got when it was opened."
        );

    /// <summary>What a project asks; null where there is none.</summary>
    public static async Task<ProjectSettings?> FindAsync(DbConnection connection, long project, CancellationToken cancellation) =>
        project == 0 ? OfNone
        : await connection.ScalarAsync(
            "SELECT settings FROM feedback_projects WHERE project = @project",
            cancellation,
            ("project", project)
        )
            is string stored
            ? Read(stored)
        : null;

    /// <summary>All projects but project 0.</summary>
    public static async Task<IReadOnlyList<Project>> AllAsync(DbConnection connection, CancellationToken cancellation) =>
        await connection.QueryAsync(
            "SELECT project, settings FROM feedback_projects ORDER BY project",
            row => new Project(row.GetInt64(0), Read(row.GetString(1))),
            cancellation
        );

    /// <summary>Settings as they stand in the tables.</summary>
    public static string Write(ProjectSettings settings) => JsonSerializer.Serialize(settings, EventJson.Options);

    private static ProjectSettings Read(string stored) => JsonSerializer.Deserialize<ProjectSettings>(stored, EventJson.Options)!;
}
