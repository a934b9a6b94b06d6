namespace Plumbline.Environments;

/// <summary>
/// Declares a class that implements <see cref="IEnvironment"/> to be an environment that options files can name. It has a public constructor without parameters, or one that
/// takes its settings from the options file as <see cref="IReadOnlyDictionary{TKey, TValue}"/> of strings; where it has both, the latter is used.
/// </summary>
/// <param name="name">Lower case, words joined by underscores: <c>asks_for_sources</c>.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class EnvironmentAttribute(string name) : Attribute
{
    /// <summary>The environment's name.</summary>
    public string Name { get; } = name;
}
