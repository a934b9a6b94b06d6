namespace Plumbline.Feedback.Exchange;

/// <summary>What the answers of a task are called where they were judged, and which of them a question or a label is about.</summary>
/// <param name="names">The names in the order of the answers, such as <c>response1</c> and <c>response2</c>.</param>
internal sealed class AnswerNames(IReadOnlyList<string> names)
{
    /// <summary>Words that fields with answers are called by, a number or a letter after them or not.</summary>
    private static readonly string[] Usual =
    [
        "response",
        "answer",
        "completion",
        "reply",
        "output",
        "generation",
        "option",
        "candidate",
        "image",
        "chosen",
        "rejected",
        "left",
        "right",
    ];

    /// <summary>How many answers there are.</summary>
    public int Count => names.Count;

    /// <summary>Whether a field is usually an answer: one of the usual words, alone or with a number up to 99 or a letter from a to i; <c>text</c> only with one.</summary>
    public static bool IsUsual(string field)
    {
        var (word, suffix) = Split(Fold(field));
        return Usual.Contains(word, StringComparer.Ordinal) || (word == "text" && suffix > 0);
    }

    /// <summary>Fields that are answers in their usual order: by word, then by number or letter.</summary>
    public static string[] InOrder(IEnumerable<string> fields) =>
        [.. fields.OrderBy(field => Split(Fold(field)).Word, StringComparer.Ordinal).ThenBy(field => Split(Fold(field)).Suffix)];

    /// <summary>What an answer is called.</summary>
    public string NameOf(int answer) => names[answer];

    /// <summary>The answer of a name, whatever its case and separators; null where there is none or more than one.</summary>
    public int? Find(string name)
    {
        for (var i = 0; i < names.Count; i++)
        {
            if (names[i] == name)
            {
                return i;
            }
        }

        var folded = Fold(name);
        int[] found = [.. Enumerable.Range(0, names.Count).Where(i => folded.Length > 0 && Fold(names[i]) == folded)];
        return found.Length == 1 ? found[0] : null;
    }

    /// <summary>The one answer whose name stands in a question's name, and what is left of that; null where there is none or more than one. A single answer is what every question is about.</summary>
    public (int Answer, string Remainder)? Within(string question)
    {
        (int, string)? found = names.Count == 1 ? (0, question) : null;
        for (var i = 0; i < names.Count && names.Count > 1; i++)
        {
            if (Without(question, Fold(names[i])) is { } rest)
            {
                if (found is not null)
                {
                    return null;
                }

                found = (i, rest);
            }
        }

        return found;
    }

    /// <summary>A question's name without an answer's; null where it does not hold that. A name that ends in a digit is not found before another digit.</summary>
    private static string? Without(string question, string folded)
    {
        for (var start = 0; start < question.Length && folded.Length > 0; start++)
        {
            var (at, matched) = (start, 0);
            while (at < question.Length && matched < folded.Length)
            {
                if (char.ToLowerInvariant(question[at]) == folded[matched])
                {
                    matched++;
                }
                else if (char.IsLetterOrDigit(question[at]) || matched == 0)
                {
                    break;
                }

                at++;
            }

            var isCut = at < question.Length && char.IsDigit(question[at]) && char.IsDigit(folded[^1]);
            if (matched == folded.Length && !isCut)
            {
                return Trimmed($"{Trimmed(question[..start])}_{Trimmed(question[at..])}");
            }
        }

        return null;
    }

    /// <summary>Without what stands before the first letter or digit and after the last.</summary>
    private static string Trimmed(string text)
    {
        var (start, end) = (0, text.Length);
        while (start < end && !char.IsLetterOrDigit(text[start]))
        {
            start++;
        }

        while (end > start && !char.IsLetterOrDigit(text[end - 1]))
        {
            end--;
        }

        return text[start..end];
    }

    private static string Fold(string name) => string.Concat(name.Where(char.IsLetterOrDigit)).ToLowerInvariant();

    /// <summary>A folded name as its word and what counts it: a number from 1, or a letter from a to i as 1 to 9; 0 where nothing does.</summary>
    private static (string Word, int Suffix) Split(string folded)
    {
        var digits = folded.Length - folded.AsSpan().TrimEnd("0123456789").Length;
        if (digits is 1 or 2)
        {
            return (
                folded[..^digits],
                int.Parse(folded.AsSpan(folded.Length - digits), System.Globalization.CultureInfo.InvariantCulture) + 1
            );
        }

        var isLettered =
            folded.Length > 1
            && folded[^1] is >= 'a' and <= 'i'
            && (Usual.Contains(folded[..^1], StringComparer.Ordinal) || folded[..^1] == "text");
        return isLettered ? (folded[..^1], folded[^1] - 'a' + 1) : (folded, 0);
    }
}
