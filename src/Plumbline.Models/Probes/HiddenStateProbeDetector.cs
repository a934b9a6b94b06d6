using Plumbline.Configuration;
using Plumbline.Findings;

namespace Plumbline.Models.Probes;

/// <summary>
/// Asks a probe: runs a text through the model up to the probe's layer. A text longer than a window counts as its highest window, which is where the finding stands.
/// </summary>
/// <remarks>Findings are the same whoever asks at the same time: windows of different texts never share a pass. Waiting for the model and running it both end with the caller's token.</remarks>
public sealed class HiddenStateProbeDetector : IDetector
{
    private readonly HiddenStateProbe probe;
    private readonly HiddenStateReader reader;
    private readonly HiddenStateProbeOptions options;
    private readonly ProbeFrame frame;
    private readonly int[] layers;

    /// <summary>Puts probe and model together.</summary>
    /// <param name="probe">The probe.</param>
    /// <param name="reader">The model it was trained on; not owned.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="InvalidInputException">The probe was trained on another model, or an option is out of its range.</exception>
    public HiddenStateProbeDetector(HiddenStateProbe probe, HiddenStateReader reader, HiddenStateProbeOptions? options = null)
    {
        this.options = OptionsValidation.ThrowIfInvalid(options ?? new HiddenStateProbeOptions());
        var description = probe.Description;
        if (description.Model != reader.ModelHash)
        {
            throw new InvalidInputException(
                $"The probe was trained on the model {description.Model}, and {reader.Name} is {reader.ModelHash}.",
                "Name the model that it was trained on, or train a probe for this one with plumb guard probe."
            );
        }

        if (probe.HiddenSize != reader.HiddenSize || description.Layer > reader.LayerCount)
        {
            throw new InvalidInputException(
                $"The probe reads {probe.HiddenSize} numbers behind block {description.Layer}; {reader.Name} has {reader.LayerCount} blocks of {reader.HiddenSize}.",
                "The file is damaged: train it again with plumb guard probe."
            );
        }

        (this.probe, this.reader) = (probe, reader);
        frame = reader.Frame(description.Reading);
        layers = [description.Layer];
        Hazards = [.. description.Labels.Select(label => label.Hazard).Distinct(StringComparer.Ordinal)];
    }

    /// <inheritdoc/>
    public string Name => options.Name;

    /// <inheritdoc/>
    /// <remarks>The hash of the probe, which counts that of its model in.</remarks>
    public string Version => probe.Hash;

    /// <inheritdoc/>
    public DetectorCost Cost => DetectorCost.Model;

    /// <inheritdoc/>
    public DetectorReading Reads => options.Reads;

    /// <inheritdoc/>
    public IReadOnlyCollection<string> Hazards { get; }

    /// <inheritdoc/>
    /// <exception cref="InvalidInputException">The text is longer than the options allow, or the chat template refuses it.</exception>
    public async ValueTask<IReadOnlyList<Finding>> DetectAsync(DetectorInput input, CancellationToken cancellationToken) =>
        input.Text.Length > options.MaxCharacters
            ? throw new InvalidInputException(
                $"The text has {input.Text.Length} characters; the detector '{Name}' reads at most {options.MaxCharacters}.",
                "Raise max_characters, or check the text in parts."
            )
            : await reader.UseAsync(() => Detect(input.Text, cancellationToken), cancellationToken).ConfigureAwait(false);

    private List<Finding> Detect(string text, CancellationToken cancellation)
    {
        var windows = frame.Of(text).ToList();
        var states = reader.Pool(windows, layers, probe.Description.Reading.Pooling, cancellation);
        var findings = new List<Finding>();
        for (var label = 0; windows.Count > 0 && label < probe.Description.Labels.Count; label++)
        {
            var (highest, at) = (double.NegativeInfinity, -1);
            for (var window = 0; window < windows.Count; window++)
            {
                var logOdds = probe.LogOdds(label, states[window][0]);
                if (!double.IsFinite(logOdds))
                {
                    throw new InvalidInputException(
                        $"The hidden states of {reader.Name} behind block {layers[0]} are no numbers.",
                        "The model overflows on this text: check its weights."
                    );
                }

                (highest, at) = logOdds > highest ? (logOdds, window) : (highest, at);
            }

            var score = probe.Probability(label, highest);
            if (score >= options.LeastScore)
            {
                findings.Add(
                    new Finding
                    {
                        Hazard = probe.Description.Labels[label].Hazard,
                        Kind = probe.Description.Labels[label].Name,
                        Score = score,
                        Span = windows[at].Span,
                    }
                );
            }
        }

        return findings;
    }
}
