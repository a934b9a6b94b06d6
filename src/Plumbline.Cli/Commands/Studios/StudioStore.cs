using System.CommandLine;
using Plumbline.Feedback;
using Plumbline.Feedback.Projects;
using Plumbline.Studio.Options;

namespace Plumbline.Cli.Commands.Studios;

/// <summary>What the commands share that work on the store while its pages may be served.</summary>
internal static class StudioStore
{
    /// <summary>Who projects and changes are by that this command line makes.</summary>
    public const string CommandLine = "command line";

    internal static Option<string> Option() =>
        new("--store")
        {
            Description =
                "Where judgements are kept: a path for SQLite, an address or connection string for PostgreSQL (docs/feedback.md).",
            DefaultValueFactory = _ => new StudioOptions().Store,
        };

    internal static Option<bool> Json() => new("--json") { Description = "One JSON object on standard output." };

    /// <summary>A project by its name or number.</summary>
    /// <exception cref="InvalidInputException">There is none.</exception>
    internal static async Task<Project> FindAsync(FeedbackStores stores, string project, CancellationToken cancellation)
    {
        var all = await stores.Projects.ReadProjectsAsync(cancellation);
        return all.FirstOrDefault(one => one.Settings.Name == project)
            ?? (long.TryParse(project, out var id) ? await stores.Projects.FindProjectAsync(id, cancellation) : null)
            ?? throw new InvalidInputException(
                $"There is no project '{project}'.",
                all.Count == 0
                    ? "Open one on the pages, or by plumb studio import --create."
                    : $"There are: {string.Join(", ", all.Select(one => one.Settings.Name))}."
            );
    }
}
