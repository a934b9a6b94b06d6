using Plumbline.Randomness;
using Plumbline.Torch.Dispatch;
using Plumbline.Torch.Functions;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Plumbline.Models.Language;

/// <summary>
/// A Llama-family language model. Weights are fp32 masters; under <see cref="Autocast"/> the matrix multiplies run in bf16. Owns its tensors.
/// Not thread-safe; tensors of a pass join the caller's dispose scope.
/// </summary>
public sealed partial class Decoder : IDisposable
{
    private readonly DecoderLayer[] layers;
    private readonly DecoderParameter embedding;
    private readonly DecoderParameter finalNorm;
    private readonly DecoderParameter? head;
    private readonly RotaryEmbedding rotary;

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
        embedding = factory.Matrix("model.embed_tokens.weight", config.VocabularySize, config.HiddenSize);
        layers = [.. Enumerable.Range(0, config.LayerCount).Select(index => new DecoderLayer(config, index, factory))];
        finalNorm = factory.Norm("model.norm.weight", config.HiddenSize);
        head = config.TieWordEmbeddings ? null : factory.Matrix("lm_head.weight", config.VocabularySize, config.HiddenSize);
        Parameters = factory.Made;
        Projections = factory.Projections;
        rotary = new RotaryEmbedding(config.HeadSize, config.RopeTheta, config.MaxPositions, Device);
    }

    /// <summary>The model's shape.</summary>
    public DecoderConfig Config { get; }

    /// <summary>Where the weights live.</summary>
    public Device Device { get; }

    /// <summary>Every tensor of the base, in a fixed order. A tied head is the embedding and stands here once.</summary>
    public IReadOnlyList<DecoderParameter> Parameters { get; }

    /// <summary>Numbers of the base in all.</summary>
    public long ParameterCount => Parameters.Sum(parameter => parameter.Value.numel());

    /// <summary>The last layer's normalised hidden states of packed sequences.</summary>
    /// <param name="tokens">Sequences, each at most <see cref="DecoderConfig.MaxPositions"/> long.</param>
    /// <returns>[tokens, hidden size].</returns>
    /// <exception cref="InvalidInputException">A sequence is longer than the model's positions or window, or an id outside the vocabulary.</exception>
    public Tensor HiddenStates(PackedTokens tokens)
    {
        var positions = new long[tokens.Count];
        var at = 0;
        foreach (var length in tokens.Lengths)
        {
            for (var i = 0; i < length; i++)
            {
                positions[at++] = i;
            }
        }

        return HiddenStates(tokens.Ids, positions, new PackedCausalAttention(Config.Layout, tokens.Lengths));
    }

    /// <summary>The hidden states of tokens at given positions under a given attention: what packing, caches and shared prompts build on.</summary>
    internal Tensor HiddenStates(int[] ids, long[] positions, IAttention attention)
    {
        ThrowIfOutside(ids, positions);
        var (cosine, sine) = rotary.At(tensor(positions, device: Device));
        var hidden = embedding.Value.index_select(0, tensor(Array.ConvertAll(ids, id => (long)id), device: Device));
        foreach (var layer in layers)
        {
            hidden = layer.Forward(hidden, cosine, sine, attention);
        }

        return FusedLayers.RmsNorm(hidden, finalNorm.Value, Config.RmsNormEpsilon);
    }

    /// <summary>Scores over the vocabulary.</summary>
    /// <param name="hidden">[…, hidden size], from <see cref="HiddenStates(PackedTokens)"/>.</param>
    /// <returns>[…, vocabulary], in the dtype of the matrix multiply.</returns>
    public Tensor Logits(Tensor hidden) => F.linear(hidden, (head ?? embedding).Value);

    /// <summary>Log-probabilities of target tokens, without ever holding the scores over the whole vocabulary for every row.</summary>
    /// <param name="hidden">[rows, hidden size].</param>
    /// <param name="targets">[rows], int64, inside the vocabulary.</param>
    /// <returns>[rows] in float32, and what the pass saw beside it.</returns>
    public (Tensor LogProbabilities, TokenStatistics Statistics) LogProbabilities(Tensor hidden, Tensor targets) =>
        FusedLayers.LogProbabilities(hidden, (head ?? embedding).Value, targets);

    /// <summary>A copy with weights of its own that are not trained, active adapters counted in: the reference of preference learning.</summary>
    public Decoder FrozenCopy()
    {
        var copy = MergedCopy();
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
        foreach (var parameter in Parameters)
        {
            parameter.Value.Dispose();
        }

        rotary.Dispose();
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

        var limit = Math.Min(Config.MaxPositions, Config.SlidingWindow ?? int.MaxValue);
        var last = positions.Length == 0 ? 0 : positions.Max();
        if (last >= limit)
        {
            throw new InvalidInputException(
                $"A sequence of {last + 1} tokens is longer than the model's {limit}.",
                "Lower max_length, or use a model with more positions."
            );
        }
    }
}
