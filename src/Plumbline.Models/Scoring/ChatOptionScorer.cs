using Plumbline.Models.ChatTemplates;
using Plumbline.Models.Language;
using Plumbline.Models.Tokenization;
using Plumbline.Scoring;

namespace Plumbline.Models.Scoring;

/// <summary>Scores options with a local model behind its chat template.</summary>
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
        var prompt = TokenText.Of(encoder.EncodePrompt(question.Messages));
        var requests = question.Options.Select(option => new ScoringRequest(prompt, TokenText.Of(tokenizer.Encode(option))));
        var scores = await scorer.ScoreAsync([.. requests], cancellation).ConfigureAwait(false);
        return [.. scores.Select(score => score.Total)];
    }
}
