using Microsoft.Extensions.AI;
using Plumbline.Constitutions;
using Plumbline.Findings;

namespace Plumbline.Moderation;

/// <summary>What a guard is asked about.</summary>
public sealed record GuardRequest
{
    /// <summary>Which part of the exchange it is.</summary>
    public required GuardedPart Part { get; init; }

    /// <summary>The text; empty for images.</summary>
    public string Text { get; init; } = string.Empty;

    /// <summary>The image as its file's bytes; empty for texts.</summary>
    public ReadOnlyMemory<byte> Image { get; init; }

    /// <summary>What was said before, oldest first.</summary>
    public IReadOnlyList<ChatMessage> Conversation { get; init; } = [];

    /// <summary>Texts that an answer must be founded on; empty where nothing was given.</summary>
    public IReadOnlyList<string> Sources { get; init; } = [];

    /// <summary>Where and when it is said. A language that is not given is told from the text.</summary>
    public Situation Situation { get; init; } = new();

    /// <summary>What the caller calls the exchange, so that its decisions can be found together; null for none.</summary>
    public string? Exchange { get; init; }
}
