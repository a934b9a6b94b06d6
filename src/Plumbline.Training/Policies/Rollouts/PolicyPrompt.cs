using Plumbline.Data;

namespace Plumbline.Training.Policies.Rollouts;

/// <summary>What a policy is asked.</summary>
/// <param name="Ids">The prompt's tokens, at least one, up to where the answer begins.</param>
/// <param name="Row">The row it comes from: what rewards read.</param>
public sealed record PolicyPrompt(int[] Ids, PromptExample Row);
