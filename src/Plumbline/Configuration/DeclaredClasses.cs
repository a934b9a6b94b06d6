using System.Reflection;

namespace Plumbline.Configuration;

/// <summary>Classes of one kind by name: those of every assembly that a user registers. Thread-safe.</summary>
/// <typeparam name="T">What they implement.</typeparam>
/// <param name="kind">How messages speak of them.</param>
/// <param name="nameOf">The name that a class declares; null for one that declares none.</param>
internal sealed class DeclaredClasses<T>(ClassKind kind, Func<Type, string?> nameOf)
    where T : class
{
    private readonly Lock registering = new();
    private readonly HashSet<Assembly> assemblies = [];
    private volatile IReadOnlyList<DeclaredClass<T>> all = [];

    /// <summary>All, by name.</summary>
    internal IReadOnlyList<DeclaredClass<T>> All => all;

    /// <summary>The one with this name.</summary>
    /// <exception cref="InvalidInputException">There is none.</exception>
    internal DeclaredClass<T> Find(string name) =>
        all.FirstOrDefault(one => one.Name == name)
        ?? throw new InvalidInputException(
            $"There is no {kind.Long} named '{(name.Length > 40 ? name[..40] + "…" : name)}'.",
            all.Count == 0
                ? $"Register the assembly that declares it with the attribute {kind.Attribute}."
                : $"Use one of {string.Join(", ", all.Select(one => one.Name))}, or register the assembly that declares it."
        );

    /// <summary>Adds those of an assembly, all of them or, where one cannot be used, none; once more changes nothing.</summary>
    /// <returns>How many it declares.</returns>
    /// <exception cref="InvalidInputException">A class cannot be used, two share a name, or the assembly's types cannot be loaded.</exception>
    internal int Register(Assembly assembly) => Register(assembly, TypesOf(assembly));

    /// <summary>Adds those among the types of an assembly.</summary>
    internal int Register(Assembly assembly, IEnumerable<Type> types)
    {
        lock (registering)
        {
            var declared = types
                .Select(type => (Type: type, Name: nameOf(type)))
                .Where(one => one.Name is not null)
                .Select(one => DeclaredClass<T>.Of(one.Type, one.Name!, kind))
                .ToList();
            if (assemblies.Contains(assembly))
            {
                return declared.Count;
            }

            List<DeclaredClass<T>> known = [.. all];
            foreach (var one in declared)
            {
                if (known.Find(other => other.Name == one.Name) is { } other)
                {
                    throw new InvalidInputException(
                        $"There are two {kind.Noun}s named '{one.Name}': {other.Type.FullName} and {one.Type.FullName}.",
                        "Give one of them another name."
                    );
                }

                known.Add(one);
            }

            all = [.. known.OrderBy(one => one.Name, StringComparer.Ordinal)];
            assemblies.Add(assembly);
            return declared.Count;
        }
    }

    private static Type[] TypesOf(Assembly assembly)
    {
        try
        {
            return assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException failure)
        {
            throw new InvalidInputException(
                $"The types of {assembly.GetName().Name} cannot be loaded: {failure.LoaderExceptions.FirstOrDefault()?.Message ?? failure.Message}",
                "Put what it depends on beside it, built for the same version.",
                inner: failure
            );
        }
    }
}
