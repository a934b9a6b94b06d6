using Microsoft.Extensions.AI;
using Plumbline.Findings;
using Plumbline.Models.ChatTemplates;
using Plumbline.Scoring;
using Plumbline.Tokenization;

namespace Plumbline.Models.Probes;

/// <summary>A part of a text as the model reads it.</summary>
/// <param name="Span">Where it stands in the text.</param>
/// <param name="Ids">Its tokens, with what stands around them.</param>
/// <param name="Content">Which of these are the text's own; never empty.</param>
internal sealed record ProbeWindow(TextSpan Span, int[] Ids, int[] Content);

/// <summary>Cuts texts into windows and puts around them what a probe reads them with. What a text says never becomes a special token.</summary>
internal sealed class ProbeFrame
{
    private const string Sample = "a";

    private readonly ChatEncoder encoder;
    private readonly ProbeReading reading;
    private readonly int context;
    private readonly TokenWindows windows;

    /// <summary>Measures what stands around a text.</summary>
    /// <param name="encoder">The model's tokenizer and template.</param>
    /// <param name="reading">How texts are read; valid.</param>
    /// <param name="context">The tokens of a sequence that the model reads at most.</param>
    /// <exception cref="InvalidInputException">The template fails, or leaves a text no room.</exception>
    internal ProbeFrame(ChatEncoder encoder, ProbeReading reading, int context)
    {
        (this.encoder, this.reading, this.context) = (encoder, reading, context);
        var (ids, content) = Framed(Sample);
        var room = Math.Min(reading.WindowTokens, context - (ids.Length - content.Length));
        if (content.Length == 0 || room < ProbeReading.LeastWindow)
        {
            throw new InvalidInputException(
                $"Of a text of one letter the model reads {content.Length} tokens among {ids.Length}, and its context has {context}: that leaves a window too little room.",
                $"A window needs {ProbeReading.LeastWindow} tokens: use framing: plain, or a model with more positions."
            );
        }

        windows = new TokenWindows(room, Math.Min(reading.Overlap, room / 2));
    }

    /// <summary>The windows of a text, in order; none where it has no tokens, or the template leaves nothing of it.</summary>
    /// <exception cref="InvalidInputException">The template refuses the text.</exception>
    internal IEnumerable<ProbeWindow> Of(string text)
    {
        var tokens = encoder.Tokenizer.EncodeWithOffsets(text, parseSpecialTokens: false);
        return tokens.Ids.Length == 0
            ? []
            : windows.Of(tokens.Ids.Length).SelectMany(window => Fitting(text, window.In(tokens, text.Length)));
    }

    // Cut out of its text a passage may have more tokens than it had in it.
    private IEnumerable<ProbeWindow> Fitting(string text, TextSpan span)
    {
        var (ids, content) = Framed(span.Of(text).ToString());
        if (ids.Length <= context)
        {
            return content.Length > 0 ? [new ProbeWindow(span, ids, content)] : [];
        }

        var middle = span.Start + (span.Length / 2);
        middle -= char.IsLowSurrogate(text[middle]) && char.IsHighSurrogate(text[middle - 1]) ? 1 : 0;
        return middle > span.Start
            ? Fitting(text, TextSpan.Between(span.Start, middle)).Concat(Fitting(text, TextSpan.Between(middle, span.End)))
            : throw new ContextExceededException(
                $"A single character has {content.Length} tokens, and the model reads {context}.",
                "Use a model with more positions."
            );
    }

    private (int[] Ids, int[] Content) Framed(string text)
    {
        if (reading.Framing == ProbeFraming.Plain)
        {
            int[] prefix = encoder.Tokenizer is { AddBos: true, BosTokenId: { } bos } ? [bos] : [];
            int[] ids = [.. prefix, .. encoder.Tokenizer.Encode(text)];
            return (ids, [.. Enumerable.Range(prefix.Length, ids.Length - prefix.Length)]);
        }

        var chat = encoder.RenderPrompt([new ChatMessage(ChatRole.User, text)]);
        var tokens = encoder.Encode(chat);
        var (own, span) = (new List<int>(), 0);
        for (var i = 0; i < tokens.Ids.Length; i++)
        {
            while (span < chat.Spans.Count - 1 && chat.Spans[span].End <= tokens.Starts[i])
            {
                span++;
            }

            if (!chat.Spans[span].IsTrusted)
            {
                own.Add(i);
            }
        }

        return (tokens.Ids, [.. own]);
    }
}
