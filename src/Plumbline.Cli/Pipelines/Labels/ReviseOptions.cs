using Plumbline.Configuration;
using Plumbline.Feedback.Revising;

namespace Plumbline.Cli.Pipelines.Labels;

/// <summary>An options file of <c>plumb constitution revise</c>.</summary>
public sealed record ReviseOptions : ConstitutionRunOptions
{
    /// <summary>Rows with prompts, of any shape.</summary>
    public required DataFileOptions Data { get; init; }

    /// <summary>Whether the first answers are those of the rows, where they have one, instead of the writer's.</summary>
    /// <value>false</value>
    public bool AnswersOfData { get; init; }

    /// <summary>Who answers; null for the reviser.</summary>
    public JudgeModelOptions? Writer { get; init; }

    /// <summary>Who criticises and revises.</summary>
    public required JudgeModelOptions Reviser { get; init; }

    /// <summary>How.</summary>
    public RevisionOptions Revision { get; init; } = new();

    /// <summary>Helpful answers to mix into the fine-tuning set, so that the model does not only learn to be careful; null for none.</summary>
    public ReviseMixOptions? Mix { get; init; }
}

/// <summary>Answers to mix in.</summary>
public sealed record ReviseMixOptions : IValidatedOptions
{
    /// <summary>Rows with answers to learn.</summary>
    public required DataFileOptions Data { get; init; }

    /// <summary>Their share of the set, in (0, 1); fewer where the file has fewer.</summary>
    /// <value>0.5</value>
    public double Share { get; init; } = 0.5;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        if (!(Share is > 0 and < 1))
        {
            yield return new OptionProblem(nameof(Share), Share, "above 0 and below 1");
        }
    }
}
