using Plumbline.Configuration;
using Plumbline.Remote;

namespace Plumbline.Cli.Pipelines.Labels;

/// <summary>A model that judges, answers or revises.</summary>
public sealed record JudgeModelOptions : IValidatedOptions
{
    /// <summary>A Hugging Face folder; null where a server judges.</summary>
    public string? Model { get; init; }

    /// <summary>A server that speaks OpenAI's protocol; null where a folder does.</summary>
    public RemoteOptions? Remote { get; init; }

    /// <summary>Whether log-probabilities are read from the server's completions, which must echo them, instead of its chat: for base models.</summary>
    /// <value>false</value>
    public bool Completions { get; init; }

    /// <summary>Tokens of a conversation and its answer together, of a model here; never more than the model has.</summary>
    /// <value>4096</value>
    public int ContextLength { get; init; } = 4096;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        if (ContextLength < 2)
        {
            yield return new OptionProblem(nameof(ContextLength), ContextLength, "at least 2");
        }

        if (Model is null == Remote is null)
        {
            yield return new OptionProblem(
                nameof(Model),
                Model,
                Model is null ? "given, or else remote" : "left out where remote is given"
            );
        }

        if (Completions && Remote is null)
        {
            yield return new OptionProblem(nameof(Completions), Completions, "false for a folder");
        }
    }
}
