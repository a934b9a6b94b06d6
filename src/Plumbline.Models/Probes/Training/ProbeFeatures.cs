namespace Plumbline.Models.Probes.Training;

/// <summary>The pooled hidden states of all windows of some texts, behind several layers: the model is asked once.</summary>
internal sealed class ProbeFeatures
{
    private readonly List<WindowState>[] windows;

    private ProbeFeatures(int texts) => windows = [.. Enumerable.Range(0, texts).Select(_ => new List<WindowState>())];

    /// <summary>A window's states.</summary>
    /// <param name="Tokens">Tokens of the text in it.</param>
    /// <param name="States">By layer: [hidden size].</param>
    internal readonly record struct WindowState(int Tokens, float[][] States);

    /// <summary>The windows of a text; none where nothing of it is left to read.</summary>
    internal IReadOnlyList<WindowState> this[int text] => windows[text];

    /// <summary>Reads texts, some windows at a time.</summary>
    /// <exception cref="InvalidInputException">The states take more memory than the options allow, or are no numbers.</exception>
    internal static ProbeFeatures Read(
        HiddenStateReader reader,
        IReadOnlyList<ProbeExample> examples,
        int[] layers,
        ProbeTrainingOptions options,
        Action<int> progress,
        CancellationToken cancellation
    )
    {
        const int atOnce = 64;
        var features = new ProbeFeatures(examples.Count);
        var frame = reader.Frame(options.Reading);
        var (waiting, bytes) = (new List<(int Text, ProbeWindow Window)>(), 0L);
        for (var text = 0; text < examples.Count; text++)
        {
            foreach (var window in frame.Of(examples[text].Text).Take(options.MostWindows))
            {
                bytes += (long)layers.Length * reader.HiddenSize * sizeof(float);
                waiting.Add((text, window));
            }

            if (bytes > (long)options.MostMegabytes << 20)
            {
                throw new InvalidInputException(
                    $"The hidden states of {text + 1} of {examples.Count} texts behind {layers.Length} layers take {bytes >> 20} MiB already, and most_megabytes is {options.MostMegabytes}.",
                    "Raise it, or give fewer layers, fewer texts or a lower most_windows."
                );
            }

            if (waiting.Count >= atOnce || text == examples.Count - 1)
            {
                features.Add(reader, waiting, layers, options.Reading.Pooling, cancellation);
                waiting.Clear();
                progress(text + 1);
            }
        }

        return features;
    }

    private void Add(
        HiddenStateReader reader,
        List<(int Text, ProbeWindow Window)> waiting,
        int[] layers,
        ProbePooling pooling,
        CancellationToken cancellation
    )
    {
        var states = reader.Pool([.. waiting.Select(one => one.Window)], layers, pooling, cancellation);
        for (var i = 0; i < waiting.Count; i++)
        {
            for (var layer = 0; layer < layers.Length; layer++)
            {
                if (!states[i][layer].All(float.IsFinite))
                {
                    throw new InvalidInputException(
                        $"The hidden states of {reader.Name} behind block {layers[layer]} are no numbers.",
                        "The model overflows: check its weights, or leave that layer out."
                    );
                }
            }

            windows[waiting[i].Text].Add(new WindowState(waiting[i].Window.Content.Length, states[i]));
        }
    }
}
