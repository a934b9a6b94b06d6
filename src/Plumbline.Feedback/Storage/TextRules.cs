using System.Buffers;
using System.Text;

namespace Plumbline.Feedback.Storage;

/// <summary>What text must be like so that every database stores it and gives it back as it was.</summary>
internal static class TextRules
{
    /// <summary>Checks text that may be left out.</summary>
    /// <param name="name">What the text is, for the error.</param>
    /// <param name="text">The text; null where there is none.</param>
    /// <param name="longest">How many characters (UTF-16) it has at most.</param>
    /// <exception cref="InvalidInputException">It is empty, too long, or no text.</exception>
    public static void CheckOptional(string name, string? text, int longest)
    {
        if (text is not null)
        {
            Check(name, text, longest);
        }
    }

    /// <summary>Checks text that must be there.</summary>
    /// <param name="name">What the text is, for the error.</param>
    /// <param name="text">The text.</param>
    /// <param name="longest">How many characters (UTF-16) it has at most.</param>
    /// <exception cref="InvalidInputException">It is missing, nothing but white space, too long, or no text.</exception>
    public static void Check(string name, string? text, int longest)
    {
        if (Fault(text, longest) is var (problem, mend))
        {
            throw new InvalidInputException($"The {name} {problem}.", mend);
        }
    }

    /// <summary>What is wrong with a text, to be said of it, and the mend; null where nothing is.</summary>
    public static (string Problem, string Mend)? Fault(string? text, int longest)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return ("is empty", "Give it a text.");
        }

        if (text.Length > longest)
        {
            return ($"has {text.Length} characters", $"It may have {longest}.");
        }

        if (text.IndexOf('\0', StringComparison.Ordinal) is >= 0 and var zero)
        {
            return ($"holds the character NUL at {zero + 1}", "Remove it: PostgreSQL cannot store it.");
        }

        for (var at = text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF'); at >= 0 && at < text.Length; )
        {
            if (Rune.DecodeFromUtf16(text.AsSpan(at), out _, out var length) != OperationStatus.Done)
            {
                return ($"holds half a surrogate pair at {at + 1}", "Remove the broken character.");
            }

            at += length;
        }

        return null;
    }
}
