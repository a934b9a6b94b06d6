using System.Reflection;

namespace Plumbline.Rewards;

/// <summary>Rewards by name, read from <see cref="RewardAttribute"/>: those of every assembly that a user registers. Thread-safe.</summary>
public static class RewardFunctions
{
    private static readonly Lock Registering = new();
    private static readonly HashSet<Assembly> Assemblies = [];
    private static volatile IReadOnlyList<RewardFunction> all = [];

    /// <summary>All rewards, by name.</summary>
    public static IReadOnlyList<RewardFunction> All => all;

    /// <summary>The reward with this name.</summary>
    /// <exception cref="InvalidInputException">There is none.</exception>
    public static RewardFunction Find(string name) =>
        all.FirstOrDefault(reward => reward.Name == name)
        ?? throw new InvalidInputException(
            $"There is no reward function named '{(name.Length > 40 ? name[..40] + "…" : name)}'.",
            all.Count == 0
                ? "Register the assembly that declares it with the attribute Reward."
                : $"Use one of {string.Join(", ", all.Select(reward => reward.Name))}, or register the assembly that declares it."
        );

    /// <summary>Adds the rewards of an assembly, all of them or, where one cannot be used, none; once more changes nothing.</summary>
    /// <param name="assembly">The assembly.</param>
    /// <returns>How many it declares.</returns>
    /// <exception cref="InvalidInputException">A class with the attribute cannot be a reward, two share a name, or the assembly's types cannot be loaded.</exception>
    public static int Register(Assembly assembly) => Register(assembly, TypesOf(assembly));

    /// <summary>Adds the rewards among the types of an assembly.</summary>
    internal static int Register(Assembly assembly, IEnumerable<Type> types)
    {
        lock (Registering)
        {
            var declared = types
                .Select(type => (Type: type, Declaration: type.GetCustomAttribute<RewardAttribute>(inherit: false)))
                .Where(one => one.Declaration is not null)
                .Select(one => RewardFunction.Of(one.Type, one.Declaration!))
                .ToList();
            if (Assemblies.Contains(assembly))
            {
                return declared.Count;
            }

            List<RewardFunction> rewards = [.. all];
            foreach (var reward in declared)
            {
                if (rewards.Find(other => other.Name == reward.Name) is { } other)
                {
                    throw new InvalidInputException(
                        $"There are two rewards named '{reward.Name}': {other.Type.FullName} and {reward.Type.FullName}.",
                        "Give one of them another name."
                    );
                }

                rewards.Add(reward);
            }

            all = [.. rewards.OrderBy(reward => reward.Name, StringComparer.Ordinal)];
            Assemblies.Add(assembly);
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
