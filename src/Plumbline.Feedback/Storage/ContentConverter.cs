using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.AI;
using Plumbline.Data;

namespace Plumbline.Feedback.Storage;

/// <summary>Content as data sets write it: a string, or an array of messages with <c>role</c> and <c>content</c>.</summary>
internal sealed class ContentConverter : JsonConverter<Content>
{
    /// <inheritdoc/>
    public override Content? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String
            ? Content.FromText(reader.GetString()!)
            : Content.FromMessages(
                (JsonSerializer.Deserialize<Message?[]>(ref reader, options) ?? throw new JsonException("A prompt is missing.")).Select(
                    message =>
                        message is null
                            ? throw new JsonException("A message is missing.")
                            : new ChatMessage(new ChatRole(message.Role), message.Content)
                )
            );

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Content value, JsonSerializerOptions options)
    {
        if (value.Text is { } text)
        {
            writer.WriteStringValue(text);
            return;
        }

        JsonSerializer.Serialize(writer, value.Messages!.Select(message => new Message(message.Role.Value, message.Text)), options);
    }

    private sealed record Message(string Role, string Content);
}
