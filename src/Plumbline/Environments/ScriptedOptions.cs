using Plumbline.Configuration;

namespace Plumbline.Environments;

/// <summary>Where the questions stand that <see cref="ScriptedEnvironment"/> asks.</summary>
public sealed record ScriptedOptions : IValidatedOptions
{
    /// <summary>
    /// The column of a prompt's row: a list of texts, or of messages with role and content, of which those of the role user are asked; or a single text.
    /// </summary>
    /// <value>follow_ups</value>
    public string Column { get; init; } = "follow_ups";

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        if (Column.Length == 0)
        {
            yield return new OptionProblem(nameof(Column), Column, "the name of a column");
        }
    }
}
