using Plumbline.Models.Adapters;
using static TorchSharp.torch;

namespace Plumbline.Models.Language;

/// <content>The decoder as the base of adapters.</content>
public sealed partial class Decoder
{
    private AdapterSet? adapters;

    /// <summary>The adapters on this decoder.</summary>
    public AdapterSet Adapters => adapters ??= new AdapterSet(this);

    /// <summary>What training moves: the base's parameters where they are not frozen, and those of the active adapters.</summary>
    public IReadOnlyList<DecoderParameter> TrainableParameters =>
        [
            .. Parameters
                .Concat(adapters?.Active.SelectMany(entry => entry.Adapter.Parameters) ?? [])
                .Where(parameter => parameter.Value.requires_grad),
        ];

    /// <summary>Every matrix multiply of the blocks.</summary>
    internal IReadOnlyList<Projection> Projections { get; }

    /// <summary>Switches the adapters off until the result is disposed; see <see cref="AdapterSet.SwitchOff"/>.</summary>
    public IDisposable WithoutAdapters() => Adapters.SwitchOff();

    /// <summary>A decoder of its own whose weights count the active adapters in: W + Σ share · ΔW in float32. It has no adapters.</summary>
    /// <returns>The copy; the caller disposes it.</returns>
    public Decoder MergedCopy() => MergedCopy(null);

    private Decoder MergedCopy(ScalarType? projectionDtype)
    {
        var copy = new Decoder(Config, new ParameterFactory(Config, seed: null, Device, projectionDtype: projectionDtype));
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        var values = Parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.Value);
        foreach (var (own, merged) in Projections.Zip(copy.Projections))
        {
            values[merged.Weight.Name] = own.EffectiveWeight();
        }

        foreach (var parameter in copy.Parameters)
        {
            parameter.Value.copy_(values[parameter.Name]);
        }

        return copy;
    }
}
