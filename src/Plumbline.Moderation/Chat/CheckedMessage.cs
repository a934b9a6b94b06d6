using System.Text.Json;
using Microsoft.Extensions.AI;
using Plumbline.Findings;

namespace Plumbline.Moderation.Chat;

/// <summary>A message after a guard looked at all its contents.</summary>
/// <param name="Message">The message, with what the guard replaced; the one that was given where nothing was.</param>
/// <param name="Stopped">The decision that stops it; null where it passes.</param>
internal sealed record CheckedMessage(ChatMessage Message, GuardDecision? Stopped)
{
    /// <summary>Checks the contents of a message one by one.</summary>
    /// <param name="guard">The guard.</param>
    /// <param name="message">The message; not changed.</param>
    /// <param name="about">What is known of the conversation.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async ValueTask<CheckedMessage> OfAsync(
        IGuard guard,
        ChatMessage message,
        GuardRequest about,
        CancellationToken cancellationToken
    )
    {
        List<AIContent>? contents = null;
        for (var i = 0; i < message.Contents.Count; i++)
        {
            var (content, stopped) = await CheckAsync(guard, message.Contents[i], message.Role, about, cancellationToken)
                .ConfigureAwait(false);
            if (stopped is not null)
            {
                return new CheckedMessage(message, stopped);
            }

            if (!ReferenceEquals(content, message.Contents[i]))
            {
                (contents ??= [.. message.Contents])[i] = content;
            }
        }

        if (contents is null)
        {
            return new CheckedMessage(message, null);
        }

        var changed = message.Clone();
        changed.Contents = contents;
        return new CheckedMessage(changed, null);
    }

    /// <summary>Checks one content.</summary>
    /// <returns>The content, with what was replaced; and the decision that stops it.</returns>
    /// <inheritdoc cref="OfAsync"/>
    /// <param name="guard">The guard.</param>
    /// <param name="content">The content; not changed.</param>
    /// <param name="role">Who says it.</param>
    /// <param name="about">What is known of the conversation.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async ValueTask<(AIContent Content, GuardDecision? Stopped)> CheckAsync(
        IGuard guard,
        AIContent content,
        ChatRole role,
        GuardRequest about,
        CancellationToken cancellationToken
    )
    {
        if (Request(content, role, about) is not { } request)
        {
            return (content, null);
        }

        var decision = await guard.CheckAsync(request, cancellationToken).ConfigureAwait(false);
        return decision.Passes
            ? (decision.Outcome == GuardOutcome.Transform ? With(content, decision.Text!) : content, null)
            : (content, decision);
    }

    // What holds neither text nor a picture, such as usage, needs no check.
    private static GuardRequest? Request(AIContent content, ChatRole role, GuardRequest about) =>
        content switch
        {
            TextContent { Text.Length: > 0 } text => about with { Part = PartOf(role), Text = text.Text },
            TextReasoningContent { Text.Length: > 0 } thought => about with { Part = PartOf(role), Text = thought.Text },
            FunctionCallContent call => about with { Part = GuardedPart.ToolCall, Text = ArgumentsOf(call) },
            FunctionResultContent result => about with { Part = GuardedPart.ToolResult, Text = ResultOf(result) },
            DataContent data when data.HasTopLevelMediaType("image") => about with { Part = GuardedPart.Image, Image = data.Data },
            _ => null,
        };

    private static GuardedPart PartOf(ChatRole role) =>
        role == ChatRole.Assistant ? GuardedPart.Answer
        : role == ChatRole.Tool ? GuardedPart.ToolResult
        : GuardedPart.Prompt;

    private static AIContent With(AIContent content, string text) =>
        content switch
        {
            TextReasoningContent => new TextReasoningContent(text),
            FunctionCallContent call => new FunctionCallContent(call.CallId, call.Name, Arguments(text)),
            FunctionResultContent result => new FunctionResultContent(result.CallId, text),
            _ => new TextContent(text),
        };

    private static string ArgumentsOf(FunctionCallContent call) =>
        JsonSerializer.Serialize(call.Arguments, AIJsonUtilities.DefaultOptions.GetTypeInfo(typeof(IDictionary<string, object?>)));

    private static string ResultOf(FunctionResultContent result) =>
        result.Result as string ?? JsonSerializer.Serialize(result.Result, AIJsonUtilities.DefaultOptions.GetTypeInfo(typeof(object)));

    // A replacement may have broken the JSON: then the tool gets no argument but the text.
    private static Dictionary<string, object?> Arguments(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, object?>>(text) ?? [];
        }
        catch (JsonException)
        {
            return new Dictionary<string, object?> { ["text"] = text };
        }
    }
}
