using Plumbline.Findings;
using Plumbline.Moderation;

namespace Plumbline.Gateway;

/// <summary>What JSON and metrics call outcomes and parts.</summary>
internal static class WireNames
{
    private static readonly Dictionary<string, GuardedPart> Parts = Enum.GetValues<GuardedPart>().ToDictionary(Of, StringComparer.Ordinal);

    internal static IEnumerable<string> AllParts => Parts.Keys;

    internal static string Of(GuardOutcome outcome) =>
        outcome switch
        {
            GuardOutcome.Allow => "allow",
            GuardOutcome.Transform => "transform",
            GuardOutcome.Refuse => "refuse",
            GuardOutcome.Escalate => "escalate",
            _ => "block",
        };

    internal static string Of(GuardedPart part) =>
        part switch
        {
            GuardedPart.Prompt => "prompt",
            GuardedPart.Answer => "answer",
            GuardedPart.ToolCall => "tool_call",
            GuardedPart.ToolResult => "tool_result",
            GuardedPart.ImagePrompt => "image_prompt",
            _ => "image",
        };

    internal static bool TryPart(string name, out GuardedPart part) => Parts.TryGetValue(name, out part);
}
