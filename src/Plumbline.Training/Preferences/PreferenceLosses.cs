using System.Reflection;
using Plumbline.Training.Losses;

namespace Plumbline.Training.Preferences;

/// <summary>The losses of pairs by name. To add one, write a function with a <see cref="PreferenceLossAttribute"/> and register its assembly.</summary>
public static class PreferenceLosses
{
    private static readonly LossRegistry<PreferenceLossAttribute, PairLogProbabilities, PreferenceLossOptions> Registry = new(
        "preference loss"
    );

    /// <summary>All losses, by name.</summary>
    public static IReadOnlyList<RegisteredLoss<PreferenceLossAttribute, PairLogProbabilities, PreferenceLossOptions>> All => Registry.All;

    /// <summary>The loss of that name.</summary>
    /// <param name="name">Its name: <c>sigmoid</c>.</param>
    /// <exception cref="InvalidInputException">There is none; the message lists the known ones.</exception>
    public static RegisteredLoss<PreferenceLossAttribute, PairLogProbabilities, PreferenceLossOptions> Find(string name) =>
        Registry.Find(name);

    /// <summary>Adds the losses of a user's assembly.</summary>
    /// <param name="assembly">Where the functions are.</param>
    /// <returns>How many it declares.</returns>
    /// <exception cref="InvalidInputException">A function lacks the form of a loss, or its name is taken.</exception>
    public static int Register(Assembly assembly) => Registry.Register(assembly);
}
