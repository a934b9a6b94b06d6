using Plumbline.Configuration;
using Plumbline.Moderation.Canonicalization.Unicode;
using Plumbline.Moderation.TextModels;

namespace Plumbline.Moderation.TermLists;

/// <summary>A term or a phrase of a context, folded as texts are.</summary>
/// <param name="Text">Its words in lower case, one space between two.</param>
/// <param name="IsPrefix">Whether its last word only has to begin so.</param>
internal readonly record struct Phrase(string Text, bool IsPrefix)
{
    /// <summary>The longest phrase that is read, in UTF-16 units, as written and folded.</summary>
    public const int Longest = 100;

    private const char Wildcard = '*';

    /// <summary>Reads one as it is written.</summary>
    /// <param name="written">At most <see cref="Longest"/> units.</param>
    public static Phrase Of(string written)
    {
        var text = written.Trim();
        var isPrefix = text.EndsWith(Wildcard);
        var folded = UnicodeFolder.Fold(isPrefix ? text[..^1] : text, out _).Text;
        var units = TextFeatures.FoldedUnits;
        var letters = new char[folded.Length];
        for (var i = 0; i < letters.Length; i++)
        {
            letters[i] = units[folded[i]];
        }

        return new Phrase(string.Join(' ', new string(letters).Split(' ', StringSplitOptions.RemoveEmptyEntries)), isPrefix);
    }

    /// <inheritdoc/>
    public override string ToString() => IsPrefix ? Text + Wildcard : Text;
}

/// <summary>Says what is wrong with phrases of a file.</summary>
internal static class PhraseProblem
{
    /// <summary>The fewest letters of a term. A sign of a script that writes no spaces says as much as several.</summary>
    public const int LeastOfTerm = 2;

    /// <summary>The fewest letters of a phrase of a context.</summary>
    public const int LeastOfContext = 1;

    /// <summary>The most words that a rule may look across.</summary>
    public const int Farthest = 50;

    private const int LeastOfPrefix = 3;

    /// <summary>The problems of a list of phrases.</summary>
    /// <param name="option">What the list is called.</param>
    /// <param name="phrases">The phrases as written.</param>
    /// <param name="least">The fewest letters of one.</param>
    public static IEnumerable<OptionProblem> Of(string option, IReadOnlyList<string> phrases, int least) =>
        phrases.Select(phrase => Of(option, phrase, least)).OfType<OptionProblem>();

    private static OptionProblem? Of(string option, string written, int least)
    {
        if (written.Length > Phrase.Longest)
        {
            return new OptionProblem(option, written, $"phrases of at most {Phrase.Longest} characters", "Keep the words that matter.");
        }

        var phrase = Phrase.Of(written);
        var stars = written.AsSpan().Count('*');
        return phrase.Text.Length > Phrase.Longest
                ? new OptionProblem(option, written, $"phrases of at most {Phrase.Longest} characters once they are folded")
            : stars > 1 || (stars == 1 && !phrase.IsPrefix) || (phrase.IsPrefix && EndsWord(written))
                ? new OptionProblem(option, written, "phrases with * only at the end of their last word", "Move the *, or leave it out.")
            : phrase.Text.Length == 0 ? new OptionProblem(option, written, "phrases with letters or digits")
            : phrase.IsPrefix && Letters(LastWord(phrase.Text)) < LeastOfPrefix
                ? new OptionProblem(
                    option,
                    written,
                    $"phrases with at least {LeastOfPrefix} letters before the *, or half a dictionary begins so"
                )
            : Letters(phrase.Text) < least ? new OptionProblem(option, written, $"terms of at least {least} letters")
            : null;
    }

    // "kill *" would stand for the word before and everything after.
    private static bool EndsWord(string written)
    {
        var text = written.TrimEnd()[..^1];
        return text.Length == 0 || TextFeatures.FoldedUnits[text[^1]] == ' ';
    }

    private static string LastWord(string text) => text[(text.LastIndexOf(' ') + 1)..];

    private static int Letters(string text) =>
        text.Sum(letter =>
            letter == ' ' ? 0
            : Words.IsApart(letter) ? LeastOfPrefix
            : 1
        );
}
