using Plumbline.Models.Adapters;
using Plumbline.Models.ChatTemplates;
using Plumbline.Models.Language;
using static TorchSharp.torch;

namespace Plumbline.Models.Probes;

/// <summary>A model that probes look into. Several probes may share it: who asks waits until it is free. Thread-safe.</summary>
public sealed class HiddenStateReader : IDisposable
{
    private const int TokensPerPass = 2048;

    private readonly Decoder decoder;
    private readonly ChatEncoder encoder;
    private readonly SemaphoreSlim free = new(1);

    /// <summary>Looks into a model; reads every weight once, for its hash.</summary>
    /// <param name="decoder">The model; not owned, not changed, and used by nobody else meanwhile.</param>
    /// <param name="encoder">Its tokenizer and template.</param>
    /// <param name="name">What errors call the model, such as its folder.</param>
    /// <exception cref="InvalidInputException">Tokenizer and model do not belong together.</exception>
    public HiddenStateReader(Decoder decoder, ChatEncoder encoder, string name)
    {
        if (encoder.Tokenizer.VocabularySize > decoder.Config.VocabularySize)
        {
            throw new InvalidInputException(
                $"The tokenizer of {name} has {encoder.Tokenizer.VocabularySize} tokens, the model {decoder.Config.VocabularySize}.",
                "Use the tokenizer that belongs to this model."
            );
        }

        (this.decoder, this.encoder, Name) = (decoder, encoder, name);
        ModelHash = BaseFingerprint.OfModel(decoder);
    }

    /// <summary>What errors call the model.</summary>
    public string Name { get; }

    /// <summary>The hash of everything that decides its hidden states: <see cref="BaseFingerprint.OfModel"/>.</summary>
    public string ModelHash { get; }

    /// <summary>The model's blocks.</summary>
    public int LayerCount => decoder.Config.LayerCount;

    /// <summary>The numbers of a hidden state.</summary>
    public int HiddenSize => decoder.Config.HiddenSize;

    /// <inheritdoc/>
    public void Dispose() => free.Dispose();

    /// <summary>What puts texts into windows for this model.</summary>
    /// <exception cref="InvalidInputException">The template fails, or leaves a text no room.</exception>
    internal ProbeFrame Frame(ProbeReading reading) =>
        new(encoder, reading, decoder.Config.LearnedPositions ? decoder.Config.MaxPositions : decoder.Config.ContextLength);

    /// <summary>Does something with the model on a thread of the pool, once nobody else does.</summary>
    internal async Task<T> UseAsync<T>(Func<T> work, CancellationToken cancellation)
    {
        await free.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return await Task.Run(work, cancellation).ConfigureAwait(false);
        }
        finally
        {
            free.Release();
        }
    }

    /// <summary>The pooled hidden states of windows behind some blocks. Whoever calls it has the model to himself.</summary>
    /// <param name="windows">They share passes, the shorter first; the bits depend on them alone.</param>
    /// <param name="layers">Numbers of blocks, from 1, ascending.</param>
    /// <param name="pooling">What is read.</param>
    /// <param name="cancellation">Polled between passes.</param>
    /// <returns>By window, then by layer: [hidden size].</returns>
    internal float[][][] Pool(
        IReadOnlyList<ProbeWindow> windows,
        IReadOnlyList<int> layers,
        ProbePooling pooling,
        CancellationToken cancellation
    )
    {
        var states = new float[windows.Count][][];
        // Attention batches sequences of like length.
        var order = Enumerable.Range(0, windows.Count).OrderBy(window => windows[window].Ids.Length).ToList();
        for (var at = 0; at < order.Count; )
        {
            cancellation.ThrowIfCancellationRequested();
            var pass = new List<int>();
            for (var tokens = 0; at < order.Count; at++)
            {
                tokens += windows[order[at]].Ids.Length;
                if (pass.Count > 0 && tokens > TokensPerPass)
                {
                    break;
                }

                pass.Add(order[at]);
                states[order[at]] = new float[layers.Count][];
            }

            Pool([.. pass.Select(window => windows[window])], layers, pooling, (row, layer, values) => states[pass[row]][layer] = values);
        }

        return states;
    }

    private void Pool(ProbeWindow[] windows, IReadOnlyList<int> layers, ProbePooling pooling, Action<int, int, float[]> take)
    {
        using var scope = NewDisposeScope();
        var tokens = new PackedTokens([.. windows.SelectMany(window => window.Ids)], [.. windows.Select(window => window.Ids.Length)]);
        var shares = Shares(windows, pooling).to(decoder.Device);
        decoder.VisitHiddenStates(
            tokens,
            layers[^1],
            (number, hidden) =>
            {
                if (Place(layers, number) is not { } layer)
                {
                    return;
                }

                var pooled = shares.matmul(hidden.to(ScalarType.Float32)).cpu().contiguous();
                var values = pooled.data<float>().ToArray();
                for (var row = 0; row < windows.Length; row++)
                {
                    take(row, layer, values[(row * HiddenSize)..((row + 1) * HiddenSize)]);
                }
            }
        );
    }

    private static int? Place(IReadOnlyList<int> layers, int number)
    {
        for (var i = 0; i < layers.Count; i++)
        {
            if (layers[i] == number)
            {
                return i;
            }
        }

        return null;
    }

    // [windows, tokens]: how much each token counts for each window.
    private static Tensor Shares(ProbeWindow[] windows, ProbePooling pooling)
    {
        var count = windows.Sum(window => window.Ids.Length);
        var (shares, start) = (new float[windows.Length * count], 0);
        for (var row = 0; row < windows.Length; row++)
        {
            var window = windows[row];
            int[] counted = pooling == ProbePooling.Last ? [window.Ids.Length - 1] : window.Content;
            foreach (var token in counted)
            {
                shares[(row * count) + start + token] = 1f / counted.Length;
            }

            start += window.Ids.Length;
        }

        return tensor(shares, [windows.Length, count]);
    }
}
