using Plumbline.Training.Supervised;

namespace Plumbline.Training.Preferences;

/// <summary>A preferred and a dispreferred answer to one prompt, each with the prompt before it and only the answer as target.</summary>
/// <param name="Chosen">Prompt and preferred answer.</param>
/// <param name="Rejected">Prompt and dispreferred answer.</param>
public sealed record TokenizedPair(TokenizedExample Chosen, TokenizedExample Rejected);
