using Plumbline.Configuration;
using Plumbline.Models.Language;
using Plumbline.Randomness;
using Plumbline.Torch.Dispatch;
using Plumbline.Torch.Functions;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Plumbline.Models.Heads;

/// <summary>
/// A decoder whose hidden states are scored: reward, cost and value models, sequence classifiers, token scorers for process rewards. Owns its head.
/// Not thread-safe; tensors of a pass join the caller's dispose scope.
/// </summary>
public sealed class ScoredDecoder : IDisposable
{
    private readonly bool ownsDecoder;

    /// <summary>Puts a new head on a decoder: normal weights, a bias (token heads alone have one) of zero.</summary>
    /// <param name="decoder">The decoder. Its own output matrix, if it has one, plays no part in the scores.</param>
    /// <param name="options">Kind and labels.</param>
    /// <param name="seed">The seed of the head's weights.</param>
    /// <param name="ownsDecoder">Whether the decoder is disposed with the head; false for a head on a model that others use.</param>
    /// <exception cref="InvalidInputException">An option is out of range.</exception>
    public ScoredDecoder(Decoder decoder, ScoreHeadOptions options, Seed seed, bool ownsDecoder = true)
    {
        OptionsValidation.ThrowIfInvalid(options);
        (Decoder, Options, this.ownsDecoder) = (decoder, options, ownsDecoder);
        var (labels, hidden) = (options.Labels.Count, decoder.Config.HiddenSize);
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        using var generator = new Generator(seed.Derive("score").Value, CPU);
        var drawn = empty([labels, hidden], ScalarType.Float32)
            .normal_(0, options.InitialDeviation ?? decoder.Config.InitializerRange, generator);
        Weight = Parameter(".weight", drawn.to(decoder.Device, copy: true));
        Bias = options.Kind == ScoreHeadKind.Token ? Parameter(".bias", zeros([labels], ScalarType.Float32, decoder.Device)) : null;
    }

    /// <summary>What reads the tokens; adapters are put on it.</summary>
    public Decoder Decoder { get; }

    /// <summary>Kind and labels.</summary>
    public ScoreHeadOptions Options { get; }

    /// <summary>W, [labels, hidden size].</summary>
    public DecoderParameter Weight { get; }

    /// <summary>b, [labels]; null for sequence heads, which have none in transformers.</summary>
    public DecoderParameter? Bias { get; }

    /// <summary>Where the scores of reference answers lie, once that was measured; stored with the model. Null before.</summary>
    public ScoreScale? Scale { get; set; }

    /// <summary>What training moves: the head, and the decoder's own trainable parameters.</summary>
    public IReadOnlyList<DecoderParameter> TrainableParameters =>
        [.. Decoder.TrainableParameters, .. HeadParameters.Where(parameter => parameter.Value.requires_grad)];

    /// <summary>The head's parameters.</summary>
    public IEnumerable<DecoderParameter> HeadParameters => Bias is null ? [Weight] : [Weight, Bias];

    /// <summary>The name of the head's module: <c>score</c>, but for token heads on GPT-2 and GPT-NeoX, where transformers says <c>classifier</c>.</summary>
    internal string HeadName =>
        Options.Kind == ScoreHeadKind.Token && Decoder.Config.ModelType is "gpt2" or "gpt_neox" ? "classifier" : "score";

    /// <summary>Scores of whole sequences, read at the last token of each.</summary>
    /// <param name="tokens">Packed sequences.</param>
    /// <returns>[sequences, labels], float32 under autocast too.</returns>
    /// <exception cref="InvalidOperationException">The head scores tokens.</exception>
    /// <exception cref="ArgumentException">Sequences share a prompt: take <see cref="ScoresAt"/>.</exception>
    /// <exception cref="InvalidInputException">A sequence is longer than the model's positions, or an id outside the vocabulary.</exception>
    public Tensor SequenceScores(PackedTokens tokens)
    {
        if (tokens.Spans.Any(span => span.PromptLength > 0))
        {
            throw new ArgumentException("A shared prompt is a span and no sequence: name the rows to score.", nameof(tokens));
        }

        var last = new long[tokens.Lengths.Length];
        var end = 0L;
        for (var i = 0; i < last.Length; i++)
        {
            end += tokens.Lengths[i];
            last[i] = end - 1;
        }

        return ScoresAt(tokens, last);
    }

    /// <summary>Scores of sequences, read where each of them ends; sequences may share their prompt.</summary>
    /// <param name="tokens">Packed tokens.</param>
    /// <param name="rows">The row of each sequence's last token.</param>
    /// <returns>[rows, labels], float32 under autocast too.</returns>
    /// <exception cref="InvalidOperationException">The head scores tokens.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    /// <exception cref="InvalidInputException">A sequence is longer than the model's positions, or an id outside the vocabulary.</exception>
    public Tensor ScoresAt(PackedTokens tokens, long[] rows)
    {
        if (Options.Kind != ScoreHeadKind.Sequence)
        {
            throw new InvalidOperationException("This head scores tokens: take their scores.");
        }

        if (Array.Exists(rows, row => row < 0 || row >= tokens.Count))
        {
            throw new ArgumentOutOfRangeException(nameof(rows), $"Rows lie between 0 and {tokens.Count - 1}.");
        }

        return Scores(Decoder.HiddenStates(tokens).index_select(0, tensor(rows, device: Decoder.Device)));
    }

    /// <summary>Scores of every token, each from what stands before it and itself.</summary>
    /// <param name="tokens">Packed sequences.</param>
    /// <returns>[tokens, labels], float32 under autocast too.</returns>
    /// <exception cref="InvalidOperationException">The head scores sequences.</exception>
    /// <exception cref="InvalidInputException">A sequence is longer than the model's positions, or an id outside the vocabulary.</exception>
    public Tensor TokenScores(PackedTokens tokens) =>
        Options.Kind == ScoreHeadKind.Token
            ? Scores(Decoder.HiddenStates(tokens))
            : throw new InvalidOperationException("This head scores sequences: take their scores.");

    /// <summary>Scores of hidden states that were computed before.</summary>
    /// <param name="hidden">[rows, hidden size].</param>
    /// <returns>[rows, labels], float32 under autocast too.</returns>
    public Tensor Scores(Tensor hidden)
    {
        // Rewards are compared with each other: bf16 would round differences of a hundredth away.
        using var wide = Autocast.Suspend();
        return F.linear(FusedLayers.Wide(hidden), Weight.Value, Bias?.Value);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (ownsDecoder)
        {
            Decoder.Dispose();
        }

        foreach (var parameter in HeadParameters)
        {
            parameter.Value.Dispose();
        }
    }

    private DecoderParameter Parameter(string kind, Tensor start)
    {
        var value = start.DetachFromDisposeScope();
        value.requires_grad = true;
        return new DecoderParameter(HeadName + kind, value, [new ParameterPart(HeadName + kind, 0, value.shape[0])]);
    }
}
