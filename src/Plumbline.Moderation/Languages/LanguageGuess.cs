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
    // Among texts of 20 to 59 letters of which no language is named, this leaves four in ten of those in known languages and nine in ten of the others (docs/language-id.md).
    private const double LeastForeign = 0.3;

    /// <summary>Whether a language is named.</summary>
    public bool IsKnown => Language is not null;

    /// <summary>
    /// How likely the text is in none of the languages that the model knows, or in none at all, in [0, 1]: 1 for a script that it does not know, and for scripts in a jumble. Where no language is named
    /// and this is small, it is one of several known ones.
    /// </summary>
    public double ForeignProbability { get; init; }

    /// <summary>Whether that is to be reckoned with: whether no language is named, and <see cref="ForeignProbability"/> is at least 0.3.</summary>
    public bool MayBeForeign => !IsKnown && ForeignProbability >= LeastForeign;
}

/// <summary>A run of a text in one language.</summary>
/// <param name="Span">Where it stands.</param>
/// <param name="Guess">Its language.</param>
public readonly record struct LanguageRun(TextSpan Span, LanguageGuess Guess);
