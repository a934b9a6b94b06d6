using Plumbline.Models.Generation;
using Plumbline.Models.Language;

namespace Plumbline.Cli.Pipelines;

/// <summary>Answers a known list of requests with a model that is loaded for it.</summary>
internal static class BatchSampling
{
    /// <summary>All answers, in the order of the requests; the cache is as large as these need.</summary>
    /// <param name="model">The model; not owned.</param>
    /// <param name="requests">At least one.</param>
    /// <param name="batchSize">Answers drawn at a time, at most.</param>
    /// <param name="progress">Called after every step.</param>
    /// <param name="cancellation">Polled between steps.</param>
    internal static IReadOnlyList<SampledAnswer> Sample(
        Decoder model,
        IReadOnlyList<SamplingRequest> requests,
        int batchSize,
        Action<SamplingProgress>? progress,
        CancellationToken cancellation
    )
    {
        var longest = requests.Max(request => request.Prompt.Length + request.Options.MaxNewTokens - 1);
        var engineOptions = new DecodeEngineOptions
        {
            Slots = Math.Min(batchSize, requests.Sum(request => request.Answers)),
            // Beyond the model's positions the sampler names the request.
            SequenceCapacity = Math.Min(longest, model.Config.ContextLength),
        };
        using var engine = DecodeEngines.For(model, engineOptions);
        return new Sampler(engine).Generate(requests, progress, cancellation);
    }
}
