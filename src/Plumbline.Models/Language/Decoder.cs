using Plumbline.Models.Architectures;
using Plumbline.Randomness;
using Plumbline.Scoring;
using Plumbline.Torch.Checkpointing;
using Plumbline.Torch.Dispatch;
using Plumbline.Torch.Functions;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Plumbline.Models.Language;

/// <summary>
/// A decoder-only language model. Weights are fp32 masters; under <see cref="Autocast"/> the matrix multiplies run in bf16. Owns its tensors.
/// Not thread-safe; tensors of a pass join the caller's dispose scope.
/// </summary>
public sealed partial class Decoder : IDisposable
{
    private readonly DecoderLayer[] layers;
    private readonly DecoderParameter embedding;
    private readonly DecoderParameter? positionEmbedding;
    private readonly Normalization finalNorm;
    private readonly DecoderParameter? head;
    private readonly RotaryEmbedding rotary;
    private readonly RotaryEmbedding slidingRotary;

    /// <summary>A new model with random weights: normal with the configured deviation, norms at 1, biases at 0.</summary>
    /// <param name="config">Its shape.</param>
    /// <param name="seed">The seed of the weights; each tensor draws from a seed of its own name.</param>
    /// <param name="device">Where the weights live; null for the CPU.</param>
    public Decoder(DecoderConfig config, Seed seed, Device? device = null)
        : this(config, new ParameterFactory(config, seed, device ?? CPU)) { }

    /// <summary>A model in another dtype: float64 for gradient checks.</summary>
    internal Decoder(DecoderConfig config, Seed seed, ScalarType dtype)
        : this(config, new ParameterFactory(config, seed, CPU, dtype)) { }

    private Decoder(DecoderConfig config, ParameterFactory factory)
    {
        Config = config;
        Device = factory.Device;
        var names = Architecture.Of(config.ModelType).Names;
        embedding = factory.Matrix($"{names.Base}{names.Embedding}.weight", config.VocabularySize, config.HiddenSize);
        positionEmbedding = config.LearnedPositions
            ? factory.Matrix($"{names.Base}{names.Positions}.weight", config.MaxPositions, config.HiddenSize)
            : null;
        layers = [.. Enumerable.Range(0, config.LayerCount).Select(index => new DecoderLayer(config, index, names, factory))];
        finalNorm = factory.Norm(names.Base + names.FinalNorm, config.HiddenSize);
        head = config.TieWordEmbeddings ? null : factory.ProjectionMatrix(names.Head + ".weight", config.VocabularySize, config.HiddenSize);
        Parameters = factory.Made;
        Projections = factory.Projections;
        rotary = new RotaryEmbedding(config, sliding: false, Device);
        slidingRotary = new RotaryEmbedding(config, sliding: true, Device);
    }

    /// <summary>The model's shape.</summary>
    public DecoderConfig Config { get; }

    /// <summary>Where the weights live.</summary>
    public Device Device { get; }

    /// <summary>Every tensor of the base, in a fixed order; less the matrices that are quantised. A tied head is the embedding and stands here once.</summary>
    public IReadOnlyList<DecoderParameter> Parameters { get; private set; }

    /// <summary>Numbers of the base in all.</summary>
    public long ParameterCount => Parameters.Sum(parameter => parameter.Value.numel()) + QuantizedCount;

    /// <summary>
    /// Whether a block keeps nothing but its input for the backward pass, which computes it again (<see cref="GradientCheckpoint"/>): the memory of one block's
    /// activations instead of all, for about one more forward pass. <see cref="GradientCheckpoint.Backward"/> says why a second computation failed.
    /// </summary>
    /// <value>false</value>
    public bool GradientCheckpointing { get; set; }

    /// <summary>The blocks, in order.</summary>
    internal IReadOnlyList<DecoderLayer> Layers => layers;

    /// <summary>The norm before the head.</summary>
    internal Normalization FinalNorm => finalNorm;

    /// <summary>[vocabulary, hidden size]: what turns tokens into hidden states.</summary>
    internal DecoderParameter Embedding => embedding;

    /// <summary>[positions, hidden size] where positions are learned, else null.</summary>
    internal DecoderParameter? PositionEmbedding => positionEmbedding;

    /// <summary>[vocabulary, hidden size]: what turns hidden states into scores; the embedding where they are tied.</summary>
    internal DecoderParameter Head => head ?? embedding;

    /// <summary>The rotations of a layer; null where it has none.</summary>
    internal RotaryEmbedding? RotaryOf(int layer) =>
        !Config.IsRotary(layer) ? null
        : Config.IsSliding(layer) ? slidingRotary
        : rotary;

    /// <summary>The last layer's normalised hidden states of packed sequences.</summary>
    /// <param name="tokens">Sequences, each at most <see cref="DecoderConfig.ContextLength"/> long.</param>
    /// <param name="routing">Receives what the routers of a mixture of experts decided; null where nobody asks.</param>
    /// <param name="embeddingNoise">
    /// [tokens, hidden size], added to what the tokens look up, before it is scaled (Gemma's √d) and positions join it; null for none. Not owned.
    /// </param>
    /// <returns>[tokens, hidden size].</returns>
    /// <exception cref="ArgumentException">The noise has another shape.</exception>
    /// <exception cref="InvalidInputException">An id is outside the vocabulary.</exception>
    /// <exception cref="ContextExceededException">A sequence is longer than the model's positions.</exception>
    public Tensor HiddenStates(PackedTokens tokens, RoutingRecord? routing = null, Tensor? embeddingNoise = null)
    {
        var (positions, lengths) = tokens.Places();
        return HiddenStates(tokens.Ids, positions, new PackedAttention(Config, tokens.Spans), lengths, routing, embeddingNoise);
    }

    /// <summary>
    /// Whether sequences of these lengths may share the rows of a common beginning: not where the rotations of the beginning depend on how long the whole is,
    /// and would differ (dynamic scaling, LongRoPE).
    /// </summary>
    /// <param name="lengths">Tokens of each whole sequence.</param>
    public bool MayShareBeginning(IReadOnlyList<int> lengths) =>
        lengths.Count < 2 || (rotary.TurnsAlike(lengths) && slidingRotary.TurnsAlike(lengths));

    /// <summary>The hidden states of tokens at given positions under a given attention: what packing, caches and shared prompts build on.</summary>
    /// <param name="ids">[tokens].</param>
    /// <param name="positions">[tokens].</param>
    /// <param name="attention">Who sees whom.</param>
    /// <param name="lengths">
    /// [tokens], the length of the sequence that each belongs to, for scalings that depend on it; null where each token is its sequence's last.
    /// </param>
    /// <param name="routing">Receives what routers decided.</param>
    /// <param name="embeddingNoise">[tokens, hidden size], added to what the tokens look up; null for none.</param>
    /// <returns>[tokens, hidden size].</returns>
    internal Tensor HiddenStates(
        int[] ids,
        long[] positions,
        IAttention attention,
        long[]? lengths = null,
        RoutingRecord? routing = null,
        Tensor? embeddingNoise = null
    )
    {
        ThrowIfOutside(ids, positions);
        lengths ??= Array.ConvertAll(positions, position => position + 1);
        var angles = new Dictionary<RotaryEmbedding, RotaryAngles>();
        var hidden = Embed(ids, positions, embeddingNoise);
        for (var layer = 0; layer < layers.Length; layer++)
        {
            hidden = Block(layer, hidden, Angles(layer, angles, positions, lengths), attention, routing);
        }

        return finalNorm.Forward(hidden);
    }

    /// <summary>Scores over the vocabulary.</summary>
    /// <param name="hidden">[…, hidden size], from <see cref="HiddenStates(PackedTokens, RoutingRecord, Tensor)"/>.</param>
    /// <returns>[…, vocabulary], in the dtype of the matrix multiply.</returns>
    public Tensor Logits(Tensor hidden) => FusedLayers.SoftCapped(F.linear(hidden, Head.Value), Config.LogitSoftCap);

    /// <summary>Log-probabilities of target tokens, without ever holding the scores over the whole vocabulary for every row.</summary>
    /// <param name="hidden">[rows, hidden size].</param>
    /// <param name="targets">[rows], int64, inside the vocabulary.</param>
    /// <param name="options">Scale, gradients, reference; null for the defaults. The soft cap is the model's, whatever they say.</param>
    public TokenScores LogProbabilities(Tensor hidden, Tensor targets, LogProbabilityOptions? options = null) =>
        FusedLayers.LogProbabilities(
            hidden,
            Head.Value,
            targets,
            (options ?? new LogProbabilityOptions()) with
            {
                SoftCap = Config.LogitSoftCap,
                AddsToWeightGradient = true,
            }
        );

    /// <summary>This model as the reference of another's log-probabilities, in <see cref="LogProbabilityOptions.Reference"/>.</summary>
    /// <param name="hidden">[rows, hidden size], from <see cref="HiddenStates(PackedTokens, RoutingRecord, Tensor)"/>; not owned.</param>
    public ReferenceLogits ReferenceLogits(Tensor hidden) => new(hidden, Head.Value, Config.LogitSoftCap);

    /// <summary>A copy with weights of its own that are not trained, active adapters counted in: the reference of preference learning.</summary>
    /// <param name="multiplies">
    /// In which the copy will multiply: the weights of its projections are kept in it alone, which halves a copy for bf16 and changes no result. Such a copy
    /// computes under autocast to this dtype only. Null for float32.
    /// </param>
    public Decoder FrozenCopy(ScalarType? multiplies = null)
    {
        var copy = MergedCopy(multiplies);
        foreach (var parameter in copy.Parameters)
        {
            parameter.Value.requires_grad = false;
        }

        return copy;
    }

    /// <summary>A model of the given shape whose weights are yet to be written (by a loader).</summary>
    internal static Decoder Uninitialised(DecoderConfig config, Device device) =>
        new(config, new ParameterFactory(config, seed: null, device));

    /// <inheritdoc/>
    public void Dispose()
    {
        adapters?.Dispose();
        DisposeQuantized();
        foreach (var parameter in Parameters)
        {
            parameter.Value.Dispose();
        }
    }

    // Layers of one kind turn alike, so each kind's angles are made once a pass.
    private RotaryAngles? Angles(int layer, Dictionary<RotaryEmbedding, RotaryAngles> made, long[] positions, long[] lengths)
    {
        if (RotaryOf(layer) is not { } rotation)
        {
            return null;
        }

        if (!made.TryGetValue(rotation, out var angles))
        {
            made[rotation] = angles = rotation.At(positions, lengths);
        }

        return angles;
    }

    // Caches are written once, and what a router says joins the loss beside the block's output: neither is computed twice.
    private Tensor Block(int layer, Tensor hidden, RotaryAngles? angles, IAttention attention, RoutingRecord? routing) =>
        GradientCheckpointing && is_grad_enabled() && (routing is null || !Config.HasExperts(layer))
            ? GradientCheckpoint.Run(input => layers[layer].Forward(input, angles, attention, routing), hidden)
            : layers[layer].Forward(hidden, angles, attention, routing);

    private Tensor Embed(int[] ids, long[] positions, Tensor? noise)
    {
        var hidden = FusedLayers.Lookup(embedding.Value, tensor(Array.ConvertAll(ids, id => (long)id), device: Device));
        if (noise is not null)
        {
            // A single row would be broadcast in silence.
            hidden = noise.shape.SequenceEqual(hidden.shape)
                ? hidden + noise.to(hidden.device).to(hidden.dtype)
                : throw new ArgumentException(
                    $"Noise of shape [{string.Join(", ", noise.shape)}] for embeddings of shape [{string.Join(", ", hidden.shape)}].",
                    nameof(noise)
                );
        }

        if (Config.EmbeddingScale != 1)
        {
            hidden = hidden.Times(Config.EmbeddingScale);
        }

        return positionEmbedding is null ? hidden : hidden + positionEmbedding.Value.index_select(0, tensor(positions, device: Device));
    }

    // libtorch aborts or reads wild on an index outside; our boundary checks.
    private void ThrowIfOutside(int[] ids, long[] positions)
    {
        foreach (var id in ids)
        {
            if ((uint)id >= (uint)Config.VocabularySize)
            {
                throw new InvalidInputException(
                    $"Token id {id} is outside the model's vocabulary of {Config.VocabularySize}.",
                    "Use the tokenizer that belongs to this model."
                );
            }
        }

        var limit = Config.LearnedPositions ? Config.MaxPositions : Config.ContextLength;
        var last = positions.Length == 0 ? 0 : positions.Max();
        if (last >= limit)
        {
            throw new ContextExceededException(
                $"A sequence of {last + 1} tokens is longer than the model's {limit}.",
                "Shorten the text or lower max_length, or use a model with more positions."
            );
        }
    }
}
