using System.Diagnostics;
using System.Text;
using Plumbline.Moderation.Languages;
using Plumbline.Moderation.Languages.Training;

namespace Plumbline.LanguageRecipe;

/// <summary>Measures how fast a model is, in processor time of one thread.</summary>
internal static class Speed
{
    private const int Lines = 4000;
    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(2);

    /// <summary>Prints it for lines of some languages, and for one long text.</summary>
    public static void Print(LanguageIdentifier model, LanguageTexts texts)
    {
        foreach (var tag in new[] { "en", "ru", "ar", "zh-Hans" })
        {
            Print(tag + " lines", model, [.. texts.Lines(tag).Take(Lines)]);
        }

        Print("en, one text", model, [string.Join(' ', texts.Lines("en").Take(Lines))]);
    }

    private static void Print(string name, LanguageIdentifier model, string[] texts)
    {
        long bytes = texts.Sum(text => (long)Encoding.UTF8.GetByteCount(text)),
            rounds = 0;
        Run(model, texts);
        using var process = Process.GetCurrentProcess();
        var start = process.TotalProcessorTime;
        var spent = TimeSpan.Zero;
        while (spent < Enough)
        {
            Run(model, texts);
            rounds++;
            process.Refresh();
            spent = process.TotalProcessorTime - start;
        }

        var each = spent.TotalMicroseconds / (rounds * texts.Length);
        Console.WriteLine(
            $"{name}: {rounds * bytes / spent.TotalSeconds / 1e6:F0} MB/s, {each:F1} microseconds a text of {bytes / texts.Length} bytes on average"
        );
    }

    private static void Run(LanguageIdentifier model, string[] texts)
    {
        foreach (var text in texts)
        {
            model.Identify(text);
        }
    }
}
