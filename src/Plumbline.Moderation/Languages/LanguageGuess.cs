using Plumbline.Findings;

namespace Plumbline.Moderation.Languages;

/// <summary>The language that a text seems to be written in.</summary>
/// <param name="Language">
/// Its BCP 47 tag, such as <c>de</c> or <c>zh-Hans</c>; null for unknown: too short, no letters, several languages that seem about equally likely, a language that the model does not
/// know, or no language at all. Unknown never means safe.
/// </param>
/// <param name="Script">The script of most of its letters by ISO 15924, such as <c>Latn</c>; <c>Zyyy</c> where there are none, <c>Zzzz</c> for a script that is not told apart.</param>
/// <param name="Probability">How likely it is that language, in [0, 1], calibrated on texts that were not trained on; of the likeliest language where that is too little to name it.</param>
public readonly record struct LanguageGuess(string? Language, string Script, double Probability)
{
    /// <summary>Whether a language is named.</summary>
    public bool IsKnown => Language is not null;
}

/// <summary>A run of a text in one language.</summary>
/// <param name="Span">Where it stands.</param>
/// <param name="Guess">Its language.</param>
public readonly record struct LanguageRun(TextSpan Span, LanguageGuess Guess);
