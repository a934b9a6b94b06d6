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
        Constitution is null ? Principles : [.. ReadClauses().Select(clause => clause.Principle)];

    /// <summary>The clauses that hold wherever the constitution is used, with what each says a good answer does, in the order of their ids; none without a constitution.</summary>
    /// <inheritdoc cref="ReadConstitution"/>
    public IReadOnlyList<(string Id, string Principle)> ReadClauses() =>
        ReadConstitution() is { } constitution
            ? [.. constitution.ApplicableTo(new Situation()).Select(clause => (clause.Key, Principle(clause.Value)))]
            : [];

    private static string Principle(Clause clause) =>
        clause.Text + string.Concat(clause.Exceptions.Select(exception => $" It does not cover this: {exception}"));

    /// <summary>Answers rated at the same time.</summary>
    /// <value>8</value>
    public int Parallel { get; init; } = 8;

    /// <summary>How the rating is read.</summary>
    /// <value>Written</value>
    [LaterOption]
    public RatingMethod Method { get; init; }

    /// <summary>The ratings that an expected one is over.</summary>
    /// <value>OneToTen</value>
    [LaterOption]
    public RatingScale Scale { get; init; }

    /// <summary>Whether each clause of the constitution is asked about by itself, and the reward is the mean over them; otherwise one question lists all of them.</summary>
    /// <value>false</value>
    [LaterOption]
    public bool ByClause { get; init; }

    /// <summary>Whether the model is at a server.</summary>
    public bool IsServer => Model.StartsWith("http://", StringComparison.Ordinal) || Model.StartsWith("https://", StringComparison.Ordinal);

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

        if (IsServer && ModelId is null)
        {
            yield return new OptionProblem(nameof(ModelId), null, "set for a server: the name it knows the model by");
        }

        if (Parallel is < 1 or > 256)
        {
            yield return new OptionProblem(nameof(Parallel), Parallel, "between 1 and 256");
        }

        foreach (var problem in RatingProblems())
        {
            yield return problem;
        }
    }

    private IEnumerable<OptionProblem> RatingProblems()
    {
        if (Method == RatingMethod.Written && Scale != RatingScale.OneToTen)
        {
            yield return new OptionProblem(nameof(Scale), Scale, "left out where method is written: written ratings go from 0 to 10");
        }

        if (Method == RatingMethod.Expected && Scale == RatingScale.OneToTen && IsServer)
        {
            yield return new OptionProblem(
                nameof(Scale),
                Scale,
                "zero_to_nine for a server",
                "A server tells the likeliest first tokens alone, and many tokenizers write 10 as 1 and 0."
            );
        }

        if (ByClause && Constitution is null)
        {
            yield return new OptionProblem(nameof(ByClause), ByClause, "false where there is no constitution");
        }
    }
}

/// <summary>How a judge's rating is read.</summary>
public enum RatingMethod
{
    /// <summary>The judge gives a reason and writes a number from 0 to 10.</summary>
    Written,

    /// <summary>The mean over all ratings, each as likely as the judge would give it.</summary>
    Expected,
}

/// <summary>Ten ratings.</summary>
public enum RatingScale
{
    /// <summary>1 to 10. Only a model here can tell 1 from the beginning of 10.</summary>
    OneToTen,

    /// <summary>0 to 9: single digits, which every model and every server tells apart.</summary>
    ZeroToNine,
}
