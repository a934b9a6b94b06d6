using Microsoft.Extensions.AI;

namespace Plumbline.Data;

/// <summary>
/// One side of a training example in either of its two forms: raw text, or chat messages that a template turns into text (TRL calls
/// the two "standard" and "conversational").
/// </summary>
public sealed class Content : IEquatable<Content>
{
    private Content(string? text, IReadOnlyList<ChatMessage>? messages)
    {
        Text = text;
        Messages = messages;
    }

    /// <summary>The raw text; null in chat form.</summary>
    public string? Text { get; }

    /// <summary>The messages; null in text form.</summary>
    public IReadOnlyList<ChatMessage>? Messages { get; }

    /// <summary>Content in text form.</summary>
    public static Content FromText(string text) => new(text, null);

    /// <summary>Content in chat form.</summary>
    public static Content FromMessages(IEnumerable<ChatMessage> messages) => new(null, [.. messages]);

    /// <inheritdoc/>
    public bool Equals(Content? other)
    {
        if (other is null || Text != other.Text || (Messages is null) != (other.Messages is null))
        {
            return false;
        }

        return Messages is null
            || (
                Messages.Count == other.Messages!.Count
                && Messages.Zip(other.Messages).All(pair => pair.First.Role == pair.Second.Role && pair.First.Text == pair.Second.Text)
            );
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Content);

    /// <inheritdoc/>
    public override int GetHashCode() =>
        Text is not null
            ? Text.GetHashCode(StringComparison.Ordinal)
            : Messages!.Aggregate(17, (hash, message) => HashCode.Combine(hash, message.Role, message.Text));

    /// <inheritdoc/>
    public override string ToString() => Text ?? string.Join("\n\n", Messages!.Select(message => $"{message.Role.Value}: {message.Text}"));
}
