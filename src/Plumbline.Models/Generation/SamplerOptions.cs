using Plumbline.Configuration;

namespace Plumbline.Models.Generation;

/// <summary>How a sampler divides an engine's time.</summary>
public sealed record SamplerOptions : IValidatedOptions
{
    /// <summary>Tokens of prompts computed in one step at most: longer prompts come in several, between which running answers go on.</summary>
    /// <value>512</value>
    public int PrefillChunk { get; init; } = 512;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        if (PrefillChunk < 1)
        {
            yield return new(nameof(PrefillChunk), PrefillChunk, "at least 1");
        }
    }
}

/// <summary>What a sampler holds at most, known before its first request.</summary>
/// <param name="Slots">Sequences at a time.</param>
/// <param name="SequenceCapacity">Tokens of the longest sequence, prompt and answer.</param>
/// <param name="TokenCapacity">Tokens of all sequences together.</param>
/// <param name="Bytes">Of the engine beside the model, and of the sampler's own buffers.</param>
public sealed record SamplerPlan(int Slots, int SequenceCapacity, long TokenCapacity, long Bytes)
{
    /// <summary>For people.</summary>
    public override string ToString() =>
        $"{Slots} sequences of at most {SequenceCapacity} tokens at a time, {TokenCapacity} tokens in all: {Bytes / 1048576.0:0.0} MiB beside the model";
}

/// <summary>How far a batch of requests is.</summary>
/// <param name="Finished">Answers that ended.</param>
/// <param name="Answers">Answers in all.</param>
/// <param name="Tokens">Tokens drawn so far.</param>
public readonly record struct SamplingProgress(int Finished, int Answers, long Tokens);
