using System.Reflection;
using Plumbline.Training.Losses;

namespace Plumbline.Training.Policies;

/// <summary>The policy losses by name. To add one, write a function with a <see cref="PolicyLossAttribute"/> and register its assembly.</summary>
public static class PolicyLosses
{
    private static readonly LossRegistry<PolicyLossAttribute, AnswerTokens, PolicyLossOptions> Registry = new("policy loss");

    /// <summary>All losses, by name.</summary>
    public static IReadOnlyList<RegisteredLoss<PolicyLossAttribute, AnswerTokens, PolicyLossOptions>> All => Registry.All;

    /// <summary>The loss of that name.</summary>
    /// <param name="name">Its name: <c>clip</c>.</param>
    /// <exception cref="InvalidInputException">There is none; the message lists the known ones.</exception>
    public static RegisteredLoss<PolicyLossAttribute, AnswerTokens, PolicyLossOptions> Find(string name) => Registry.Find(name);

    /// <summary>Adds the losses of a user's assembly.</summary>
    /// <param name="assembly">Where the functions are.</param>
    /// <returns>How many it declares.</returns>
    /// <exception cref="InvalidInputException">A function lacks the form of a loss, or its name is taken.</exception>
    public static int Register(Assembly assembly) => Registry.Register(assembly);
}
