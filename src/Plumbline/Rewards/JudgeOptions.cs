using Plumbline.Configuration;
using Plumbline.Constitutions;

namespace Plumbline.Rewards;

/// <summary>A language model that rates answers.</summary>
public sealed record JudgeOptions : IValidatedOptions
{
    private const int MostPrinciples = 100;

    /// <summary>A Hugging Face folder, or the address of a server that speaks OpenAI's protocol (<c>http://localhost:8000/v1</c>).</summary>
    public required string Model { get; init; }

    /// <summary>The model's name at a server, which needs it; null for a folder.</summary>
    public string? ModelId { get; init; }

    /// <summary>The environment variable that holds the server's key; null for none.</summary>
    public string? ApiKeyVariable { get; init; }

    /// <summary>What a good answer does, one principle a line; none where a constitution says it.</summary>
    public IReadOnlyList<string> Principles { get; init; } = [];

    /// <summary>A constitution whose clauses are the principles, a file or the name of a shipped one; null where the principles stand here.</summary>
    public string? Constitution { get; init; }

    /// <summary>Overlays over it.</summary>
    public IReadOnlyList<string> Overlays { get; init; } = [];

    /// <summary>The constitution with its overlays; null where the principles stand here.</summary>
    /// <exception cref="InvalidInputException">A file is not usable, or more clauses hold than a judge can read at a time.</exception>
    public Constitutions.Constitution? ReadConstitution()
    {
        if (Constitution is null)
        {
            return null;
        }

        var constitution = ConstitutionFile.Read(Constitution, Overlays);
        var count = constitution.ApplicableTo(new Situation()).Count;
        return count is > 0 and <= MostPrinciples
            ? constitution
            : throw new InvalidInputException(
                $"{count} clauses hold everywhere, and a judge reads 1 to {MostPrinciples} at a time.",
                "Use a shorter constitution, or write the principles that matter here.",
                new InputPosition(Constitution)
            );
    }

    /// <summary>What a good answer does: the principles, or the clauses that hold wherever the constitution is used.</summary>
    /// <inheritdoc cref="ReadConstitution"/>
    public IReadOnlyList<string> ReadPrinciples() =>
        ReadConstitution() is { } constitution
            ? [.. constitution.ApplicableTo(new Situation()).Select(clause => Principle(clause.Value))]
            : Principles;

    private static string Principle(Clause clause) =>
        clause.Text + string.Concat(clause.Exceptions.Select(exception => $" It does not cover this: {exception}"));

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

        if ((Principles.Count == 0) == (Constitution is null))
        {
            yield return new OptionProblem(
                nameof(Principles),
                Principles.Count,
                Constitution is null ? "given, or else a constitution" : "left out where a constitution is given"
            );
        }
        else if (Overlays.Count > 0 && Constitution is null)
        {
            yield return new OptionProblem(nameof(Overlays), Overlays.Count, "left out where there is no constitution");
        }

        if (
            Principles.Count > MostPrinciples
            || Principles.Any(principle => string.IsNullOrWhiteSpace(principle) || principle.Length > 2000)
        )
        {
            yield return new OptionProblem(nameof(Principles), Principles.Count, $"1 to {MostPrinciples} texts of at most 2000 characters");
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
