using Plumbline.Feedback.Projects;

namespace Plumbline.Studio.Pages;

/// <summary>A project among those of somebody.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Progress">How far it is.</param>
/// <param name="Mine">How many tasks they have judged.</param>
public sealed record ProjectCard(long Id, string Name, ProjectProgress Progress, long Mine)
{
    /// <summary>Whether they may rank in it.</summary>
    public bool MayRank { get; init; }

    /// <summary>Whether they hold a task.</summary>
    public bool IsHeld { get; init; }

    /// <summary>Whether there are guidelines.</summary>
    public bool HasGuidelines { get; init; }
}
