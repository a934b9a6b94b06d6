namespace Plumbline.Constitutions;

/// <summary>A kind of harm.</summary>
/// <param name="Code">What files call it.</param>
/// <param name="Name">What readers call it.</param>
/// <param name="OpenAi">The categories of OpenAI's moderation endpoint that lie in it.</param>
/// <param name="Azure">The categories of Azure AI Content Safety that lie in it.</param>
public sealed record Hazard(string Code, string Name, IReadOnlyList<string> OpenAi, IReadOnlyList<string> Azure);

/// <summary>
/// The kinds of harm that clauses, detectors and reports speak of: the fourteen of MLCommons' AILuminate and Llama Guard 3 under their codes, and P1 to P4 for what
/// these leave out and an aligned model is still asked about.
/// </summary>
/// <remarks>
/// A category of another taxonomy that lies in several kinds stands at each. OpenAI's thirteen categories: https://platform.openai.com/docs/guides/moderation; Azure's four:
/// https://learn.microsoft.com/azure/ai-services/content-safety/concepts/harm-categories.
/// </remarks>
public static class Hazards
{
    /// <summary>All of them, in the order of their codes.</summary>
    public static IReadOnlyList<Hazard> All { get; } =
    [
        new("S1", "violent crimes", ["violence", "illicit/violent", "harassment/threatening", "hate/threatening"], ["Violence"]),
        new("S2", "non-violent crimes", ["illicit"], []),
        new("S3", "sex-related crimes", ["sexual"], ["Sexual"]),
        new("S4", "sexual exploitation of children", ["sexual/minors"], ["Sexual"]),
        new("S5", "defamation", [], []),
        new("S6", "specialised advice", [], []),
        new("S7", "privacy", [], []),
        new("S8", "intellectual property", [], []),
        new("S9", "indiscriminate weapons", ["illicit/violent"], ["Violence"]),
        new("S10", "hate", ["hate", "hate/threatening", "harassment", "harassment/threatening"], ["Hate"]),
        new("S11", "suicide and self-harm", ["self-harm", "self-harm/intent", "self-harm/instructions"], ["SelfHarm"]),
        new("S12", "sexual content", ["sexual"], ["Sexual"]),
        new("S13", "elections", [], []),
        new("S14", "code interpreter abuse", [], []),
        new("P1", "unfair treatment of groups", [], []),
        new("P2", "deception and manipulation", [], []),
        new("P3", "graphic violence", ["violence/graphic"], ["Violence"]),
        new("P4", "prompt injection and jailbreaks", [], []),
    ];

    /// <summary>The kind of that code; null where there is none.</summary>
    public static Hazard? Find(string code) => All.FirstOrDefault(hazard => hazard.Code == code);

    /// <summary>The kinds that a category of OpenAI's moderation endpoint lies in.</summary>
    public static IEnumerable<Hazard> OfOpenAi(string category) =>
        All.Where(hazard => hazard.OpenAi.Contains(category, StringComparer.Ordinal));

    /// <summary>The kinds that a category of Azure AI Content Safety lies in.</summary>
    public static IEnumerable<Hazard> OfAzure(string category) =>
        All.Where(hazard => hazard.Azure.Contains(category, StringComparer.Ordinal));
}
