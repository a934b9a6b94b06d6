using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Plumbline.Findings;
using Plumbline.Gateway.Guarding;
using Plumbline.Gateway.Wire;
using Plumbline.Moderation;

namespace Plumbline.Gateway.Endpoints;

/// <summary>What a chat request asks for, and everything in it that is checked.</summary>
internal sealed class ChatRequest
{
    private static readonly FieldNames RootNames = new(
        "messages",
        "model",
        "stream",
        "n",
        "tools",
        "functions",
        "response_format",
        "stream_options",
        "logprobs",
        "top_logprobs"
    );

    private static readonly FieldNames MessageNames = new(
        "role",
        "content",
        "name",
        "tool_calls",
        "function_call",
        "tool_call_id",
        "refusal",
        "reasoning_content",
        "reasoning"
    );

    private static readonly FieldNames PartNames = new("type", "text", "image_url", "refusal");
    private static readonly FieldNames ImageNames = new("url", "detail");

    private readonly RequestBody body;
    private readonly CheckOptions options;
    private readonly JsonArray messages;

    private ChatRequest(RequestBody body, CheckOptions options, JsonArray messages) =>
        (this.body, this.options, this.messages) = (body, options, messages);

    internal required AskedFor Asked { get; init; }

    /// <summary>Reads it.</summary>
    /// <exception cref="ApiException">It is no chat request, or holds what must not be sent on.</exception>
    internal static ChatRequest Of(RequestBody body, CheckOptions options)
    {
        RootNames.Check(body.Root, string.Empty);
        var asked = AskedFor.Of(body, options, prompts: 1);
        var found = JsonFields.Items(body.Root, "messages");
        return found is { Count: > 0 } && found.Count <= body.Limits.MaxMessages
            ? new ChatRequest(body, options, found) { Asked = asked with { Tools = ToolNames(body.Root) } }
            : throw ApiException.BadRequest($"'messages' must have 1 to {body.Limits.MaxMessages} messages.", "messages");
    }

    /// <summary>Checks everything in it; what a guard changes is changed in the body.</summary>
    /// <returns>The decision that ends the request; null where it may be sent on.</returns>
    internal async ValueTask<GuardDecision?> CheckAsync(GuardSession session, CancellationToken cancellation)
    {
        var checker = new RequestChecker(body, session, options, cancellation);
        if (options.SystemMessages)
        {
            await checker.CheckAllAsync(body.Root["tools"], GuardedPart.Prompt);
            await checker.CheckAllAsync(body.Root["functions"], GuardedPart.Prompt);
            await checker.CheckAllAsync(body.Root["response_format"], GuardedPart.Prompt);
        }

        for (var i = 0; i < messages.Count && checker.Stopped is null; i++)
        {
            var place = $"messages.{i}";
            session.Conversation.Add(await CheckMessageAsync(checker, JsonFields.ItemFields(messages[i], place), place));
        }

        return checker.Stopped;
    }

    private async ValueTask<ChatMessage> CheckMessageAsync(RequestChecker checker, JsonObject message, string place)
    {
        MessageNames.Check(message, place);
        var role = JsonFields.Text(message, "role", place) ?? throw JsonFields.Wrong(place, "role", "a string");
        var part = role switch
        {
            "assistant" => GuardedPart.Answer,
            "tool" or "function" => GuardedPart.ToolResult,
            _ => GuardedPart.Prompt,
        };
        var isChecked = role switch
        {
            "assistant" => options.AssistantMessages,
            "system" or "developer" => options.SystemMessages,
            _ => true,
        };
        var said = new StringBuilder();
        foreach (var (name, value) in message.ToList())
        {
            var field = FieldNames.Place(place, name);
            switch (name)
            {
                case "role" or "tool_call_id":
                    if (JsonFields.Text(message, name, place) is { } identifier && !Identifier.Is(identifier))
                    {
                        throw JsonFields.Wrong(place, name, "at most 64 letters, digits, _, -, . and :");
                    }

                    break;
                case "content":
                    await CheckContentAsync(checker, value, isChecked ? part : null, field, said);
                    break;
                case "tool_calls" or "function_call" when isChecked:
                    await checker.CheckAllAsync(value, GuardedPart.ToolCall);
                    break;
                default:
                    if (isChecked)
                    {
                        await checker.CheckAllAsync(value, part);
                    }

                    break;
            }
        }

        return new ChatMessage(RoleOf(role), said.ToString());
    }

    private static async ValueTask CheckContentAsync(
        RequestChecker checker,
        JsonNode? content,
        GuardedPart? part,
        string place,
        StringBuilder said
    )
    {
        switch (content)
        {
            case null:
                break;
            case JsonValue value when value.TryGetValue(out string? text):
                said.Append(part is { } kind ? await checker.CheckAsync(value, text, kind) : text);
                break;
            case JsonArray parts:
                for (var i = 0; i < parts.Count; i++)
                {
                    var at = $"{place}.{i}";
                    await CheckPartAsync(checker, JsonFields.ItemFields(parts[i], at), part, at, said);
                }

                break;
            default:
                throw ApiException.BadRequest($"'{place}' must be a string or an array of parts.", place);
        }
    }

    private static async ValueTask CheckPartAsync(
        RequestChecker checker,
        JsonObject content,
        GuardedPart? part,
        string place,
        StringBuilder said
    )
    {
        PartNames.Check(content, place);
        var type = JsonFields.Text(content, "type", place);
        if (type is not ("text" or "image_url" or "refusal"))
        {
            throw ApiException.BadRequest($"'{place}.type' must be text or image_url: nothing else can be checked.", $"{place}.type");
        }

        // A server may read the field that it expects, whatever type says: so all of them are checked.
        if (JsonFields.Text(content, "text", place) is { } text)
        {
            said.Append(part is { } kind ? await checker.CheckAsync(content["text"]!, text, kind) : text).Append('\n');
        }

        if (content["image_url"] is { } image && part is not null)
        {
            await CheckImageAsync(checker, image, $"{place}.image_url");
        }

        if (part is { } other)
        {
            foreach (var (_, field) in content.Where(field => field.Key is not ("type" or "text" or "image_url")).ToList())
            {
                await checker.CheckAllAsync(field, other);
            }
        }
    }

    private static async ValueTask CheckImageAsync(RequestChecker checker, JsonNode image, string place)
    {
        if (image is JsonObject fields)
        {
            ImageNames.Check(fields, place);
            await checker.CheckImageAsync(
                JsonFields.Text(fields, "url", place) ?? throw JsonFields.Wrong(place, "url", "a string"),
                $"{place}.url"
            );
        }
        else
        {
            // Some servers take the address itself.
            await checker.CheckImageAsync(
                image is JsonValue value && value.TryGetValue(out string? url) ? url : throw JsonFields.Wrong(place, "url", "a string"),
                place
            );
        }
    }

    private static HashSet<string> ToolNames(JsonObject root)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var tool in (JsonFields.Items(root, "tools") ?? []).Concat(JsonFields.Items(root, "functions") ?? []))
        {
            var fields = tool as JsonObject;
            if (
                (fields?["function"] ?? fields?["custom"] ?? fields) is JsonObject function
                && JsonFields.Text(function, "name") is { } name
            )
            {
                names.Add(name);
            }
        }

        return names;
    }

    private static ChatRole RoleOf(string role) =>
        role switch
        {
            "assistant" => ChatRole.Assistant,
            "tool" or "function" => ChatRole.Tool,
            "system" or "developer" => ChatRole.System,
            _ => ChatRole.User,
        };
}
