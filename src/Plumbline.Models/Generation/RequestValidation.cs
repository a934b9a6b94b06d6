using Plumbline.Configuration;
using Plumbline.Scoring;

namespace Plumbline.Models.Generation;

/// <summary>Whether a request can be sampled at all: found before anything is computed.</summary>
internal static class RequestValidation
{
    /// <summary>Throws where it cannot.</summary>
    /// <param name="request">What is asked.</param>
    /// <param name="engine">What there is.</param>
    /// <param name="sequenceTokens">Room that one sequence of it takes.</param>
    /// <exception cref="InvalidInputException">It names what is wrong and the mend.</exception>
    internal static void ThrowIfUnfit(SamplingRequest request, IDecodeEngine engine, long sequenceTokens)
    {
        OptionsValidation.ThrowIfInvalid(request.Options);
        ThrowIfTokensUnknown(request, engine.VocabularySize);
        if (request.Answers < 1)
        {
            throw new InvalidInputException($"A request asks for {request.Answers} answers.", "Ask for at least 1.");
        }

        var (prompt, added, longest) = (request.Prompt.Length, request.Options.MaxNewTokens, engine.SequenceCapacity);
        if (prompt > longest)
        {
            throw new ContextExceededException(
                $"A prompt of {prompt} tokens is longer than the {longest} that fit.",
                "Shorten the prompt, or use a model with more positions."
            );
        }

        // The last token is drawn and never appended.
        if (prompt + (long)added - 1 > longest)
        {
            throw new ContextExceededException(
                $"A prompt of {prompt} tokens and {added} new ones are longer than the {longest} that fit.",
                "Shorten the prompt or lower max_new_tokens."
            );
        }

        if (sequenceTokens > engine.TokenCapacity)
        {
            throw new InvalidInputException(
                $"A sequence of {sequenceTokens} tokens does not fit into a cache of {engine.TokenCapacity}.",
                "Lower max_new_tokens, or give the engine a larger cache."
            );
        }
    }

    private static void ThrowIfTokensUnknown(SamplingRequest request, int vocabulary)
    {
        if (request.Prompt.Length == 0)
        {
            throw new InvalidInputException("A prompt has no tokens.", "Give every prompt at least one token (a start token will do).");
        }

        var named = request
            .Options.LogitBias.Select(bias => bias.Token)
            .Concat(request.Options.BannedTokens)
            .Concat(request.Options.EndTokens);
        foreach (var (token, place) in request.Prompt.Select(id => (id, "prompt")).Concat(named.Select(id => (id, "sampling options"))))
        {
            if ((uint)token >= (uint)vocabulary)
            {
                throw new InvalidInputException(
                    $"Token id {token} of the {place} is outside the model's vocabulary of {vocabulary}.",
                    "Use the tokenizer that belongs to this model."
                );
            }
        }
    }
}
