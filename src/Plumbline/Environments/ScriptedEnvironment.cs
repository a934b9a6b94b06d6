using System.Text.Json;
using Microsoft.Extensions.AI;
using Plumbline.Configuration;
using Plumbline.Rewards;

namespace Plumbline.Environments;

/// <summary>
/// Asks what the prompt's row goes on with, one question after another, whatever the policy answers. A conversation is over when every question was asked; one whose row has
/// none, or nothing that can be read, after the first answer.
/// </summary>
public sealed class ScriptedEnvironment : IEnvironment
{
    private readonly ScriptedOptions options;

    /// <summary>Makes the environment.</summary>
    /// <param name="options">The column.</param>
    /// <exception cref="InvalidInputException">An option is out of its range.</exception>
    public ScriptedEnvironment(ScriptedOptions options) => this.options = OptionsValidation.ThrowIfInvalid(options);

    /// <inheritdoc/>
    public Task<IReadOnlyList<IReadOnlyList<ChatMessage>?>> ReplyAsync(
        IReadOnlyList<AnsweredConversation> conversations,
        CancellationToken cancellation = default
    ) => Task.FromResult<IReadOnlyList<IReadOnlyList<ChatMessage>?>>([.. conversations.Select(Next)]);

    private ChatMessage[]? Next(AnsweredConversation conversation) =>
        conversation.Columns.TryGetValue(options.Column, out var column)
        && Questions(column) is { } questions
        && conversation.Answers <= questions.Count
            ? [new ChatMessage(ChatRole.User, questions[conversation.Answers - 1])]
            : null;

    /// <summary>The questions of a column; null where it holds something else.</summary>
    private static List<string>? Questions(JsonElement column)
    {
        var questions = new List<string>();
        foreach (var item in column.ValueKind == JsonValueKind.Array ? column.EnumerateArray().AsEnumerable() : [column])
        {
            var (role, text) = item.ValueKind == JsonValueKind.Object ? (Text(item, "role"), Text(item, "content")) : ("user", Text(item));
            if (role is null || text is null)
            {
                return null;
            }

            if (role == ChatRole.User.Value)
            {
                questions.Add(text);
            }
        }

        return questions;
    }

    private static string? Text(JsonElement message, string property) =>
        message.TryGetProperty(property, out var value) ? Text(value) : null;

    // A number is no question.
    private static string? Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? RewardColumn.Text(value) : null;
}
