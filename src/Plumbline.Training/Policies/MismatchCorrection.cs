using Plumbline.Torch.Functions;
using Plumbline.Training.Loop;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Training.Policies;

/// <summary>
/// What is done about a sampler that draws by other numbers than the training engine's (faster kernels, another server): its tokens come from a policy that is
/// slightly another one, and the loss is weighed by how likely the training engine's policy would have drawn them.
/// </summary>
public enum MismatchCorrection
{
    /// <summary>Nothing: the mismatch is only measured.</summary>
    None,

    /// <summary>Each token weighs min(π_train/π_sampler, cap) (truncated importance sampling).</summary>
    TokenTruncate,

    /// <summary>A token whose π_train/π_sampler is above the cap or below its reciprocal is left out.</summary>
    TokenMask,

    /// <summary>Each token weighs min(π_train/π_sampler of its whole answer, cap).</summary>
    SequenceTruncate,

    /// <summary>An answer whose π_train/π_sampler is above the cap or below its reciprocal is left out.</summary>
    SequenceMask,
}

/// <summary>Measures and corrects it.</summary>
internal static class SamplerMismatch
{
    /// <summary>What each token weighs, and measures of how far the two engines are apart.</summary>
    /// <param name="tokens">The answers' tokens; old log-probabilities are those of the training engine.</param>
    /// <param name="sampler">[tokens], the sampler's; NaN where nobody wrote them down.</param>
    /// <param name="options">Which correction.</param>
    /// <param name="metrics">Receives the measures.</param>
    /// <returns>[tokens], constants; null for 1.</returns>
    internal static Tensor? Weights(AnswerTokens tokens, Tensor sampler, PolicyOptions options, MetricSums metrics)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var known = sampler.isfinite();
        var drawn = where(known, sampler, tokens.Old);
        var perToken = LogRatio.Clamped(tokens.Old - drawn, AnswerTokens.LargestLogRatio);
        var count = known.sum().item<long>();
        if (count > 0)
        {
            metrics.Add("sampling/mismatch", perToken.abs().to(ScalarType.Float64).sum().item<double>(), count);
            metrics.Add("sampling/mismatch_max", perToken.abs().max().to(ScalarType.Float64).item<double>(), 1);
            // Unbiased for KL(π_sampler ‖ π_train), and never negative.
            metrics.Add("sampling/kl", (perToken.exp() - perToken.Plus(1.0)).to(ScalarType.Float64).sum().item<double>(), count);
        }

        if (options.MismatchCorrection == MismatchCorrection.None)
        {
            return null;
        }

        var isMask = options.MismatchCorrection is MismatchCorrection.TokenMask or MismatchCorrection.SequenceMask;
        var isToken = options.MismatchCorrection is MismatchCorrection.TokenTruncate or MismatchCorrection.TokenMask;
        var logRatio = isToken
            ? perToken
            : LogRatio
                .Clamped(perToken.SumByGroup(tokens.Owners, tokens.Lengths.shape[0]), AnswerTokens.LargestLogRatio)
                .index_select(0, tokens.Owners);
        using var cap = Math.Log(options.ImportanceCap).ToScalar();
        var weights = isMask ? logRatio.abs().le(cap).to(perToken.dtype) : logRatio.clamp_max(cap).exp();
        metrics.Add("sampling/importance", weights.to(ScalarType.Float64).sum().item<double>(), weights.shape[0]);
        return weights.MoveToOuterDisposeScope();
    }
}
