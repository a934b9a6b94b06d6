using System.Text.Json;
using Microsoft.Extensions.AI;
using Plumbline.Data.Rows;

namespace Plumbline.Data.Layouts;

/// <summary>Reads a column in either form, text or messages, and refuses what is empty.</summary>
internal static class ContentReader
{
    /// <summary>Reads a column.</summary>
    /// <param name="row">The row.</param>
    /// <param name="column">The column to read.</param>
    /// <param name="emptyReason">The reason to give where there is nothing but white space.</param>
    /// <param name="content">What was read; null where there is a fault.</param>
    /// <returns>Null, or why the column cannot be used.</returns>
    public static RowFault? Read(Row row, Column column, BadRowReason emptyReason, out Content? content)
    {
        content = null;
        RowFault? fault;
        switch (row.Kind(column))
        {
            case FieldKind.Text:
                fault = row.ReadText(column, out var text);
                content = Content.FromText(text);
                break;
            case FieldKind.Array or FieldKind.Object:
                fault = ReadMessages(row.Json(column), out content);
                break;
            default:
                return row.Unfit(column, "text or messages");
        }

        fault ??= Emptiness(content!, row.Names[column], emptyReason);
        content = fault is null ? content : null;
        return fault;
    }

    /// <summary>Reads the token that <paramref name="reader"/> stands on, text or messages.</summary>
    public static RowFault? Read(ref Utf8JsonReader reader, string name, BadRowReason emptyReason, out Content? content)
    {
        content = null;
        RowFault? fault = null;
        if (reader.TokenType != JsonTokenType.String)
        {
            var messages = new List<ChatMessage>();
            fault = MessageReader.Read(ref reader, messages);
            content = Content.FromMessages(messages);
        }
        else if (JsonText.TryRead(ref reader, out var text))
        {
            content = Content.FromText(text);
        }
        else
        {
            fault = new RowFault(BadRowReason.InvalidText, $"{name} holds an escaped surrogate (\\ud800 to \\udfff) without its partner.");
        }

        return fault ?? Emptiness(content!, name, emptyReason);
    }

    /// <summary>
    /// Gives a prompt and its completion the same form. Text beside messages becomes a message of the user or the assistant; a text prompt that
    /// the messages repeat as their first one is taken from there.
    /// </summary>
    /// <returns>Null, or why the two do not fit together.</returns>
    public static RowFault? Align(ref Content prompt, ref Content completion)
    {
        if (prompt.Messages is not null && completion.Text is { } answer)
        {
            completion = Content.FromMessages([new ChatMessage(ChatRole.Assistant, answer)]);
        }
        else if (prompt.Text is { } question && completion.Messages is { } messages)
        {
            var repeats = BeginsWithPrompt(completion, question) && messages.Count > 1;
            if (!repeats && messages[0].Role != ChatRole.Assistant)
            {
                return new RowFault(
                    BadRowReason.WrongType,
                    $"the prompt is text, but the messages after it begin with the role '{messages[0].Role.Value}' and do not repeat the prompt."
                );
            }

            prompt = Content.FromMessages([repeats ? messages[0] : new ChatMessage(ChatRole.User, question)]);
            completion = repeats ? Content.FromMessages(messages.Skip(1)) : completion;
        }

        return null;
    }

    /// <summary>True where the messages' first one is the user's and says <paramref name="prompt"/>.</summary>
    public static bool BeginsWithPrompt(Content messages, string prompt) =>
        messages.Messages is [{ } first, ..] && first.Role == ChatRole.User && first.Text == prompt;

    private static RowFault? ReadMessages(ReadOnlySpan<byte> json, out Content? content)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        var messages = new List<ChatMessage>();
        var fault = MessageReader.Read(ref reader, messages);
        content = fault is null ? Content.FromMessages(messages) : null;
        return fault;
    }

    private static RowFault? Emptiness(Content content, string name, BadRowReason reason)
    {
        if (content.Messages is not { } messages)
        {
            return string.IsNullOrWhiteSpace(content.Text) ? new RowFault(reason, $"'{name}' is empty.") : null;
        }

        if (messages.Count == 0)
        {
            return new RowFault(reason, $"'{name}' has no messages.");
        }

        for (var i = 0; i < messages.Count; i++)
        {
            // An empty system message is common and harmless.
            if (string.IsNullOrWhiteSpace(messages[i].Text) && messages[i].Role != ChatRole.System)
            {
                return new RowFault(reason, $"message {i + 1} of '{name}' is empty.");
            }
        }

        return null;
    }
}
