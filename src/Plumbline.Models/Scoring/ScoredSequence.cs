using Plumbline.Scoring;
using Plumbline.Tokenization;

namespace Plumbline.Models.Scoring;

/// <summary>A request as one sequence of tokens.</summary>
/// <param name="Index">Its place among the requests.</param>
/// <param name="Ids">Prompt and continuation.</param>
/// <param name="First">Where the continuation begins; at least 1.</param>
internal sealed record ScoredSequence(int Index, int[] Ids, int First)
{
    /// <summary>Cuts a request into tokens.</summary>
    internal static ScoredSequence Of(ScoringRequest request, int index, Tokenizer? tokenizer)
    {
        request.ThrowIfInvalid();
        var sequence = request.Prompt.Ids is { } prompt
            ? new ScoredSequence(index, [.. prompt, .. request.Continuation.Ids!], prompt.Count)
            : OfText(
                request.Prompt.Text!,
                request.Continuation.Text!,
                index,
                tokenizer
                    ?? throw new InvalidInputException("A request is in text, and the scorer has no tokenizer.", "Give it the model's.")
            );
        return sequence.First > 0
            ? sequence
            : throw new InvalidInputException(
                "A prompt is empty, so nothing predicts the first token behind it.",
                "Give it a start token."
            );
    }

    private static ScoredSequence OfText(string prompt, string continuation, int index, Tokenizer tokenizer)
    {
        var (ids, starts) = tokenizer.EncodeWithOffsets(prompt + continuation, parseSpecialTokens: false);
        var first = IndexFrom(starts, prompt.Length);
        if (first > 0 && (first == ids.Length || starts[first] > prompt.Length))
        {
            // No token begins at the border, so one lies across it; several may share the bytes of one character.
            first = IndexFrom(starts, starts[first - 1]);
        }

        return tokenizer.AddBos
            ? new ScoredSequence(index, [tokenizer.BosTokenId!.Value, .. ids], first + 1)
            : new ScoredSequence(index, ids, first);
    }

    private static int IndexFrom(int[] starts, int position)
    {
        var index = Array.FindIndex(starts, start => start >= position);
        return index < 0 ? starts.Length : index;
    }
}
