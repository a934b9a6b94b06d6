using Plumbline.Moderation.Languages;
using Plumbline.Moderation.Languages.Training;

namespace Plumbline.LanguageRecipe;

/// <summary>Measures a model on texts that it was not trained on.</summary>
internal sealed class Measurement(LanguageIdentifier model)
{
    private static readonly (int Least, int Most)[] Lengths = [(4, 19), (20, 49), (50, 199), (200, int.MaxValue)];

    /// <summary>Prints, for texts in languages that the model knows, how many it names rightly, wrongly and not at all.</summary>
    public void PrintKnown(LanguageTexts texts)
    {
        Console.WriteLine("language  lines  right  wrong  unknown  mistaken for");
        var all = new List<(string Line, string Tag, LanguageGuess Guess)>();
        foreach (var tag in texts.Languages.Where(model.Languages.Contains))
        {
            var guesses = texts.Lines(tag).Select(line => (Line: line, Tag: tag, Guess: model.Identify(line))).ToList();
            all.AddRange(guesses);
            var mistakes = guesses
                .Where(guess => guess.Guess.IsKnown && guess.Guess.Language != tag)
                .CountBy(guess => guess.Guess.Language!)
                .OrderByDescending(pair => pair.Value)
                .Take(3);
            Print(tag, guesses, string.Join(' ', mistakes.Select(pair => $"{pair.Key}:{pair.Value}")));
        }

        Print("all", all, string.Empty);
        PrintForeign(all.Select(guess => (guess.Line, guess.Guess)));
        foreach (var (least, most) in Lengths)
        {
            Print(
                most == int.MaxValue ? $">={least}" : $"{least}-{most}",
                all.Where(guess => guess.Line.Length >= least && guess.Line.Length <= most).ToList(),
                string.Empty
            );
        }
    }

    /// <summary>Prints, for texts in languages that the model does not know, how often it names one, by length.</summary>
    public void PrintUnknown(LanguageTexts texts)
    {
        Console.WriteLine($"{texts.Languages.Count()} languages that the model does not know: the share that is called unknown");
        var all = texts
            .Languages.SelectMany(tag => texts.Lines(tag).Select(line => (Line: line, Tag: tag, Guess: model.Identify(line))))
            .ToList();
        foreach (var (least, most) in Lengths)
        {
            var part = all.Where(guess => guess.Line.Length >= least && guess.Line.Length <= most).ToList();
            Console.WriteLine($"{least}-{most}: {part.Count} lines, {(double)part.Count(guess => !guess.Guess.IsKnown) / part.Count:P1}");
        }

        PrintForeign(all.Select(guess => (guess.Line, guess.Guess)));
        var worst = all.Where(guess => guess.Guess.IsKnown)
            .CountBy(guess => $"{guess.Tag}>{guess.Guess.Language}")
            .OrderByDescending(pair => pair.Value)
            .Take(30);
        Console.WriteLine(string.Join(' ', worst.Select(pair => $"{pair.Key}:{pair.Value}")));
    }

    // What the guard goes by in short texts (GuardOptions.DoubtfulLanguageLetters).
    private static void PrintForeign(IEnumerable<(string Line, LanguageGuess Guess)> guesses)
    {
        var few = guesses.Where(guess => guess.Line.Count(char.IsLetter) is >= 20 and < 60).Select(guess => guess.Guess).ToList();
        Console.WriteLine(
            $"of {few.Count} lines of 20 to 59 letters: unknown {(double)few.Count(guess => !guess.IsKnown) / few.Count:P1}, may be foreign {(double)few.Count(guess => guess.MayBeForeign) / few.Count:P1}"
        );
    }

    private static void Print(string name, List<(string Line, string Tag, LanguageGuess Guess)> guesses, string mistakes)
    {
        double Share(Func<(string Line, string Tag, LanguageGuess Guess), bool> which) =>
            guesses.Count == 0 ? double.NaN : (double)guesses.Count(which) / guesses.Count;
        Console.WriteLine(
            $"{name, -9}{guesses.Count, 6}{Share(guess => guess.Guess.Language == guess.Tag), 7:P1}{Share(guess => guess.Guess.IsKnown && guess.Guess.Language != guess.Tag), 7:P1}"
                + $"{Share(guess => !guess.Guess.IsKnown), 9:P1}  {mistakes}"
        );
    }
}
