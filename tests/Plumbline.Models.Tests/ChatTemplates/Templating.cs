using Microsoft.Extensions.AI;
using Plumbline.Models.ChatTemplates;

namespace Plumbline.Models.Tests.ChatTemplates;

/// <summary>Short ways to render in tests.</summary>
internal static class Templating
{
    /// <summary>Renders a template with variables and without messages.</summary>
    public static string Render(string source, params (string Name, object? Value)[] variables) =>
        ChatTemplate
            .Parse(source)
            .Render([], new ChatRenderOptions { Variables = variables.ToDictionary(variable => variable.Name, variable => variable.Value) })
            .Text;

    /// <summary>Renders a conversation.</summary>
    public static string Render(
        string source,
        IReadOnlyList<ChatMessage> messages,
        bool addGenerationPrompt = false,
        string? bos = null,
        string? eos = null
    ) =>
        ChatTemplate
            .Parse(source)
            .Render(
                messages,
                new ChatRenderOptions
                {
                    AddGenerationPrompt = addGenerationPrompt,
                    BosToken = bos,
                    EosToken = eos,
                }
            )
            .Text;

    /// <summary>A message per pair of role and text.</summary>
    public static List<ChatMessage> Turns(params (string Role, string Text)[] messages) =>
        [.. messages.Select(message => new ChatMessage(new ChatRole(message.Role), message.Text))];

    /// <summary>The error of a template that fails.</summary>
    public static InvalidInputException Failure(string source, params (string Name, object? Value)[] variables) =>
        Assert.Throws<InvalidInputException>(() => Render(source, variables));
}
