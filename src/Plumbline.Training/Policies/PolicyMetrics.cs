using Plumbline.Torch.Functions;
using Plumbline.Training.Loop;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Training.Policies;

/// <summary>What a pass over drawn answers tells of the policy, weighed by tokens.</summary>
internal static class PolicyMetrics
{
    /// <summary>Adds the measures of some tokens.</summary>
    /// <param name="metrics">Receives them.</param>
    /// <param name="tokens">The tokens.</param>
    /// <param name="scores">What the policy says of them.</param>
    /// <param name="options">The limits of the ratio.</param>
    internal static void Add(MetricSums metrics, AnswerTokens tokens, TokenScores scores, PolicyLossOptions options)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        using var low = (1 - options.Epsilon).ToScalar();
        using var high = (1 + options.Above).ToScalar();
        using var none = 0.0.ToScalar();
        var (ratios, logRatios, count) = (tokens.Ratios, tokens.LogRatios, tokens.Old.shape[0]);
        void Log(string name, Tensor values) => metrics.Add(name, values.to(ScalarType.Float64).sum().item<double>(), count);
        Log("ratio", ratios);
        // Unbiased for KL(π_old ‖ π) where π_old drew the tokens, and never negative.
        Log("approx_kl", ratios.Plus(-1.0) - logRatios);
        Log("clip_ratio/low", ratios.lt(low) & tokens.Advantages.lt(none));
        Log("clip_ratio/high", ratios.gt(high) & tokens.Advantages.gt(none));
        Log("entropy", scores.Entropy);
    }
}
