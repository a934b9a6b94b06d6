using System.Text.RegularExpressions;
using Plumbline.Configuration;
using Plumbline.Models.Language;
using Plumbline.Randomness;
using Plumbline.Torch.Dispatch;

namespace Plumbline.Models.Adapters;

/// <summary>
/// The adapters on one decoder. Any number may stand on it; the active ones add to it, each with a share. While there is any, the base itself is not trained.
/// </summary>
public sealed partial class AdapterSet
{
    private readonly Decoder decoder;
    private readonly TrainingPass pass = new();
    private readonly Dictionary<string, LoraAdapter> adapters = [];
    private readonly List<DecoderParameter> frozen = [];
    private List<(LoraAdapter Adapter, double Share)> active = [];
    private int switchedOff;
    private int trainedSwitchedOff;

    internal AdapterSet(Decoder decoder) => this.decoder = decoder;

    /// <summary>All adapters, in the order in which they were added.</summary>
    public IReadOnlyCollection<LoraAdapter> All => adapters.Values;

    /// <summary>The adapters that count at present, with their shares; less those that are switched off.</summary>
    public IReadOnlyList<(LoraAdapter Adapter, double Share)> Active =>
        switchedOff > 0 ? []
        : trainedSwitchedOff > 0 ? [.. active.Where(entry => !entry.Adapter.IsTrainable)]
        : active;

    /// <summary>The adapter of this name.</summary>
    /// <exception cref="InvalidInputException">There is none.</exception>
    public LoraAdapter this[string name] =>
        adapters.TryGetValue(name, out var adapter)
            ? adapter
            : throw new InvalidInputException(
                $"There is no adapter '{name}'.",
                adapters.Count == 0 ? "Add one first." : $"There are {string.Join(", ", adapters.Keys)}."
            );

    /// <summary>Adds a new adapter that changes nothing yet, makes it the only active one, and freezes the base.</summary>
    /// <param name="name">Letters, digits, underscores and hyphens; new on this decoder.</param>
    /// <param name="options">Rank, scaling and targets.</param>
    /// <param name="seed">The seed of its first weights.</param>
    /// <exception cref="InvalidInputException">An option is out of range, the name taken or unusable, or no module fits the targets.</exception>
    public LoraAdapter Add(string name, LoraOptions options, Seed seed)
    {
        OptionsValidation.ThrowIfInvalid(options);
        if (!UsableName().IsMatch(name) || adapters.ContainsKey(name))
        {
            throw new InvalidInputException(
                $"'{name}' cannot name a new adapter.",
                "Use letters, digits, underscores and hyphens, and no name that is taken."
            );
        }

        var adapter = new LoraAdapter(name, options, decoder.Projections, seed, pass);
        foreach (var parameter in decoder.Parameters.Where(parameter => parameter.Value.requires_grad))
        {
            parameter.Value.requires_grad = false;
            frozen.Add(parameter);
        }

        adapters.Add(name, adapter);
        Activate((name, 1));
        return adapter;
    }

    /// <summary>Chooses the adapters that count: the output is that of the base plus each one's change times its share.</summary>
    /// <param name="shares">Names and shares, each adapter at most once; none leaves the base alone.</param>
    /// <exception cref="InvalidInputException">There is no such adapter, it is named twice, or a share is not finite.</exception>
    public void Activate(params ReadOnlySpan<(string Name, double Share)> shares)
    {
        var chosen = new List<(LoraAdapter, double)>();
        foreach (var (name, share) in shares)
        {
            if (!double.IsFinite(share) || chosen.Exists(entry => entry.Item1.Name == name))
            {
                throw new InvalidInputException(
                    $"Adapter '{name}' cannot count {share} times.",
                    "Name each adapter once, with a finite share."
                );
            }

            chosen.Add((this[name], share));
        }

        active = chosen;
        Connect();
    }

    /// <summary>Takes an adapter off and disposes it. With the last one the base can be trained again as before.</summary>
    /// <exception cref="InvalidInputException">There is no such adapter.</exception>
    public void Remove(string name)
    {
        var adapter = this[name];
        adapters.Remove(name);
        active = [.. active.Where(entry => entry.Adapter != adapter)];
        Connect();
        adapter.Dispose();
        if (adapters.Count == 0)
        {
            frozen.ForEach(parameter => parameter.Value.requires_grad = true);
            frozen.Clear();
        }
    }

    /// <summary>Switches all adapters off until the result is disposed: the decoder is its base.</summary>
    /// <returns>Dispose it to switch them on again; scopes may be nested. Casts that autocast remembers are forgotten at both ends.</returns>
    public IDisposable SwitchOff() => new Switch(this, all: true);

    /// <summary>
    /// Switches the adapters that are being trained off until the result is disposed: the decoder is what the training started from, which is the base, or the
    /// base with the finished adapters that the trained one builds on.
    /// </summary>
    /// <returns>As <see cref="SwitchOff"/>.</returns>
    public IDisposable SwitchOffTrained() => new Switch(this, all: false);

    /// <summary>Lets active adapters drop inputs (<see cref="LoraOptions.Dropout"/>) until the result is disposed: one pass of training, backward included.</summary>
    /// <param name="seed">The seed of what is dropped, another for each pass.</param>
    /// <returns>Dispose it at the end of the pass; null where no active adapter drops anything.</returns>
    public IDisposable? OpenTrainingPass(Seed seed) => active.Exists(entry => entry.Adapter.Options.Dropout > 0) ? pass.Open(seed) : null;

    internal void Dispose()
    {
        foreach (var adapter in adapters.Values)
        {
            adapter.Dispose();
        }
    }

    private void Connect()
    {
        foreach (var projection in decoder.Projections)
        {
            projection.Updates =
            [
                .. from entry in Active
                from part in entry.Adapter.Updates
                where part.Projection == projection
                select new ActiveUpdate(part.Update, entry.Share),
            ];
        }

        // Casts cached in a pass without gradients must not reach one with gradients.
        Autocast.ClearCache();
    }

    [GeneratedRegex(@"\A[A-Za-z0-9_-]{1,100}\z")]
    private static partial Regex UsableName();

    private sealed class Switch : IDisposable
    {
        private readonly AdapterSet set;
        private readonly bool all;
        private bool disposed;

        internal Switch(AdapterSet set, bool all)
        {
            (this.set, this.all) = (set, all);
            Count(1);
        }

        public void Dispose()
        {
            if (!disposed)
            {
                disposed = true;
                Count(-1);
            }
        }

        private void Count(int step)
        {
            if (all)
            {
                set.switchedOff += step;
            }
            else
            {
                set.trainedSwitchedOff += step;
            }

            set.Connect();
        }
    }
}
