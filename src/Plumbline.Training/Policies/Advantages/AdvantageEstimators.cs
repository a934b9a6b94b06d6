using System.Reflection;
using Plumbline.Training.Losses;

namespace Plumbline.Training.Policies.Advantages;

/// <summary>The advantage estimators by name. To add one, write a function with an <see cref="AdvantageAttribute"/> and register its assembly.</summary>
public static class AdvantageEstimators
{
    private static readonly LossRegistry<AdvantageAttribute, RewardedAnswers, AdvantageOptions> Registry = new("advantage estimator");

    /// <summary>All estimators, by name.</summary>
    public static IReadOnlyList<RegisteredLoss<AdvantageAttribute, RewardedAnswers, AdvantageOptions>> All => Registry.All;

    /// <summary>The estimator of that name.</summary>
    /// <param name="name">Its name: <c>grpo</c>.</param>
    /// <exception cref="InvalidInputException">There is none; the message lists the known ones.</exception>
    public static RegisteredLoss<AdvantageAttribute, RewardedAnswers, AdvantageOptions> Find(string name) => Registry.Find(name);

    /// <summary>Adds the estimators of a user's assembly.</summary>
    /// <param name="assembly">Where the functions are.</param>
    /// <returns>How many it declares.</returns>
    /// <exception cref="InvalidInputException">A function lacks the form of an estimator, or its name is taken.</exception>
    public static int Register(Assembly assembly) => Registry.Register(assembly);
}
