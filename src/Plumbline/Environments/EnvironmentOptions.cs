using Plumbline.Configuration;

namespace Plumbline.Environments;

/// <summary>What replies to the policy.</summary>
public enum EnvironmentKind
{
    /// <summary><see cref="RetryEnvironment"/>.</summary>
    Retry,

    /// <summary><see cref="ScriptedEnvironment"/>.</summary>
    Scripted,

    /// <summary>A class with an <see cref="EnvironmentAttribute"/>.</summary>
    Class,
}

/// <summary>An environment as options files state it: its kind, and the options of that kind under the kind's name.</summary>
public sealed record EnvironmentOptions : IValidatedOptions
{
    /// <summary>What replies.</summary>
    public required EnvironmentKind Kind { get; init; }

    /// <summary>For kind <c>retry</c>, which needs it.</summary>
    public RetryOptions? Retry { get; init; }

    /// <summary>For kind <c>scripted</c>; null for its defaults.</summary>
    public ScriptedOptions? Scripted { get; init; }

    /// <summary>For kind <c>class</c>, which needs it: a name that a registered class declares.</summary>
    public string? Class { get; init; }

    /// <summary>For kind <c>class</c>: its settings.</summary>
    /// <value>Empty by default.</value>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>The column of the rows that the environment reads; null where it reads none that is known here.</summary>
    public string? ColumnInUse =>
        Kind switch
        {
            EnvironmentKind.Scripted => (Scripted ?? new ScriptedOptions()).Column,
            EnvironmentKind.Retry => Retry?.ColumnInUse,
            _ => null,
        };

    /// <summary>Makes the environment.</summary>
    /// <exception cref="InvalidInputException">The options are not usable, or no class has that name.</exception>
    public IEnvironment Create()
    {
        OptionsValidation.ThrowIfInvalid(this);
        return Kind switch
        {
            EnvironmentKind.Retry => new RetryEnvironment(Retry!),
            EnvironmentKind.Scripted => new ScriptedEnvironment(Scripted ?? new ScriptedOptions()),
            _ => EnvironmentClasses.Find(Class!).Create(Settings),
        };
    }

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems() =>
        KindOptions.Problems(
            Kind,
            [
                (EnvironmentKind.Retry, nameof(Retry), Retry, true),
                (EnvironmentKind.Scripted, nameof(Scripted), Scripted, false),
                (EnvironmentKind.Class, nameof(Class), Class, true),
                (EnvironmentKind.Class, nameof(Settings), Settings.Count == 0 ? null : Settings, false),
            ]
        );
}
