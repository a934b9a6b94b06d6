using Plumbline.Models.Generation;
using Plumbline.Tokenization;

namespace Plumbline.Models.Chat;

/// <summary>
/// Turns an answer's tokens into text as they come: only whole characters, and only what is certainly no part of a stop string. Put together it is
/// <see cref="SampledAnswer.Text"/>. Not thread-safe.
/// </summary>
internal sealed class AnswerText(Tokenizer tokenizer, IReadOnlyList<string> stopStrings)
{
    private readonly StreamingDecoder decoder = tokenizer.CreateStreamingDecoder();
    private readonly StopStringMatcher? stops = stopStrings.Count > 0 ? new StopStringMatcher(stopStrings) : null;

    /// <summary>Takes the next token and returns the text that is certain with it, often empty.</summary>
    internal string Append(SampledToken token)
    {
        var text = token.FinishReason == FinishReason.EndToken ? string.Empty : decoder.Append(token.Id);
        if (token.Finished is null)
        {
            return stops is null ? text : stops.Append(text);
        }

        text += decoder.Finish();
        if (stops is null)
        {
            return text;
        }

        var certain = stops.Append(text);
        return token.FinishReason == FinishReason.StopString ? certain : certain + stops.Finish();
    }
}
