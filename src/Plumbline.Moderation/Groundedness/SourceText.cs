using System.Globalization;
using Plumbline.Findings;

namespace Plumbline.Moderation.Groundedness;

/// <summary>A sentence as a comparison sees it.</summary>
/// <param name="Span">Where it stands.</param>
/// <param name="Words">The beginnings of its words, in lower case; of scripts without spaces, pairs of signs.</param>
/// <param name="Numbers">Its numbers, as <see cref="SourceText.Number"/> spells them.</param>
/// <param name="IsNegated">Whether it denies something.</param>
internal sealed record Sentence(TextSpan Span, IReadOnlyList<string> Words, IReadOnlyList<string> Numbers, bool IsNegated);

/// <summary>Cuts texts into sentences, words and numbers.</summary>
internal static class SourceText
{
    // So many letters tell a word from others, whatever its ending.
    private const int Stem = 5;

    // Of the languages that the guard is measured in; a language without an entry is never seen to deny.
    private static readonly HashSet<string> Negations =
    [
        .. (
            "not no never none cannot can't don't doesn't isn't aren't won't shouldn't mustn't without nicht kein keine keinen nie niemals ohne ne pas jamais aucun aucune sans no nunca ningún ninguna "
            + "sin non mai senza nessun não nunca sem niet geen nooit zonder nie żaden bez inte aldrig utan не нет никогда без değil asla yok لا ليس لن لم بدون नहीं मत न कभी bukan tidak jangan tanpa không chẳng"
        ).Split(' '),
    ];

    /// <summary>The sentences of a text that say something.</summary>
    public static IEnumerable<Sentence> Sentences(string text) =>
        SentenceSpans.Of(text).Select(span => Read(text, span.Start, span.End)).OfType<Sentence>();

    /// <summary>A number without what only looks: <c>1,000.50</c>, <c>1.000,50</c> and <c>1000.5</c> are one. Of <c>1,000</c> nobody knows whether it is a thousand: it is read as one.</summary>
    /// <param name="digits">Digits of any script, with points and commas among them.</param>
    public static string Number(ReadOnlySpan<char> digits)
    {
        var last = digits.LastIndexOfAny('.', ',');
        var fraction = last >= 0 ? digits.Length - last - 1 : 0;
        // The last sign parts whole and fraction where it is alone of its kind and no three digits follow it.
        var isFraction =
            last >= 0
            && digits.Count(digits[last]) == 1
            && (fraction != 3 || digits.ContainsAny('.', ',') && digits[..last].ContainsAny('.', ','));
        var whole = new System.Text.StringBuilder();
        for (var i = 0; i < digits.Length; i++)
        {
            if (i == last && isFraction)
            {
                whole.Append('.');
            }
            else if (char.IsDigit(digits[i]))
            {
                whole.Append(CharUnicodeInfo.GetDecimalDigitValue(digits[i]));
            }
        }

        var text = whole.ToString();
        text = text.Contains('.', StringComparison.Ordinal) ? text.TrimEnd('0').TrimEnd('.') : text;
        text = text.TrimStart('0');
        return text.Length == 0 || text[0] == '.' ? "0" + text : text;
    }

    private static Sentence? Read(string text, int start, int end)
    {
        var (words, numbers, negated) = (new List<string>(), new List<string>(), false);
        for (var i = start; i < end; )
        {
            if (!char.IsLetterOrDigit(text[i]))
            {
                i++;
                continue;
            }

            var first = i;
            var isNumber = char.IsDigit(text[i]);
            while (i < end && (char.IsLetterOrDigit(text[i]) || IsInside(text, i, end, isNumber)))
            {
                isNumber &= !char.IsLetter(text[i]);
                i++;
            }

            var word = text[first..i].ToLowerInvariant();
            if (isNumber)
            {
                numbers.Add(Number(word));
            }
            else if (WideLetters.Contains(word[0]))
            {
                words.AddRange(word.Length == 1 ? [word] : Enumerable.Range(0, word.Length - 1).Select(at => word.Substring(at, 2)));
            }
            else
            {
                negated |= Negations.Contains(word);
                words.Add(word.Length > Stem ? word[..Stem] : word);
            }
        }

        return words.Count + numbers.Count == 0 ? null : new Sentence(TextSpan.Between(start, end), words, numbers, negated);
    }

    // A point or comma between digits belongs to the number; an apostrophe between letters, to the word.
    private static bool IsInside(string text, int at, int end, bool isNumber) =>
        at + 1 < end
        && (
            isNumber
                ? text[at] is '.' or ',' && char.IsDigit(text[at - 1]) && char.IsDigit(text[at + 1])
                : text[at] is '\'' or '’' && char.IsLetter(text[at + 1])
        );
}
