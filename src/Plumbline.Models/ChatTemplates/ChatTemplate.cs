using Microsoft.Extensions.AI;
using Plumbline.Models.ChatTemplates.Jinja;
using Plumbline.Tokenization;

namespace Plumbline.Models.ChatTemplates;

/// <summary>
/// A chat template: the Jinja program, kept with a model, that writes a conversation as one text. Runs with bounds on steps, depth and size, and
/// keeps apart what the template wrote and what the messages brought. Thread-safe.
/// </summary>
public sealed class ChatTemplate
{
    /// <summary>
    /// The template for models trained here: ChatML with the answers marked, their end-of-turn token included, for training on them alone.
    /// </summary>
    public const string Plumbline = BpeTrainerOptions.PlumblineChatTemplate;

    private const int MaximumLength = 1 << 20;
    private readonly TemplateErrors errors;
    private readonly IReadOnlyList<Statement> statements;
    private readonly TemplateLimits limits;

    private ChatTemplate(TemplateErrors errors, IReadOnlyList<Statement> statements, bool marksGeneration, TemplateLimits limits)
    {
        this.errors = errors;
        this.statements = statements;
        this.limits = limits;
        MarksGeneration = marksGeneration;
    }

    /// <summary>Whether the template says with <c>generation</c> blocks what the model writes.</summary>
    public bool MarksGeneration { get; }

    /// <summary>Reads a template.</summary>
    /// <param name="source">The template.</param>
    /// <param name="name">What errors call it, usually its file.</param>
    /// <exception cref="InvalidInputException">The template is malformed, too large or too deep; the message names the line.</exception>
    public static ChatTemplate Parse(string source, string name = "chat template") => Parse(source, name, new TemplateLimits());

    internal static ChatTemplate Parse(string source, string name, TemplateLimits limits)
    {
        ArgumentNullException.ThrowIfNull(source);
        var templateErrors = new TemplateErrors(name);
        if (source.Length > MaximumLength)
        {
            throw templateErrors.At(
                1,
                $"The template has {source.Length} characters; at most {MaximumLength} are read.",
                "Check that it is a chat template."
            );
        }

        var (statements, hasGeneration) = TemplateParser.Parse(source, templateErrors);
        return new ChatTemplate(templateErrors, statements, hasGeneration, limits);
    }

    /// <summary>Writes a conversation.</summary>
    /// <param name="messages">The conversation.</param>
    /// <param name="options">What else the template may want to know; null for nothing.</param>
    /// <exception cref="InvalidInputException">The template fails or refuses the conversation; the message names the line.</exception>
    public RenderedChat Render(IReadOnlyList<ChatMessage> messages, ChatRenderOptions? options = null)
    {
        options ??= new ChatRenderOptions();
        if (options.ContinueFinalMessage && options.AddGenerationPrompt)
        {
            throw new ArgumentException("A text cannot go on with the last message and ask for a new one.", nameof(options));
        }

        var globals = new Scope(null);
        Globals.AddTo(globals, options.Time);
        globals.Set("messages", TemplateInput.Messages(messages, options.ArgumentsAsText));
        globals.Set("add_generation_prompt", options.AddGenerationPrompt);
        // transformers always defines both; documents are given as a variable.
        globals.Set("documents", null);
        globals.Set("tools", options.Tools.Count == 0 ? null : TemplateInput.Tools(options.Tools));
        foreach (
            var (name, token) in (ReadOnlySpan<(string, string?)>)
                [("bos_token", options.BosToken), ("eos_token", options.EosToken), ("pad_token", options.PadToken)]
        )
        {
            if (token is not null)
            {
                globals.Set(name, MarkedText.Trusted(token));
            }
        }

        foreach (var (name, value) in options.Variables)
        {
            globals.Set(name, TemplateInput.Value(value));
        }

        var chat = Run(globals);
        return options.ContinueFinalMessage ? FinalMessage.Open(chat, messages) : chat;
    }

    private RenderedChat Run(Scope globals)
    {
        var context = new RenderContext(errors, limits, new Scope(globals));
        Statement.ExecuteAll(statements, context);
        var output = context.Output;
        var spans = new List<RenderedSpan>(output.Runs.Length);
        var start = 0;
        foreach (var run in output.Runs)
        {
            spans.Add(new RenderedSpan(start, run.End, (run.Marks & Marks.Trusted) != 0, (run.Marks & Marks.Generated) != 0));
            start = run.End;
        }

        return new RenderedChat(output.Text, spans);
    }
}
