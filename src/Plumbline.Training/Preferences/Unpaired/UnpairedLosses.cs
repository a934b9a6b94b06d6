using System.Reflection;
using Plumbline.Training.Losses;

namespace Plumbline.Training.Preferences.Unpaired;

/// <summary>The losses of answers judged each for itself, by name.</summary>
public static class UnpairedLosses
{
    private static readonly LossRegistry<UnpairedLossAttribute, UnpairedLogProbabilities, UnpairedLossOptions> Registry = new(
        "unpaired loss"
    );

    /// <summary>All losses, by name.</summary>
    public static IReadOnlyList<RegisteredLoss<UnpairedLossAttribute, UnpairedLogProbabilities, UnpairedLossOptions>> All => Registry.All;

    /// <summary>The loss of that name.</summary>
    /// <param name="name">Its name: <c>kto</c>.</param>
    /// <exception cref="InvalidInputException">There is none; the message lists the known ones.</exception>
    public static RegisteredLoss<UnpairedLossAttribute, UnpairedLogProbabilities, UnpairedLossOptions> Find(string name) =>
        Registry.Find(name);

    /// <summary>Adds the losses of a user's assembly.</summary>
    /// <param name="assembly">Where the functions are.</param>
    /// <returns>How many it declares.</returns>
    /// <exception cref="InvalidInputException">A function lacks the form of a loss, or its name is taken.</exception>
    public static int Register(Assembly assembly) => Registry.Register(assembly);
}
