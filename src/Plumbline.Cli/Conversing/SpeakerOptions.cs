using Plumbline.Configuration;
using Plumbline.Models.Generation;
using Plumbline.Randomness;
using Plumbline.Remote;

namespace Plumbline.Cli.Conversing;

/// <summary>Who answers, and how: a local model folder or a remote endpoint.</summary>
public record SpeakerOptions : IValidatedOptions
{
    /// <summary>A Hugging Face model folder.</summary>
    /// <value>null</value>
    public string? Model { get; init; }

    /// <summary>An OpenAI-compatible endpoint, instead of a folder.</summary>
    /// <value>null</value>
    public RemoteOptions? Remote { get; init; }

    /// <summary>Stands before the conversation as its system message.</summary>
    /// <value>null</value>
    public string? System { get; init; }

    /// <summary>Whether the local model goes on with the bare prompt, without a chat template: for base models.</summary>
    /// <value>false</value>
    public bool Raw { get; init; }

    /// <summary>How tokens are drawn.</summary>
    /// <value>512 new tokens at most, temperature 1, no filters</value>
    public SamplingOptions Sampling { get; init; } = new() { MaxNewTokens = 512 };

    /// <summary>The seed of the draws.</summary>
    /// <value>0</value>
    public Seed Seed { get; init; } = new(0);

    /// <summary>
    /// Tokens of prompt and answer together, of a local model: the cache is as large as this times the requests at a time. Null: of <c>plumb generate</c> what
    /// its longest prompt and answer need, of <c>plumb chat</c> 8192; never more than the model has.
    /// </summary>
    /// <value>null</value>
    public int? ContextLength { get; init; }

    /// <summary>Threads of a local model; 0 for all cores.</summary>
    /// <value>0</value>
    public int Threads { get; init; }

    /// <inheritdoc/>
    public virtual IEnumerable<OptionProblem> Problems()
    {
        if (Model is null == Remote is null)
        {
            yield return new(
                nameof(Model),
                Model,
                Model is null ? "given, or else remote" : "left out where remote is given",
                "Name a model folder (--model) or an endpoint (--endpoint with --remote-model), one of the two."
            );
        }

        if (Raw && Remote is not null)
        {
            yield return new(nameof(Raw), Raw, "false for a remote model");
        }

        if (Raw && System is not null)
        {
            yield return new(nameof(System), System, "left out where raw is set");
        }

        if (ContextLength is < 2)
        {
            yield return new(nameof(ContextLength), ContextLength, "at least 2");
        }

        if (Threads < 0)
        {
            yield return new(nameof(Threads), Threads, "0 (all cores) or more");
        }
    }
}
