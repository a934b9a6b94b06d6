using Microsoft.Extensions.AI;
using Plumbline.Data;

namespace Plumbline.Cli.Conversing;

/// <summary>The prompts that <c>plumb generate</c> answers, in order.</summary>
internal static class PromptSource
{
    /// <summary>The conversations that ask.</summary>
    /// <exception cref="InvalidInputException">The file cannot be read or holds no prompts.</exception>
    internal static IReadOnlyList<IReadOnlyList<ChatMessage>> Read(GenerateOptions options)
    {
        var prompts = options.Prompts.Select(Asked).ToList();
        if (options.Input is { } input)
        {
            prompts.AddRange(input.Path.EndsWith(".txt", StringComparison.OrdinalIgnoreCase) ? Lines(input) : Rows(input));
        }

        return prompts.Count > 0
            ? prompts
            : throw new InvalidInputException(
                "The file holds no prompts.",
                "Give one prompt a line, or a data set with prompts.",
                new InputPosition(options.Input!.Path)
            );
    }

    private static IEnumerable<IReadOnlyList<ChatMessage>> Rows(DatasetOptions input) =>
        DatasetReader.Open(input).ReadPrompts().Select(row => row.Prompt.Messages ?? Asked(row.Prompt.Text!));

    private static IEnumerable<IReadOnlyList<ChatMessage>> Lines(DatasetOptions input)
    {
        IEnumerable<string> lines;
        try
        {
            lines = File.ReadLines(input.Path).Where(line => !string.IsNullOrWhiteSpace(line));
            return [.. (input.Limit is { } limit ? lines.Take((int)Math.Min(limit, int.MaxValue)) : lines).Select(Asked)];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException(
                $"The file cannot be read: {failure.Message}",
                "Check its name and permissions.",
                new InputPosition(input.Path),
                failure
            );
        }
    }

    private static IReadOnlyList<ChatMessage> Asked(string text) => [new ChatMessage(ChatRole.User, text)];
}
