using Plumbline.Models.Language;
using Plumbline.Randomness;

namespace Plumbline.Models.Adapters;

/// <summary>
/// A low-rank adapter on a decoder: LoRA (arXiv 2106.09685), rank-stabilised LoRA (arXiv 2312.03732) or DoRA (arXiv 2402.09353). Belongs to the decoder's
/// <see cref="AdapterSet"/>, which disposes it.
/// </summary>
public sealed class LoraAdapter
{
    private readonly List<(Projection Projection, LowRankUpdate Update)> updates = [];

    internal LoraAdapter(string name, LoraOptions options, IReadOnlyList<Projection> projections, Seed seed, TrainingPass pass)
    {
        (Name, Options) = (name, options);
        var selection = new TargetSelection(options);
        foreach (var projection in projections.Where(projection => projection.Modules.Any(module => selection.Includes(module.Name))))
        {
            updates.Add((projection, new LowRankUpdate(name, projection, selection, options, seed, pass)));
        }

        if (updates.Count == 0)
        {
            throw new InvalidInputException(
                $"No module of the model fits target_modules ({options.TargetPattern ?? string.Join(", ", options.TargetModules)}).",
                $"Its modules are {string.Join(", ", Kinds(projections.SelectMany(projection => projection.Modules.Select(module => module.Name))))}."
            );
        }

        Parameters = [.. updates.SelectMany(entry => entry.Update.Parameters)];
    }

    /// <summary>The name under which it stands on its base.</summary>
    public string Name { get; }

    /// <summary>Its rank, scaling and targets.</summary>
    public LoraOptions Options { get; }

    /// <summary>
    /// Its tensors in a fixed order, float32. Parts carry PEFT's names, such as <c>base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight</c>: modules
    /// that read the same input have their A's in one tensor.
    /// </summary>
    public IReadOnlyList<DecoderParameter> Parameters { get; }

    /// <summary>Numbers trained in all.</summary>
    public long ParameterCount => Parameters.Sum(parameter => parameter.Value.numel());

    /// <summary>The adapted modules, under Hugging Face's names.</summary>
    public IReadOnlyList<string> Modules => [.. updates.SelectMany(entry => entry.Update.ModuleNames)];

    /// <summary>Whether it is trained. A new adapter is; one that is read from a file only where asked for.</summary>
    public bool IsTrainable
    {
        get => Parameters[0].Value.requires_grad;
        set
        {
            foreach (var parameter in Parameters)
            {
                parameter.Value.requires_grad = value;
            }
        }
    }

    /// <summary>Its parts, each with the projection it sits on.</summary>
    internal IReadOnlyList<(Projection Projection, LowRankUpdate Update)> Updates => updates;

    /// <summary>Names of modules without their place: what <c>target_modules</c> lists.</summary>
    internal static IEnumerable<string> Kinds(IEnumerable<string> modules) =>
        modules.Select(name => name[(name.LastIndexOf('.') + 1)..]).Distinct().Order(StringComparer.Ordinal);

    internal void Dispose() => updates.ForEach(entry => entry.Update.Dispose());
}
