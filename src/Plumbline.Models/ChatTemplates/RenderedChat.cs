using Microsoft.Extensions.AI;

namespace Plumbline.Models.ChatTemplates;

/// <summary>A stretch of a rendered conversation, in UTF-16 positions.</summary>
/// <param name="Start">The first character.</param>
/// <param name="End">Behind the last.</param>
/// <param name="IsTrusted">Whether the template wrote all of it; what messages brought, or may have brought, is not trusted.</param>
/// <param name="IsGenerated">Whether it stands in a <c>generation</c> block: what the model writes.</param>
public readonly record struct RenderedSpan(int Start, int End, bool IsTrusted, bool IsGenerated);

/// <summary>A conversation as text.</summary>
/// <param name="Text">The text.</param>
/// <param name="Spans">What is known about its parts: in order, without gaps, covering all of it.</param>
public sealed record RenderedChat(string Text, IReadOnlyList<RenderedSpan> Spans)
{
    /// <summary>The rest from <paramref name="start"/> on.</summary>
    internal RenderedChat From(int start) =>
        new(
            Text[start..],
            [
                .. Spans
                    .Where(span => span.End > start)
                    .Select(span => span with { Start = Math.Max(span.Start, start) - start, End = span.End - start }),
            ]
        );

    /// <summary>The beginning up to <paramref name="end"/>.</summary>
    internal RenderedChat Until(int end) =>
        new(Text[..end], [.. Spans.Where(span => span.Start < end).Select(span => span with { End = Math.Min(span.End, end) })]);
}

/// <summary>What a template may want to know beside the messages.</summary>
public sealed record ChatRenderOptions
{
    /// <summary>Whether the text ends where the model is to go on: <c>add_generation_prompt</c>.</summary>
    /// <value>false</value>
    public bool AddGenerationPrompt { get; init; }

    /// <summary>
    /// Whether the text ends where the last message ends, so that the model goes on writing it (<c>continue_final_message</c>): everything that the
    /// template writes behind that message's text is left out. Not together with <see cref="AddGenerationPrompt"/>.
    /// </summary>
    /// <value>false</value>
    public bool ContinueFinalMessage { get; init; }

    /// <summary>The tools the model may call. Their names, descriptions and schemas are not trusted.</summary>
    /// <value>none</value>
    public IReadOnlyList<AITool> Tools { get; init; } = [];

    /// <summary>
    /// Whether the arguments of tool calls reach the template as one JSON text, as OpenAI's interface has them, instead of as a dictionary. Some
    /// templates (DeepSeek's) join them to other text and fail otherwise.
    /// </summary>
    /// <value>false</value>
    public bool ArgumentsAsText { get; init; }

    /// <summary>The token that begins a text: <c>bos_token</c>.</summary>
    /// <value>null: not defined</value>
    public string? BosToken { get; init; }

    /// <summary>The token that ends a text: <c>eos_token</c>.</summary>
    /// <value>null: not defined</value>
    public string? EosToken { get; init; }

    /// <summary>The token that fills batches: <c>pad_token</c>.</summary>
    /// <value>null: not defined</value>
    public string? PadToken { get; init; }

    /// <summary>
    /// Further variables (<c>enable_thinking</c>, <c>date_string</c>): null, truth values, numbers, strings, <see cref="System.Text.Json.JsonElement"/>,
    /// and lists and dictionaries of these. Not trusted.
    /// </summary>
    /// <value>none</value>
    public IReadOnlyDictionary<string, object?> Variables { get; init; } = new Dictionary<string, object?>();

    /// <summary>
    /// The clock of <c>strftime_now</c>. Without one that function is not defined, and templates that ask for it use a date of their own:
    /// training data must not depend on the day.
    /// </summary>
    /// <value>null</value>
    public TimeProvider? Time { get; init; }
}
