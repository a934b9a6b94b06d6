using Plumbline.Torch.Dispatch;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Torch.Optimization;

/// <summary>
/// AdamW (arXiv 1711.05101) with fp32 states, one native call for all parameters of a group, and state by name. Build it after the parameters stand on
/// their device. Owns its moments; the parameters stay the caller's.
/// </summary>
public sealed class AdamW : IDisposable
{
    private readonly AdamWOptions options;
    private readonly Group[] groups;

    /// <summary>An optimiser with moments at zero.</summary>
    /// <param name="parameters">Name, tensor (fp32, requires grad) and whether weight decay applies, in a fixed order.</param>
    /// <param name="options">Moments and decay.</param>
    public AdamW(IEnumerable<(string Name, Tensor Value, bool Decays)> parameters, AdamWOptions options)
    {
        this.options = options;
        groups = [.. parameters.GroupBy(parameter => parameter.Decays).Select(group => new Group(group.Key, [.. group]))];
    }

    /// <summary>Steps taken.</summary>
    public long Step { get; private set; }

    /// <summary>The moments by name: <c>{parameter}.exp_avg</c> and <c>{parameter}.exp_avg_sq</c>. They stay owned by the optimiser.</summary>
    public IReadOnlyList<(string Name, Tensor Value)> State =>
        [
            .. groups.SelectMany(group =>
                group.Names.SelectMany((name, i) => new[] { ($"{name}.exp_avg", group.First[i]), ($"{name}.exp_avg_sq", group.Second[i]) })
            ),
        ];

    /// <summary>Goes on from <paramref name="step"/> steps, after <see cref="State"/> was written from a checkpoint.</summary>
    public void ResumeAt(long step) => Step = step;

    /// <summary>Moves every parameter that has a gradient.</summary>
    /// <param name="learningRate">Step size, at least 0.</param>
    public void Apply(double learningRate)
    {
        Step++;
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        using var step = tensor((float)Step);
        foreach (var group in groups)
        {
            ApplyTo(group, step, learningRate);
        }
    }

    /// <summary>Scales all gradients so that their joint L2 norm is at most <paramref name="maximum"/>.</summary>
    /// <param name="maximum">Above 0; infinity only measures.</param>
    /// <returns>The norm before scaling.</returns>
    public double ClipGradients(double maximum)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var gradients = groups.SelectMany(group => group.Parameters).Select(parameter => parameter.grad).OfType<Tensor>().ToArray();
        if (gradients.Length == 0)
        {
            return 0;
        }

        var norm = (double)stack(gradients.Select(gradient => gradient.norm())).norm().item<float>();
        // A norm that is no number must not turn the weights into one: the caller stops.
        if (norm > maximum && double.IsFinite(norm))
        {
            using var factor = (maximum / norm).ToScalar();
            foreach (var gradient in gradients)
            {
                gradient.mul_(factor);
            }
        }

        return norm;
    }

    /// <summary>Sets the gradients to zero; their memory stays for the next step.</summary>
    public void ZeroGradients()
    {
        foreach (var parameter in groups.SelectMany(group => group.Parameters))
        {
            using var gradient = parameter.grad;
            gradient?.zero_();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, value) in State)
        {
            value.Dispose();
        }
    }

    private void ApplyTo(Group group, Tensor step, double learningRate)
    {
        var (parameters, gradients, first, second) = (new List<Tensor>(), new List<Tensor>(), new List<Tensor>(), new List<Tensor>());
        for (var i = 0; i < group.Parameters.Length; i++)
        {
            if (group.Parameters[i].grad is { } gradient)
            {
                parameters.Add(group.Parameters[i]);
                gradients.Add(gradient);
                first.Add(group.First[i]);
                second.Add(group.Second[i]);
            }
        }

        if (parameters.Count == 0)
        {
            return;
        }

        FusedOperators.AdamWStep(
            parameters,
            gradients,
            first,
            second,
            [.. Enumerable.Repeat(step, parameters.Count)],
            new AdamWStepOptions(learningRate, options.Beta1, options.Beta2, group.Decays ? options.WeightDecay : 0, options.Epsilon)
        );
    }

    private sealed class Group
    {
        internal Group(bool decays, (string Name, Tensor Value, bool Decays)[] parameters)
        {
            Decays = decays;
            Names = [.. parameters.Select(parameter => parameter.Name)];
            Parameters = [.. parameters.Select(parameter => parameter.Value)];
            First = [.. Parameters.Select(parameter => zeros_like(parameter, requires_grad: false).DetachFromDisposeScope())];
            Second = [.. Parameters.Select(parameter => zeros_like(parameter, requires_grad: false).DetachFromDisposeScope())];
        }

        internal bool Decays { get; }
        internal string[] Names { get; }
        internal Tensor[] Parameters { get; }
        internal Tensor[] First { get; }
        internal Tensor[] Second { get; }
    }
}
