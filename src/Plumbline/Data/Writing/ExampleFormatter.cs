using System.Buffers;
using Microsoft.Extensions.AI;
using Plumbline.Data.Rows;

namespace Plumbline.Data.Writing;

/// <summary>Turns examples, all of one kind and form, into the bytes of a file.</summary>
/// <param name="path">The file to be written, for error messages.</param>
internal abstract class ExampleFormatter(string path) : IDisposable
{
    private Type? kind;
    private bool isChat;

    /// <summary>What is to be written next; whoever writes it resets it.</summary>
    public ArrayBufferWriter<byte> Pending { get; } = new(128 << 10);

    /// <summary>How many examples were added.</summary>
    public long Count { get; private set; }

    /// <summary>The formatter for a file with this name.</summary>
    /// <exception cref="InvalidInputException">The name's ending is not known.</exception>
    public static ExampleFormatter For(string path)
    {
        var name = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path;
        return Path.GetExtension(name).ToLowerInvariant() switch
        {
            ".jsonl" => new JsonLinesFormatter(path),
            ".csv" => new CsvFormatter(path),
            var other => throw new InvalidInputException(
                $"'{other}' is no format that data sets are written in.",
                "Use a name that ends in .jsonl, .jsonl.gz, .csv or .csv.gz.",
                new InputPosition(path)
            ),
        };
    }

    /// <summary>Adds an example's row.</summary>
    /// <exception cref="InvalidInputException">The example does not fit to those before it, or cannot be written in this format.</exception>
    public void Add(Example example)
    {
        foreach (var content in Contents(example))
        {
            Check(example, content);
        }

        // The steps of an answer are text whatever form the prompt has.
        if (example is StepwiseExample { Steps: var steps })
        {
            foreach (var step in steps)
            {
                CheckText(step);
            }
        }

        Format(example, Count == 0);
        Count++;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Release();
        GC.SuppressFinalize(this);
    }

    /// <summary>Appends the row to <see cref="Pending"/>.</summary>
    protected abstract void Format(Example example, bool isFirst);

    /// <summary>Gives back what the format needs.</summary>
    protected virtual void Release() { }

    /// <summary>The error of an example that cannot be written.</summary>
    protected InvalidInputException Refuse(string problem, string mend) =>
        new($"example {Count + 1} {problem}", mend, new InputPosition(path));

    private static IEnumerable<Content> Contents(Example example) =>
        example switch
        {
            LanguageModelingExample row => [row.Content],
            PromptExample row => [row.Prompt],
            PromptCompletionExample row => [row.Prompt, row.Completion],
            PreferenceExample { Gold: { } gold } row => [row.Prompt, row.Chosen, row.Rejected, gold],
            PreferenceExample row => [row.Prompt, row.Chosen, row.Rejected],
            UnpairedPreferenceExample row => [row.Prompt, row.Completion],
            RankedExample row => [row.Prompt, .. row.Answers],
            StepwiseExample row => [row.Prompt],
            _ => throw new ArgumentException($"{example.GetType().Name} is no known kind of example.", nameof(example)),
        };

    private void Check(Example example, Content content)
    {
        if (kind is null)
        {
            kind = example.GetType();
            isChat = content.Messages is not null;
        }

        if (example.GetType() != kind)
        {
            throw Refuse($"is a {example.GetType().Name} after a {kind.Name}.", "A file holds one kind of examples.");
        }

        if (content.Messages is not null != isChat)
        {
            throw Refuse("mixes text and chat messages with what stands before it.", "A file holds one of the two forms.");
        }

        if (content.Text is { } text)
        {
            CheckText(text);
            return;
        }

        foreach (var message in content.Messages!)
        {
            CheckMessage(message);
        }
    }

    private void CheckMessage(ChatMessage message)
    {
        if (message.Role.Value is not ("system" or "user" or "assistant" or "tool"))
        {
            throw Refuse($"has a message with the role '{message.Role.Value}'.", "Roles are system, user, assistant and tool.");
        }

        if (message.Contents.Any(part => part is not TextContent))
        {
            throw Refuse("has a message that holds more than text.", "Only text is written.");
        }

        CheckText(message.Text);
    }

    private void CheckText(string text)
    {
        if (Encodings.HasLoneSurrogate(text))
        {
            throw Refuse("holds half a surrogate pair, which no UTF-8 file can hold.", "Remove the broken character.");
        }
    }
}
