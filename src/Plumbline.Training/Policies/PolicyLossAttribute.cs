using Plumbline.Training.Losses;

namespace Plumbline.Training.Policies;

/// <summary>Declares a policy loss: a function <c>public static Tensor Of(AnswerTokens tokens, PolicyLossOptions options)</c> that gives [tokens].</summary>
/// <param name="name">The loss's name.</param>
public sealed class PolicyLossAttribute(string name) : LossAttribute(name);
