using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Plumbline.Models.Tests.ChatTemplates;

/// <summary>The conversations of Golden/conversations.json, from Hugging Face's form into ours.</summary>
internal static class GoldenConversations
{
    /// <summary>The messages.</summary>
    public static List<ChatMessage> Messages(JsonElement messages) => [.. messages.EnumerateArray().Select(Message)];

    /// <summary>The tools.</summary>
    public static List<AITool> Tools(JsonElement tools) =>
        [
            .. tools
                .EnumerateArray()
                .Select(tool => tool.GetProperty("function"))
                .Select(function =>
                    AIFunctionFactory.CreateDeclaration(
                        function.GetProperty("name").GetString()!,
                        function.GetProperty("description").GetString(),
                        function.GetProperty("parameters")
                    )
                ),
        ];

    private static ChatMessage Message(JsonElement message)
    {
        var role = new ChatRole(message.GetProperty("role").GetString()!);
        var text = message.GetProperty("content").GetString();
        if (role == ChatRole.Tool)
        {
            return new ChatMessage(role, [new FunctionResultContent(message.GetProperty("tool_call_id").GetString()!, text)]);
        }

        var contents = new List<AIContent>();
        if (message.TryGetProperty("reasoning_content", out var reasoning))
        {
            contents.Add(new TextReasoningContent(reasoning.GetString()));
        }

        if (text is not null)
        {
            contents.Add(new TextContent(text));
        }

        if (message.TryGetProperty("tool_calls", out var calls))
        {
            contents.AddRange(calls.EnumerateArray().Select(Call));
        }

        return new ChatMessage(role, contents);
    }

    private static FunctionCallContent Call(JsonElement call)
    {
        var function = call.GetProperty("function");
        var arguments = function.GetProperty("arguments").EnumerateObject();
        return new FunctionCallContent(
            call.GetProperty("id").GetString()!,
            function.GetProperty("name").GetString()!,
            arguments.ToDictionary(argument => argument.Name, argument => (object?)argument.Value)
        );
    }

    /// <summary>The moment at which generate.py renders.</summary>
    public sealed class Clock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 3, 5, 7, 8, 9, TimeSpan.Zero);

        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;
    }
}
