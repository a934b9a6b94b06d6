using Plumbline.Randomness;
using Plumbline.Tokenization;

namespace Plumbline.Models.Generation;

/// <summary>One answer while it is drawn: its tokens, its stream, what it already said, and the ways it can end.</summary>
internal sealed class AnswerInProgress
{
    private readonly SamplingRequest request;
    private readonly int index;
    private readonly RandomSource random;
    private readonly StreamingDecoder? text;
    private readonly StopStringMatcher? stops;
    private readonly List<int> ids = [];
    private readonly List<double> logProbabilities = [];
    private readonly List<double> unfiltered = [];
    private readonly List<int[]?>? kept;

    // Characters that came before stop strings count.
    private int unmatched;

    /// <param name="group">The request's sequences.</param>
    /// <param name="index">Which answer, from 0.</param>
    /// <param name="processor">Logit changes after the prompt; owned.</param>
    /// <param name="tokenizer">Decodes for stop strings; null where there are none.</param>
    internal AnswerInProgress(SequenceGroup group, int index, LogitProcessor processor, Tokenizer? tokenizer)
    {
        (Group, request, this.index, Processor) = (group, group.Request, index, processor);
        random = request.Stream(index);
        kept = request.RecordsKept ? [] : null;
        if (request.Options.StopStrings.Count > 0)
        {
            text = tokenizer!.CreateStreamingDecoder();
            stops = new StopStringMatcher(request.Options.StopStrings);
        }
    }

    internal SequenceGroup Group { get; }

    /// <summary>The token that the engine has yet to see.</summary>
    internal int LastToken => ids[^1];

    /// <summary>What its options make of the next row of logits.</summary>
    internal LogitProcessor Processor { get; }

    /// <summary>Draws the next token; touches nothing but this answer's stream.</summary>
    /// <param name="distribution">Of the answer's next row, options and processor.</param>
    internal DrawnToken Draw(TokenDistribution distribution)
    {
        var id = distribution.Draw(random);
        return new DrawnToken(
            id,
            distribution.LogProbability(id),
            distribution.UnfilteredLogProbability(id),
            kept is not null && request.Options.Selects ? distribution.KeptTokens() : null
        );
    }

    /// <summary>Takes the drawn token over.</summary>
    internal SampledToken Accept(DrawnToken drawn)
    {
        ids.Add(drawn.Id);
        logProbabilities.Add(drawn.LogProbability);
        unfiltered.Add(drawn.UnfilteredLogProbability);
        kept?.Add(drawn.Kept);
        Processor.Accept(drawn.Id);
        var reason = ReasonToFinish(drawn.Id);
        return new SampledToken(
            request,
            index,
            drawn.Id,
            drawn.LogProbability,
            drawn.UnfilteredLogProbability,
            reason,
            reason is { } why ? Finish(why) : null
        );
    }

    /// <summary>The answer as far as it came.</summary>
    internal SampledAnswer Finish(FinishReason reason) =>
        new()
        {
            Request = request,
            Index = index,
            Ids = [.. ids],
            LogProbabilities = [.. logProbabilities],
            UnfilteredLogProbabilities = [.. unfiltered],
            Kept = kept is null ? null : [.. kept],
            FinishReason = reason,
            StopString = stops?.Found,
            StopTextPosition = stops?.Position + unmatched,
        };

    private FinishReason? ReasonToFinish(int id)
    {
        if (Group.EndTokens.Contains(id))
        {
            return FinishReason.EndToken;
        }

        return EndsWithStopString(id) ? FinishReason.StopString
            : ids.Count == request.Options.MaxNewTokens ? FinishReason.Length
            : null;
    }

    private bool EndsWithStopString(int id)
    {
        if (stops is null)
        {
            return false;
        }

        var piece = text!.Append(id);
        if (ids.Count <= request.Options.MinNewTokens)
        {
            unmatched += piece.Length;
            return false;
        }

        stops.Append(piece);
        return stops.Found is not null;
    }
}

/// <summary>A token, the log-probabilities it was drawn with, and what it was drawn from; null where nobody asked.</summary>
internal readonly record struct DrawnToken(int Id, double LogProbability, double UnfilteredLogProbability, int[]? Kept = null);
