using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Plumbline.Data.Rows;

namespace Plumbline.Data.Layouts;

/// <summary>Reads chat messages: <c>role</c> and <c>content</c>, or ShareGPT's <c>from</c> and <c>value</c>; one message or an array.</summary>
internal static class MessageReader
{
    /// <summary>Reads the array or the message that <paramref name="reader"/> stands on; it ends on the last token of it.</summary>
    /// <returns>Null, or why these are no messages.</returns>
    public static RowFault? Read(ref Utf8JsonReader reader, List<ChatMessage> messages)
    {
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            return ReadOne(ref reader, messages);
        }

        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return Wrong("messages are an array of objects with 'role' and 'content'.");
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                return Wrong($"message {messages.Count + 1} is no object with 'role' and 'content'.");
            }

            if (ReadOne(ref reader, messages) is { } fault)
            {
                return fault;
            }
        }

        return null;
    }

    private static RowFault? ReadOne(ref Utf8JsonReader reader, List<ChatMessage> messages)
    {
        ChatRole? role = null;
        string? text = null;
        var number = messages.Count + 1;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isRole = reader.ValueTextEqualsSafely("role"u8) || reader.ValueTextEqualsSafely("from"u8);
            var isText = !isRole && (reader.ValueTextEqualsSafely("content"u8) || reader.ValueTextEqualsSafely("value"u8));
            var isCall =
                !isRole && !isText && (reader.ValueTextEqualsSafely("tool_calls"u8) || reader.ValueTextEqualsSafely("function_call"u8));
            reader.Read();
            RowFault? fault = null;
            if (isRole)
            {
                fault = ReadRole(ref reader, number, out role);
            }
            else if (isText)
            {
                fault = ReadText(ref reader, number, out text);
            }
            else if (isCall && reader.TokenType != JsonTokenType.Null)
            {
                fault = Wrong($"message {number} calls a tool; only text is read.");
            }
            else
            {
                reader.Skip();
            }

            if (fault is not null)
            {
                return fault;
            }
        }

        if (role is null || text is null)
        {
            return Wrong($"message {number} has no '{(role is null ? "role" : "content")}'.");
        }

        messages.Add(new ChatMessage(role.Value, text));
        return null;
    }

    private static RowFault? ReadRole(ref Utf8JsonReader reader, int number, out ChatRole? role)
    {
        role = null;
        if (reader.TokenType != JsonTokenType.String || !JsonText.TryRead(ref reader, out var name))
        {
            return Wrong($"the role of message {number} is no text.");
        }

        role = name switch
        {
            "user" or "human" or "prompter" => ChatRole.User,
            "assistant" or "gpt" or "model" or "chatgpt" => ChatRole.Assistant,
            "system" or "developer" => ChatRole.System,
            "tool" or "function" or "observation" => ChatRole.Tool,
            _ => null,
        };
        return role is null
            ? Wrong(
                $"message {number} has the role {RowFault.Excerpt(name)}; known are system, user, assistant and tool (ShareGPT: human, gpt)."
            )
            : null;
    }

    /// <summary>Text, or parts that are all text and are joined.</summary>
    private static RowFault? ReadText(ref Utf8JsonReader reader, int number, out string? text)
    {
        text = null;
        if (reader.TokenType == JsonTokenType.String)
        {
            return JsonText.TryRead(ref reader, out text) ? null : Broken(number);
        }

        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return Wrong($"the content of message {number} is no text.");
        }

        var joined = new StringBuilder();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (ReadPart(ref reader, number, out var part) is { } fault)
            {
                return fault;
            }

            joined.Append(part);
        }

        text = joined.ToString();
        return null;
    }

    private static RowFault? ReadPart(ref Utf8JsonReader reader, int number, out string part)
    {
        part = string.Empty;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return Wrong($"the content of message {number} holds a part that is no object.");
        }

        var isText = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isType = reader.ValueTextEqualsSafely("type"u8);
            var isValue = reader.ValueTextEqualsSafely("text"u8);
            reader.Read();
            if (isType)
            {
                isText = reader.TokenType == JsonTokenType.String && reader.ValueTextEqualsSafely("text"u8);
            }
            else if (isValue && reader.TokenType == JsonTokenType.String && !JsonText.TryRead(ref reader, out part))
            {
                return Broken(number);
            }

            reader.Skip();
        }

        return isText ? null : Wrong($"the content of message {number} holds a part that is no text.");
    }

    /// <summary>Compares names and strings; one with half a surrogate pair equals nothing.</summary>
    private static bool ValueTextEqualsSafely(this ref Utf8JsonReader reader, ReadOnlySpan<byte> name)
    {
        if (!reader.ValueIsEscaped)
        {
            return reader.ValueSpan.SequenceEqual(name);
        }

        return JsonText.TryRead(ref reader, out _) && reader.ValueTextEquals(name);
    }

    private static RowFault Wrong(string problem) => new(BadRowReason.WrongType, problem);

    private static RowFault Broken(int number) =>
        new(BadRowReason.InvalidText, $"message {number} holds an escaped surrogate (\\ud800 to \\udfff) without its partner.");
}
