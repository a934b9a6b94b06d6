using Plumbline.Configuration;

namespace Plumbline.Rewards;

/// <summary>A language model that rates answers.</summary>
public sealed record JudgeOptions : IValidatedOptions
{
    /// <summary>A Hugging Face folder, or the address of a server that speaks OpenAI's protocol (<c>http://localhost:8000/v1</c>).</summary>
    public required string Model { get; init; }

    /// <summary>The model's name at a server, which needs it; null for a folder.</summary>
    public string? ModelId { get; init; }

    /// <summary>The environment variable that holds the server's key; null for none.</summary>
    public string? ApiKeyVariable { get; init; }

    /// <summary>What a good answer does, one principle a line.</summary>
    public required IReadOnlyList<string> Principles { get; init; }

    /// <summary>Answers rated at the same time.</summary>
    /// <value>8</value>
    public int Parallel { get; init; } = 8;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        if (string.IsNullOrWhiteSpace(Model))
        {
            yield return new OptionProblem(nameof(Model), Model, "a folder or an address");
        }

        if (Principles.Count is 0 or > 100 || Principles.Any(principle => string.IsNullOrWhiteSpace(principle) || principle.Length > 2000))
        {
            yield return new OptionProblem(nameof(Principles), Principles.Count, "1 to 100 texts of at most 2000 characters");
        }

        if (Model.StartsWith("http", StringComparison.Ordinal) && ModelId is null)
        {
            yield return new OptionProblem(nameof(ModelId), null, "set for a server: the name it knows the model by");
        }

        if (Parallel is < 1 or > 256)
        {
            yield return new OptionProblem(nameof(Parallel), Parallel, "between 1 and 256");
        }
    }
}
