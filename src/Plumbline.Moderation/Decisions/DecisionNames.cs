using Plumbline.Configuration;
using Plumbline.Findings;

namespace Plumbline.Moderation.Decisions;

/// <summary>What records call parts and outcomes.</summary>
internal static class DecisionNames
{
    private static readonly string[] Parts = [.. Enum.GetNames<GuardedPart>().Select(OptionText.SnakeCase)];
    private static readonly string[] Outcomes = [.. Enum.GetNames<GuardOutcome>().Select(OptionText.SnakeCase)];

    /// <summary>A part's name; null where it is none of those that are defined.</summary>
    internal static string? Of(GuardedPart part) => (uint)part < (uint)Parts.Length ? Parts[(int)part] : null;

    /// <summary>An outcome's name; null where it is none of those that are defined.</summary>
    internal static string? Of(GuardOutcome outcome) => (uint)outcome < (uint)Outcomes.Length ? Outcomes[(int)outcome] : null;

    /// <summary>The part of a name.</summary>
    /// <exception cref="FormatException">There is none.</exception>
    internal static GuardedPart Part(string name) => (GuardedPart)Find(Parts, name);

    /// <summary>The outcome of a name.</summary>
    /// <exception cref="FormatException">There is none.</exception>
    internal static GuardOutcome Outcome(string name) => (GuardOutcome)Find(Outcomes, name);

    private static int Find(string[] names, string name) =>
        Array.IndexOf(names, name) is >= 0 and var at ? at : throw new FormatException($"Nothing is called '{name}' here.");
}
