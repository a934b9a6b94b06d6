using Microsoft.Extensions.AI;

namespace Plumbline.Findings;

/// <summary>Looks for harm in a text or an image. Thread-safe.</summary>
public interface IDetector
{
    /// <summary>What records and options call it, such as <c>pii</c>: lower-case letters, digits, <c>-</c> and <c>_</c>.</summary>
    string Name { get; }

    /// <summary>Which one exactly: a version or the hash of its model. Two detectors with the same name and version give the same findings.</summary>
    string Version { get; }

    /// <summary>What it costs to ask it.</summary>
    DetectorCost Cost { get; }

    /// <summary>What it reads.</summary>
    DetectorReading Reads { get; }

    /// <summary>The codes of the hazards it can find. Where it fails, nobody knows about these.</summary>
    IReadOnlyCollection<string> Hazards { get; }

    /// <summary>Whether it is asked about clauses by their text (<see cref="DetectorInput.Clauses"/>), and so can find a breach of any; each of its findings names the clause.</summary>
    bool ReadsClauses => false;

    /// <summary>What it finds. Cheap detectors complete synchronously, and do not allocate where they find nothing.</summary>
    /// <param name="input">What is checked. A text detector that reads views gets every view of a text as an input of its own.</param>
    /// <param name="cancellationToken">Stops it.</param>
    ValueTask<IReadOnlyList<Finding>> DetectAsync(DetectorInput input, CancellationToken cancellationToken);
}

/// <summary>What asking a detector costs: cheaper ones are asked first, and may save the others.</summary>
public enum DetectorCost
{
    /// <summary>Microseconds on one core, without a model to load: linear models, patterns, lists.</summary>
    Cheap,

    /// <summary>Milliseconds: a small neural model.</summary>
    Model,

    /// <summary>Seconds, or money: a language model that judges.</summary>
    Judge,
}

/// <summary>What a detector reads.</summary>
public enum DetectorReading
{
    /// <summary>The text as it is written: what is found is changed in it.</summary>
    Text,

    /// <summary>The text as it is written and in every way that it can be unwrapped to.</summary>
    Views,

    /// <summary>An image.</summary>
    Image,
}

/// <summary>Which part of an exchange is checked.</summary>
public enum GuardedPart
{
    /// <summary>What a user asks.</summary>
    Prompt,

    /// <summary>What the model answers.</summary>
    Answer,

    /// <summary>The arguments of a tool that the model calls.</summary>
    ToolCall,

    /// <summary>What a tool gave back: text from outside, which nobody vouches for.</summary>
    ToolResult,

    /// <summary>What an image is asked for with.</summary>
    ImagePrompt,

    /// <summary>An image that was made or sent.</summary>
    Image,
}

/// <summary>What a detector is asked about.</summary>
public sealed record DetectorInput
{
    /// <summary>Which part of the exchange it is.</summary>
    public required GuardedPart Part { get; init; }

    /// <summary>The text, or a view of it; empty for images.</summary>
    public string Text { get; init; } = string.Empty;

    /// <summary>The image as its file's bytes; empty for texts.</summary>
    public ReadOnlyMemory<byte> Image { get; init; }

    /// <summary>The language of the text, as far as it is known; null for unknown, which never means safe.</summary>
    public string? Language { get; init; }

    /// <summary>The ids of the clauses that it is about; null for all that the detector knows. Those that look for whole hazards need not read it.</summary>
    public IReadOnlyCollection<string>? Clauses { get; init; }

    /// <summary>What was said before, oldest first.</summary>
    public IReadOnlyList<ChatMessage> Conversation { get; init; } = [];

    /// <summary>Texts that an answer must be founded on; empty where nothing was given.</summary>
    public IReadOnlyList<string> Sources { get; init; } = [];
}
