namespace Plumbline.Rewards;

/// <summary>
/// Declares a class that implements <see cref="IReward"/> to be a reward that options files can name. It has a public constructor without parameters, or one that
/// takes its settings from the options file as <see cref="IReadOnlyDictionary{TKey, TValue}"/> of strings; where it has both, the latter is used.
/// </summary>
/// <param name="name">Lower case, words joined by underscores: <c>cites_a_source</c>.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class RewardAttribute(string name) : Attribute
{
    /// <summary>The reward's name.</summary>
    public string Name { get; } = name;
}
