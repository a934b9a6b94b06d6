using System.Reflection;
using Plumbline.Configuration;

namespace Plumbline.Rewards;

/// <summary>Rewards by name, read from <see cref="RewardAttribute"/>: those of every assembly that a user registers. Thread-safe.</summary>
public static class RewardFunctions
{
    /// <summary>How messages speak of them.</summary>
    internal static readonly ClassKind Kind = new(
        "reward",
        "reward function",
        "Reward",
        "cites_a_source",
        "Derive it from FunctionReward, or implement IReward"
    );

    private static readonly DeclaredClasses<IReward> Declared = new(
        Kind,
        type => type.GetCustomAttribute<RewardAttribute>(inherit: false)?.Name
    );

    /// <summary>All rewards, by name.</summary>
    public static IReadOnlyList<DeclaredClass<IReward>> All => Declared.All;

    /// <summary>The reward with this name.</summary>
    /// <exception cref="InvalidInputException">There is none.</exception>
    public static DeclaredClass<IReward> Find(string name) => Declared.Find(name);

    /// <summary>Adds the rewards of an assembly, all of them or, where one cannot be used, none; once more changes nothing.</summary>
    /// <param name="assembly">The assembly.</param>
    /// <returns>How many it declares.</returns>
    /// <exception cref="InvalidInputException">A class with the attribute cannot be a reward, two share a name, or the assembly's types cannot be loaded.</exception>
    public static int Register(Assembly assembly) => Declared.Register(assembly);

    /// <summary>Adds the rewards among the types of an assembly.</summary>
    internal static int Register(Assembly assembly, IEnumerable<Type> types) => Declared.Register(assembly, types);
}
