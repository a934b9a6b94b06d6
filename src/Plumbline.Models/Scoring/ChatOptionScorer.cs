using Plumbline.Models.ChatTemplates;
using Plumbline.Models.Language;
using Plumbline.Scoring;
using Plumbline.Tokenization;

namespace Plumbline.Models.Scoring;

/// <summary>
/// Scores options with a local model behind its chat template. A whole option is one behind which the model ends its turn, with any of the tokens that end one: log Σ p(option, end | prompt).
/// </summary>
/// <param name="decoder">The model; not owned, and not used by anybody else while a call runs.</param>
/// <param name="tokenizer">Its tokenizer.</param>
/// <param name="encoder">Its chat template.</param>
/// <param name="name">What it is called.</param>
public sealed class ChatOptionScorer(Decoder decoder, Tokenizer tokenizer, ChatEncoder encoder, string name) : IOptionScorer
{
    private readonly DecoderScorer scorer = new(decoder);

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<double>?> ScoreOptionsAsync(OptionQuestion question, CancellationToken cancellation = default)
    {
        var ends = Ends(question);
        var prompt = TokenText.Of(encoder.EncodePrompt(question.Messages));
        var requests = question
            .Options.Select(option => tokenizer.Encode(option))
            .SelectMany(option => ends.Select(end => new ScoringRequest(prompt, TokenText.Of([.. option, .. end]))));
        var scores = await scorer.ScoreAsync([.. requests], cancellation).ConfigureAwait(false);
        return [.. scores.Select(score => score.Total).Chunk(ends.Count).Select(OptionProbabilities.LogSum)];
    }

    // What may follow an option: nothing that is looked at, or the end of the turn.
    private List<int[]> Ends(OptionQuestion question)
    {
        if (!question.Whole)
        {
            question.ThrowIfOneBeginsAnother();
            return
            [
                [],
            ];
        }

        return decoder.Config.EosTokenIds.Count > 0
            ? [.. decoder.Config.EosTokenIds.Distinct().Select(end => (int[])[end])]
            : throw new InvalidInputException(
                $"The model {Name} names no token that ends its turn, so nobody can tell whether an option is all of its answer.",
                "Name its eos_token_id in config.json."
            );
    }
}
