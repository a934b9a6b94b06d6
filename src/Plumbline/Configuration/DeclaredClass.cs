using System.Reflection;

namespace Plumbline.Configuration;

/// <summary>A class that options files can name, such as a reward of a user's own.</summary>
/// <typeparam name="T">What it implements.</typeparam>
public sealed class DeclaredClass<T>
    where T : class
{
    private static readonly IReadOnlyDictionary<string, string> NoSettings = new Dictionary<string, string>();

    private readonly ConstructorInfo constructor;
    private readonly ClassKind kind;

    private DeclaredClass(string name, Type type, ConstructorInfo constructor, ClassKind kind)
    {
        (Name, Type) = (name, type);
        (this.constructor, this.kind) = (constructor, kind);
    }

    /// <summary>Its name in options files.</summary>
    public string Name { get; }

    /// <summary>The class.</summary>
    public Type Type { get; }

    /// <summary>Whether it takes settings.</summary>
    public bool TakesSettings => constructor.GetParameters().Length == 1;

    /// <summary>Makes one.</summary>
    /// <param name="settings">Its settings; null for none.</param>
    /// <exception cref="InvalidInputException">It takes no settings and was given some, or refuses those that it was given.</exception>
    public T Create(IReadOnlyDictionary<string, string>? settings = null)
    {
        settings ??= NoSettings;
        if (!TakesSettings && settings.Count > 0)
        {
            throw new InvalidInputException(
                $"The {kind.Noun} '{Name}' ({Type.FullName}) takes no settings, and was given {string.Join(", ", settings.Keys.Take(10))}.",
                "Leave the settings out, or give the class a public constructor that takes an IReadOnlyDictionary<string, string>."
            );
        }

        try
        {
            return (T)constructor.Invoke(BindingFlags.DoNotWrapExceptions, binder: null, TakesSettings ? [settings] : [], culture: null);
        }
        catch (Exception failure) when (failure is ArgumentException or KeyNotFoundException or FormatException)
        {
            throw new InvalidInputException(
                $"The {kind.Noun} '{Name}' ({Type.FullName}) cannot be made from its settings: {failure.Message}",
                $"Mend the settings of this {kind.Noun}.",
                inner: failure
            );
        }
    }

    /// <summary>The class under the name that it declares.</summary>
    /// <exception cref="InvalidInputException">The class cannot be used.</exception>
    internal static DeclaredClass<T> Of(Type type, string name, ClassKind kind)
    {
        if (
            name.Length is 0 or > 64
            || !name.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character == '_')
        )
        {
            throw Unfit("its name is not lower case with words joined by underscores", $"Rename it, such as {kind.Example}");
        }

        if (!typeof(T).IsAssignableFrom(type))
        {
            throw Unfit($"the class does not implement {typeof(T).Name}", kind.Way);
        }

        if (type.IsAbstract || type.ContainsGenericParameters)
        {
            throw Unfit("the class is abstract or generic", "Put the attribute on a class that can be made");
        }

        var way =
            type.GetConstructor([typeof(IReadOnlyDictionary<string, string>)])
            ?? type.GetConstructor(Type.EmptyTypes)
            ?? throw Unfit(
                "the class has no public constructor that can be called",
                "Give it one without parameters, or one that takes an IReadOnlyDictionary<string, string> of settings"
            );
        return new DeclaredClass<T>(name, type, way, kind);

        InvalidInputException Unfit(string problem, string mend) =>
            new(
                $"The {kind.Noun} '{(name.Length > 64 ? name[..64] + "…" : name)}' ({type.FullName}) cannot be used: {problem}.",
                $"{mend}."
            );
    }
}

/// <summary>How messages speak of a kind of class.</summary>
/// <param name="Noun">What one is called: <c>reward</c>.</param>
/// <param name="Long">What one is called where the noun alone could mean another thing: <c>reward function</c>.</param>
/// <param name="Attribute">What declares one: <c>Reward</c>.</param>
/// <param name="Example">A name that one could have.</param>
/// <param name="Way">How a class becomes one.</param>
internal sealed record ClassKind(string Noun, string Long, string Attribute, string Example, string Way);
