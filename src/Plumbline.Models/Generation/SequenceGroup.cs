using Plumbline.Tokenization;

namespace Plumbline.Models.Generation;

/// <summary>
/// The sequences that share one computed prompt: the slot that holds the prompt, the answers that wait for a slot of their own, and what they set aside. The
/// last answer to start goes on in the prompt's own slot.
/// </summary>
/// <param name="request">What is answered.</param>
/// <param name="firstAnswer">The index of its first answer in the request.</param>
/// <param name="answers">How many.</param>
internal sealed class SequenceGroup(SamplingRequest request, int firstAnswer, int answers)
{
    internal SamplingRequest Request => request;

    /// <summary>The tokens that end an answer.</summary>
    internal int[] EndTokens { get; } = [.. request.Options.EndTokens];

    /// <summary>Answers to draw.</summary>
    internal int Answers => answers;

    /// <summary>The slot that holds the prompt and nothing else; −1 before admission and once the last answer took it.</summary>
    internal int PromptSlot { get; set; } = -1;

    /// <summary>Tokens of the prompt that are computed.</summary>
    internal int Prefilled { get; set; }

    /// <summary>Whether the whole prompt is computed.</summary>
    internal bool IsPrefilled => Prefilled == request.Prompt.Length;

    /// <summary>Slots set aside for the answers that wait.</summary>
    internal Stack<int> IdleSlots { get; } = new();

    /// <summary>Answers that have their first token and no slot yet.</summary>
    internal Queue<AnswerInProgress> Waiting { get; } = new();

    /// <summary>Slots that it holds, whatever for.</summary>
    internal int HeldSlots { get; set; }

    /// <summary>Its answers, none of them begun.</summary>
    /// <param name="tokenizer">Decodes for stop strings; null where there are none.</param>
    internal List<AnswerInProgress> NewAnswers(Tokenizer? tokenizer)
    {
        var processor = new LogitProcessor(request.Options, request.Prompt);
        return [.. Enumerable.Range(firstAnswer, answers).Select(index => new AnswerInProgress(this, index, processor.Copy(), tokenizer))];
    }
}
