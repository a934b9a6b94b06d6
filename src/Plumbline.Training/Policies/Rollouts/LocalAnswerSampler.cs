using Plumbline.Configuration;
using Plumbline.Models.Generation;
using Plumbline.Models.Language;

namespace Plumbline.Training.Policies.Rollouts;

/// <summary>
/// Samples from the model in training, in its process: the decode engine takes the present weights over, and the tokens it draws go into training as they are. Owns
/// the engine.
/// </summary>
public sealed class LocalAnswerSampler : IAnswerSampler, IDisposable
{
    private readonly IDecodeEngine engine;
    private readonly Sampler sampler;
    private readonly SamplingOptions sampling;
    private readonly Func<int[], string> text;
    private readonly Action<SamplingProgress>? progress;

    /// <summary>Makes the engine.</summary>
    /// <param name="policy">The model in training; not owned, and must outlive the sampler.</param>
    /// <param name="sampling">
    /// Length, temperature, filters and end tokens. Penalties, biases and bans change what is drawn in a way that training cannot follow, and are refused.
    /// </param>
    /// <param name="engineOptions">Answers at a time, the longest sequence, and whether the layers of training are used.</param>
    /// <param name="text">The text of drawn tokens, without special tokens.</param>
    /// <param name="progress">Called after every token; null for nobody.</param>
    /// <exception cref="InvalidInputException">An option is out of range, or one that training cannot follow.</exception>
    public LocalAnswerSampler(
        Decoder policy,
        SamplingOptions sampling,
        DecodeEngineOptions engineOptions,
        Func<int[], string> text,
        Action<SamplingProgress>? progress = null
    )
        : this(EngineOf(policy, engineOptions, sampling), sampling, text, progress) { }

    /// <summary>Samples from any engine: a reference's, or a mixture of two.</summary>
    /// <param name="engine">The engine; owned from now on.</param>
    /// <param name="sampling">As above.</param>
    /// <param name="text">As above.</param>
    /// <param name="progress">As above.</param>
    /// <exception cref="InvalidInputException">An option is out of range, or one that training cannot follow.</exception>
    public LocalAnswerSampler(
        IDecodeEngine engine,
        SamplingOptions sampling,
        Func<int[], string> text,
        Action<SamplingProgress>? progress = null
    )
    {
        (this.engine, this.sampling, this.text, this.progress) = (engine, Trainable(sampling), text, progress);
        sampler = new Sampler(engine);
    }

    /// <inheritdoc/>
    public IReadOnlyList<IReadOnlyList<RolloutAnswer>> Draw(
        IReadOnlyList<PolicyPrompt> prompts,
        AnswerDraw draw,
        CancellationToken cancellation = default
    )
    {
        if (!draw.GoesOn)
        {
            engine.Refresh();
        }

        var options = draw.IsGreedy ? sampling with { Temperature = 0 } : sampling;
        SamplingRequest[] requests =
        [
            .. prompts.Select(
                (prompt, i) =>
                    new SamplingRequest
                    {
                        Prompt = prompt.Ids,
                        Options = options,
                        Seed = draw.Seed,
                        FirstStream = (long)draw.NumberOf(i) * draw.Answers,
                        Answers = draw.Answers,
                        RecordsKept = true,
                    }
            ),
        ];
        var answers = sampler.Generate(requests, progress, cancellation);
        return [.. answers.Chunk(draw.Answers).Select(group => group.Select(Answer).ToArray())];
    }

    /// <inheritdoc/>
    public void Dispose() => engine.Dispose();

    private RolloutAnswer Answer(SampledAnswer answer) =>
        new(answer.Ids, [.. answer.Ids.Select(_ => true)], text(answer.ContentIds.ToArray()))
        {
            IsTruncated = answer.IsTruncated,
            LogProbabilities = [.. answer.LogProbabilities.Select(value => (float)value)],
            Kept = answer.Kept!.Any(kept => kept is not null) ? [.. answer.Kept!] : null,
        };

    // Options that cannot be are found before a cache is allocated.
    private static IDecodeEngine EngineOf(Decoder policy, DecodeEngineOptions engineOptions, SamplingOptions sampling)
    {
        Trainable(sampling);
        return DecodeEngines.For(policy, engineOptions);
    }

    private static SamplingOptions Trainable(SamplingOptions sampling)
    {
        OptionsValidation.ThrowIfInvalid(sampling);
        (bool IsSet, string Name)[] others =
        [
            (sampling.Temperature == 0, nameof(sampling.Temperature)),
            (sampling.RepetitionPenalty != 1, nameof(sampling.RepetitionPenalty)),
            (sampling.PresencePenalty != 0, nameof(sampling.PresencePenalty)),
            (sampling.FrequencyPenalty != 0, nameof(sampling.FrequencyPenalty)),
            (sampling.LogitBias.Count > 0, nameof(sampling.LogitBias)),
            (sampling.BannedTokens.Count > 0, nameof(sampling.BannedTokens)),
            (sampling.MinNewTokens > 0, nameof(sampling.MinNewTokens)),
            (sampling.StopStrings.Count > 0, nameof(sampling.StopStrings)),
        ];
        if (Array.Find(others, other => other.IsSet) is { IsSet: true, Name: var name })
        {
            throw new InvalidInputException(
                $"The sampling option {name} is set: training would follow another policy than the one that was sampled.",
                "Sample with temperature, top-k, top-p and min-p only."
            );
        }

        return sampling;
    }
}
