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
    /// <param name="parameters">In a fixed order.</param>
    /// <param name="options">Moments and decay.</param>
    public AdamW(IEnumerable<OptimizedParameter> parameters, AdamWOptions options)
    {
        this.options = options;
        groups =
        [
            .. parameters
                .GroupBy(parameter => (parameter.Decays, parameter.RateFactor, parameter.Part))
                .Select(group => new Group(group.Key.Decays, group.Key.RateFactor, group.Key.Part, [.. group])),
        ];
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

    /// <summary>Counts a step in which there was nothing to learn from: neither parameters nor moments move.</summary>
    public void Skip() => Step++;

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
            ApplyTo(group, step, learningRate * group.RateFactor);
        }
    }

    /// <summary>Scales the gradients of each part so that their joint L2 norm is at most <paramref name="maximum"/>.</summary>
    /// <param name="maximum">Above 0; infinity only measures.</param>
    /// <returns>The norm over all parts before scaling.</returns>
    public double ClipGradients(double maximum)
    {
        var squares = 0.0;
        foreach (var part in groups.GroupBy(group => group.Part))
        {
            var norm = Clip([.. part.SelectMany(group => group.Parameters)], maximum);
            squares += norm * norm;
        }

        return Math.Sqrt(squares);
    }

    private static double Clip(Tensor[] parameters, double maximum)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var gradients = parameters.Select(parameter => parameter.grad).OfType<Tensor>().ToArray();
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
        internal Group(bool decays, double rateFactor, int part, OptimizedParameter[] parameters)
        {
            (Decays, RateFactor, Part) = (decays, rateFactor, part);
            Names = [.. parameters.Select(parameter => parameter.Name)];
            Parameters = [.. parameters.Select(parameter => parameter.Value)];
            First = [.. Parameters.Select(parameter => zeros_like(parameter, requires_grad: false).DetachFromDisposeScope())];
            Second = [.. Parameters.Select(parameter => zeros_like(parameter, requires_grad: false).DetachFromDisposeScope())];
        }

        internal bool Decays { get; }
        internal double RateFactor { get; }
        internal int Part { get; }
        internal string[] Names { get; }
        internal Tensor[] Parameters { get; }
        internal Tensor[] First { get; }
        internal Tensor[] Second { get; }
    }
}

/// <summary>A parameter that an optimiser moves.</summary>
/// <param name="Name">Its name in the optimiser's state.</param>
/// <param name="Value">The tensor: fp32, requires grad.</param>
/// <param name="Decays">Whether weight decay applies.</param>
/// <param name="RateFactor">Its learning rate as a multiple of the run's, 0 or more.</param>
/// <param name="Part">The part of the whole whose gradients are clipped together: a policy and its critic are two.</param>
public readonly record struct OptimizedParameter(string Name, Tensor Value, bool Decays, double RateFactor = 1, int Part = 0);
