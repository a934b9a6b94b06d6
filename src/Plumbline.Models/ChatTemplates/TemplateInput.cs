using System.Collections;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Plumbline.Models.ChatTemplates.Jinja;

namespace Plumbline.Models.ChatTemplates;

/// <summary>Turns messages, tools and variables into the values templates know. All strings from outside come in as not trusted.</summary>
internal static class TemplateInput
{
    private const int MaximumDepth = 64;

    // Letters beyond ASCII stay letters: that is what models were trained on.
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// The roles that templates know. Only these names are trusted, because templates build special tokens from them (<c>'&lt;|' + role + '|&gt;'</c>).
    /// </summary>
    private static readonly HashSet<string> KnownRoles = ["system", "user", "assistant", "tool", "developer"];

    /// <summary>The messages as Hugging Face's chat format has them: dictionaries with <c>role</c>, <c>content</c>, <c>tool_calls</c> and their like.</summary>
    /// <param name="messages">The messages.</param>
    /// <param name="argumentsAsText">Whether the arguments of tool calls are one JSON text instead of a dictionary.</param>
    public static TemplateList Messages(IReadOnlyList<ChatMessage> messages, bool argumentsAsText)
    {
        var list = new List<object?>(messages.Count);
        var called = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var message in messages)
        {
            foreach (var call in message.Contents.OfType<FunctionCallContent>())
            {
                called[call.CallId] = call.Name;
            }

            var results = message.Contents.OfType<FunctionResultContent>().ToList();
            if (results.Count == 0)
            {
                list.Add(Message(message, argumentsAsText));
            }

            // One message may bring the results of several calls; templates expect a message each.
            foreach (var result in results)
            {
                list.Add(ToolResult(message, result, called.GetValueOrDefault(result.CallId)));
            }
        }

        return new TemplateList(list);
    }

    /// <summary>The tools as OpenAI's function schema has them.</summary>
    /// <exception cref="InvalidInputException">A tool is no function.</exception>
    public static TemplateList Tools(IReadOnlyList<AITool> tools)
    {
        var list = new List<object?>(tools.Count);
        foreach (var tool in tools)
        {
            if (tool is not AIFunctionDeclaration function)
            {
                throw new InvalidInputException($"The tool '{tool.Name}' is no function.", "Chat templates can only describe functions.");
            }

            list.Add(
                Map(
                    ("type", MarkedText.Untrusted("function")),
                    (
                        "function",
                        Map(
                            ("name", MarkedText.Untrusted(function.Name)),
                            ("description", MarkedText.Untrusted(function.Description)),
                            ("parameters", Value(function.JsonSchema))
                        )
                    )
                )
            );
        }

        return new TemplateList(list);
    }

    /// <summary>A value from outside.</summary>
    /// <exception cref="InvalidInputException">It is of a type that templates do not know, or nested too deep.</exception>
    public static object? Value(object? value, int depth = 0)
    {
        if (depth > MaximumDepth)
        {
            throw new InvalidInputException($"A variable for the chat template nests deeper than {MaximumDepth} levels.");
        }

        switch (value)
        {
            case null:
                return null;
            case string text:
                return MarkedText.Untrusted(text);
            case bool or long or double:
                return value;
            case int or short or byte or sbyte or ushort or uint:
                return Convert.ToInt64(value);
            case float or decimal or Half:
                return Convert.ToDouble(value);
            case JsonElement json:
                return Json(json, depth);
            case IDictionary dictionary:
                var map = new TemplateMap();
                foreach (DictionaryEntry entry in dictionary)
                {
                    map.Entries[entry.Key.ToString()!] = Value(entry.Value, depth + 1);
                }

                return map;
            case IReadOnlyDictionary<string, object?> entries:
                return Map([.. entries.Select(entry => (entry.Key, Value(entry.Value, depth + 1)))]);
            case IEnumerable items:
                return new TemplateList([.. items.Cast<object?>().Select(item => Value(item, depth + 1))]);
            default:
                throw new InvalidInputException(
                    $"A variable for the chat template is of type {value.GetType()}.",
                    "Use truth values, numbers, strings, JSON, lists and dictionaries."
                );
        }
    }

    private static object? Json(JsonElement json, int depth)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.String:
                return MarkedText.Untrusted(json.GetString()!);
            case JsonValueKind.Number:
                return json.TryGetInt64(out var whole) ? (object)whole : json.GetDouble();
            case JsonValueKind.True or JsonValueKind.False:
                return json.GetBoolean();
            case JsonValueKind.Array:
                return new TemplateList([.. json.EnumerateArray().Select(item => Value(item, depth + 1))]);
            case JsonValueKind.Object:
                return Map([.. json.EnumerateObject().Select(entry => (entry.Name, Value(entry.Value, depth + 1)))]);
            default:
                return null;
        }
    }

    private static TemplateMap Message(ChatMessage message, bool argumentsAsText)
    {
        if (message.Contents.FirstOrDefault(content => !IsWritable(content)) is { } other)
        {
            throw new InvalidInputException(
                $"A message of the role '{message.Role.Value}' holds {other.GetType().Name}, which a text template cannot write.",
                "Leave out what is no text, or use a model that takes it."
            );
        }

        var calls = message.Contents.OfType<FunctionCallContent>().Select(call => (object?)Call(call, argumentsAsText)).ToList();
        // As in OpenAI's interface: a message that only calls has no content, and templates ask for that.
        var isSilent = calls.Count > 0 && !message.Contents.OfType<TextContent>().Any();
        var map = Map(("role", Role(message.Role.Value)), ("content", isSilent ? null : MarkedText.Untrusted(message.Text)));
        if (message.AuthorName is { } author)
        {
            map.Entries["name"] = MarkedText.Untrusted(author);
        }

        var reasoning = string.Concat(message.Contents.OfType<TextReasoningContent>().Select(content => content.Text));
        if (reasoning.Length > 0)
        {
            map.Entries["reasoning_content"] = MarkedText.Untrusted(reasoning);
        }

        if (calls.Count > 0)
        {
            map.Entries["tool_calls"] = new TemplateList(calls);
        }

        return map;
    }

    private static bool IsWritable(AIContent content) =>
        content is TextContent or TextReasoningContent or FunctionCallContent or FunctionResultContent or UsageContent;

    private static TemplateMap Call(FunctionCallContent call, bool argumentsAsText)
    {
        var arguments = call.Arguments ?? new Dictionary<string, object?>();
        return Map(
            ("id", MarkedText.Untrusted(call.CallId)),
            ("type", MarkedText.Untrusted("function")),
            (
                "function",
                Map(
                    ("name", MarkedText.Untrusted(call.Name)),
                    ("arguments", argumentsAsText ? MarkedText.Untrusted(JsonSerializer.Serialize(arguments, Readable)) : Value(arguments))
                )
            )
        );
    }

    private static TemplateMap ToolResult(ChatMessage message, FunctionResultContent result, string? function)
    {
        var content = result.Result switch
        {
            null => string.Empty,
            string text => text,
            JsonElement { ValueKind: JsonValueKind.String } json => json.GetString()!,
            JsonElement json => json.GetRawText(),
            var other => JsonSerializer.Serialize(other, Readable),
        };
        var map = Map(
            ("role", Role(message.Role.Value)),
            ("content", MarkedText.Untrusted(content)),
            ("tool_call_id", MarkedText.Untrusted(result.CallId))
        );
        if (function is not null)
        {
            map.Entries["name"] = MarkedText.Untrusted(function);
        }

        return map;
    }

    private static MarkedText Role(string role) => KnownRoles.Contains(role) ? MarkedText.Trusted(role) : MarkedText.Untrusted(role);

    private static TemplateMap Map(params ReadOnlySpan<(string Key, object? Value)> entries)
    {
        var map = new TemplateMap();
        foreach (var (key, value) in entries)
        {
            map.Entries[key] = value;
        }

        return map;
    }
}
