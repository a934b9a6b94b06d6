using System.Reflection;

namespace Plumbline.Rewards;

/// <summary>A reward that can be made by name.</summary>
public sealed class RewardFunction
{
    private static readonly IReadOnlyDictionary<string, string> NoSettings = new Dictionary<string, string>();

    private readonly ConstructorInfo constructor;

    private RewardFunction(string name, Type type, ConstructorInfo constructor)
    {
        Name = name;
        Type = type;
        this.constructor = constructor;
    }

    /// <summary>Its name in options files.</summary>
    public string Name { get; }

    /// <summary>The class that implements it.</summary>
    public Type Type { get; }

    /// <summary>Whether it takes settings.</summary>
    public bool TakesSettings => constructor.GetParameters().Length == 1;

    /// <summary>Makes the reward.</summary>
    /// <param name="settings">Its settings; null for none.</param>
    /// <exception cref="InvalidInputException">It takes no settings and was given some, or refuses those that it was given.</exception>
    public IReward Create(IReadOnlyDictionary<string, string>? settings = null)
    {
        settings ??= NoSettings;
        if (!TakesSettings && settings.Count > 0)
        {
            throw new InvalidInputException(
                $"The reward '{Name}' ({Type.FullName}) takes no settings, and was given {string.Join(", ", settings.Keys.Take(10))}.",
                "Leave the settings out, or give the class a public constructor that takes an IReadOnlyDictionary<string, string>."
            );
        }

        try
        {
            return (IReward)
                constructor.Invoke(BindingFlags.DoNotWrapExceptions, binder: null, TakesSettings ? [settings] : [], culture: null);
        }
        catch (Exception failure) when (failure is ArgumentException or KeyNotFoundException or FormatException)
        {
            throw new InvalidInputException(
                $"The reward '{Name}' ({Type.FullName}) cannot be made from its settings: {failure.Message}",
                "Mend the settings of this reward.",
                inner: failure
            );
        }
    }

    /// <summary>The reward that a class declares.</summary>
    /// <exception cref="InvalidInputException">The class cannot be one.</exception>
    internal static RewardFunction Of(Type type, RewardAttribute declaration)
    {
        var name = declaration.Name;
        if (
            name.Length is 0 or > 64
            || !name.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character == '_')
        )
        {
            throw Unfit(type, name, "its name is not lower case with words joined by underscores", "Rename it, such as cites_a_source");
        }

        if (!typeof(IReward).IsAssignableFrom(type))
        {
            throw Unfit(type, name, "the class does not implement IReward", "Derive it from FunctionReward, or implement IReward");
        }

        if (type.IsAbstract || type.ContainsGenericParameters)
        {
            throw Unfit(type, name, "the class is abstract or generic", "Put the attribute on a class that can be made");
        }

        var way =
            type.GetConstructor([typeof(IReadOnlyDictionary<string, string>)])
            ?? type.GetConstructor(Type.EmptyTypes)
            ?? throw Unfit(
                type,
                name,
                "the class has no public constructor that can be called",
                "Give it one without parameters, or one that takes an IReadOnlyDictionary<string, string> of settings"
            );
        return new RewardFunction(name, type, way);
    }

    private static InvalidInputException Unfit(Type type, string name, string problem, string mend) =>
        new($"The reward '{(name.Length > 64 ? name[..64] + "…" : name)}' ({type.FullName}) cannot be used: {problem}.", $"{mend}.");
}
