using Plumbline.Configuration;
using Plumbline.Models.Generation;
using Plumbline.Randomness;

namespace Plumbline.Models.Chat;

/// <summary>How a local model answers where a request says nothing.</summary>
public sealed record LocalChatOptions : IValidatedOptions
{
    /// <summary>What the client calls its model.</summary>
    /// <value>local</value>
    public string ModelId { get; init; } = "local";

    /// <summary>
    /// How tokens are drawn where a request does not say. <see cref="SamplingOptions.MaxNewTokens"/> is lowered to what is left of the context; end tokens
    /// are the model's and those given here.
    /// </summary>
    /// <value>512 new tokens, everything else as in <see cref="SamplingOptions"/></value>
    public SamplingOptions Sampling { get; init; } = new() { MaxNewTokens = 512 };

    /// <summary>The seed of answers whose request has none; each gets a stream of its own, so that the same questions in the same order get the same answers.</summary>
    /// <value>0</value>
    public Seed Seed { get; init; } = new(0);

    /// <summary>Requests answered at a time, in one batch; more wait.</summary>
    /// <value>8</value>
    public int Slots { get; init; } = 8;

    /// <summary>
    /// Tokens of prompt and answer together; null for 4096, or all of the model's positions where they are fewer. The cache is as large as slots times this: a model
    /// of 131,072 positions would take many gigabytes.
    /// </summary>
    /// <value>null</value>
    public int? ContextLength { get; init; }

    /// <summary>What <see cref="ContextLength"/> is for a model.</summary>
    internal int ContextFor(Language.DecoderConfig config) => ContextLength ?? Math.Min(config.ContextLength, 4096);

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        if (Slots is < 1 or > 1 << 16)
        {
            yield return new(nameof(Slots), Slots, "between 1 and 65536");
        }

        if (ContextLength is < 2)
        {
            yield return new(nameof(ContextLength), ContextLength, "at least 2");
        }
    }
}
