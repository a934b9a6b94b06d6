using System.Reflection;
using Plumbline.Configuration;

namespace Plumbline.Environments;

/// <summary>Environments by name, read from <see cref="EnvironmentAttribute"/>: those of every assembly that a user registers. Thread-safe.</summary>
public static class EnvironmentClasses
{
    private static readonly DeclaredClasses<IEnvironment> Declared = new(
        new ClassKind("environment", "environment", "Environment", "asks_for_sources", "Implement IEnvironment"),
        type => type.GetCustomAttribute<EnvironmentAttribute>(inherit: false)?.Name
    );

    /// <summary>All environments, by name.</summary>
    public static IReadOnlyList<DeclaredClass<IEnvironment>> All => Declared.All;

    /// <summary>The environment with this name.</summary>
    /// <exception cref="InvalidInputException">There is none.</exception>
    public static DeclaredClass<IEnvironment> Find(string name) => Declared.Find(name);

    /// <summary>Adds the environments of an assembly, all of them or, where one cannot be used, none; once more changes nothing.</summary>
    /// <param name="assembly">The assembly.</param>
    /// <returns>How many it declares.</returns>
    /// <exception cref="InvalidInputException">A class with the attribute cannot be an environment, two share a name, or the assembly's types cannot be loaded.</exception>
    public static int Register(Assembly assembly) => Declared.Register(assembly);
}
