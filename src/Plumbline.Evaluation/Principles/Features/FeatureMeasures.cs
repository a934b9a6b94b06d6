using Plumbline.Evaluation.Principles.Words;

namespace Plumbline.Evaluation.Principles.Features;

/// <summary>How the features count.</summary>
internal static class FeatureMeasures
{
    private const int LeastEchoedLetters = 4;

    /// <summary>ln(1 + n): the tenth occurrence says less than the first, and one very long answer does not outweigh all others.</summary>
    public static double Damped(int count) => Math.Log(1 + count);

    public static Func<AnswerText, double> Has(PhraseList phrases) => answer => phrases.Count(answer.Words) > 0 ? 1 : 0;

    public static Func<AnswerText, double> Counts(PhraseList phrases) => answer => Damped(phrases.Count(answer.Words));

    public static Func<AnswerText, double> Share(PhraseList phrases) =>
        answer => answer.Words.Length == 0 ? 0 : (double)phrases.Count(answer.Words) / answer.Words.Length;

    public static Func<AnswerText, double> Marks(string marks) => answer => Damped(answer.Text.Count(marks.Contains));

    public static double Agrees(AnswerText answer) =>
        FeatureWords.Assent.Begins(answer.Words) || FeatureWords.Agreement.Count(answer.Words) > 0 ? 1 : 0;

    /// <summary>Lines that are items, headings or rows of a table.</summary>
    public static double Structure(AnswerText answer)
    {
        var lines = 0;
        foreach (var line in answer.Text.AsSpan().EnumerateLines())
        {
            lines += IsItem(line.TrimStart()) ? 1 : 0;
        }

        return Damped(lines);
    }

    public static double Code(AnswerText answer) => answer.Text.Count(letter => letter == '`') >= 2 ? 1 : 0;

    public static double Numbers(AnswerText answer) => Damped(answer.Words.Count(word => word.Any(char.IsDigit)));

    /// <summary>The share of three words in a row that stood in the answer before; 0 for fewer than four words.</summary>
    public static double Repetition(AnswerText answer)
    {
        var words = answer.Words;
        var seen = new HashSet<(string, string, string)>();
        var again = 0;
        for (var i = 2; i < words.Length; i++)
        {
            again += seen.Add((words[i - 2], words[i - 1], words[i])) ? 0 : 1;
        }

        return words.Length < 4 ? 0 : (double)again / (words.Length - 2);
    }

    public static double SameLanguage(AnswerText answer) =>
        WrittenLanguage.Of(answer.Question, answer.QuestionWords).IsLike(WrittenLanguage.Of(answer.Text, answer.Words)) ? 1 : 0;

    /// <summary>The share of the answer's different longer words that stand in the question; 0 where it has none.</summary>
    public static double Echo(AnswerText answer)
    {
        var own = answer.Words.Where(IsLong).ToHashSet(StringComparer.Ordinal);
        var asked = answer.QuestionWords.Where(IsLong).ToHashSet(StringComparer.Ordinal);
        return own.Count == 0 ? 0 : (double)own.Count(asked.Contains) / own.Count;
    }

    private static bool IsLong(string word) => word.Length >= LeastEchoedLetters || WordTokens.IsUnspaced(word[0]);

    private static bool IsItem(ReadOnlySpan<char> line)
    {
        if (line.Length < 2)
        {
            return false;
        }

        if (line[0] is '-' or '*' or '•' or '+' or '#' or '|')
        {
            return line[0] == '|' || line.TrimStart(line[0]) is [' ', ..];
        }

        var digits = line.IndexOfAnyExceptInRange('0', '9');
        return digits is 1 or 2 && line[digits] is '.' or ')' or '、' && (line.Length == digits + 1 || line[digits + 1] is ' ' or '\t');
    }
}
