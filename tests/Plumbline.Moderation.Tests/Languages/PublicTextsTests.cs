using System.Globalization;
using System.Text;
using Plumbline.Evaluation.Statistics;
using Plumbline.Moderation.Languages;

namespace Plumbline.Moderation.Tests.Languages;

/// <summary>How well the shipped model does on public sets that it was not trained on.</summary>
public sealed class PublicTextsTests(ITestOutputHelper output)
{
    private static readonly (int Least, int Most)[] Lengths = [(1, 19), (20, 49), (50, 199), (200, int.MaxValue)];

    /// <summary>
    /// The share of texts that are named rightly, by set and language. Each floor is the lower end of the 95 % interval that was measured when the model was
    /// trained, less a point: it guards against a damaged model or reader, and says nothing of other data.
    /// </summary>
    private static readonly Dictionary<(string Set, string Language), double> Floors = new()
    {
        [("multijail", "en")] = 0.93,
        [("multijail", "zh")] = 0.96,
        [("multijail", "it")] = 0.96,
        [("multijail", "vi")] = 0.97,
        [("multijail", "ar")] = 0.97,
        [("multijail", "ko")] = 0.97,
        [("multijail", "th")] = 0.97,
        [("multijail", "bn")] = 0.97,
        [("multijail", "sw")] = 0.94,
        [("multijail", "jv")] = 0.50,
        [("multilingual-hatecheck", "ar")] = 0.91,
        [("multilingual-hatecheck", "de")] = 0.94,
        [("multilingual-hatecheck", "hi-Latn")] = 0.76,
        [("multilingual-hatecheck", "zh")] = 0.97,
        [("multilingual-hatecheck", "es")] = 0.90,
        [("purplellama-prompt-injection", "vi")] = 0.91,
        [("purplellama-prompt-injection", "fr")] = 0.85,
        [("purplellama-prompt-injection", "it")] = 0.92,
        [("purplellama-prompt-injection", "bn")] = 0.92,
        [("purplellama-prompt-injection", "ru")] = 0.91,
        [("purplellama-prompt-injection", "ja")] = 0.91,
        [("purplellama-prompt-injection", "zh")] = 0.89,
        [("purplellama-prompt-injection", "ar")] = 0.92,
        [("purplellama-prompt-injection", "tl")] = 0.91,
        [("purplellama-prompt-injection", "id")] = 0.73,
        [("purplellama-prompt-injection", "pt")] = 0.91,
        [("purplellama-prompt-injection", "es")] = 0.92,
        [("purplellama-prompt-injection", "ko")] = 0.91,
        [("purplellama-prompt-injection", "th")] = 0.89,
        [("purplellama-prompt-injection", "de")] = 0.90,
        [("purplellama-prompt-injection", "tr")] = 0.89,
        [("purplellama-prompt-injection", "hi")] = 0.92,
        [("mlma-hate", "en")] = 0.52,
        [("mlma-hate", "fr")] = 0.84,
        [("mlma-hate", "ar")] = 0.95,
        [("coldataset-zh", "zh")] = 0.98,
        [("korean-hate-speech", "ko")] = 0.98,
        [("catqa-harmfulqa", "en")] = 0.98,
        [("catqa-harmfulqa", "zh")] = 0.97,
        [("catqa-harmfulqa", "vi")] = 0.98,
        [("hatecheck", "en")] = 0.93,
        [("xstest", "en")] = 0.89,
    };

    [Fact]
    public void Public_texts_are_named_rightly_about_as_often_as_the_card_says()
    {
        var answers = PublicTexts.Read().Select(text => new Answer(text, LanguageIdentifier.Default.Identify(text.Text))).ToList();
        var table = new StringBuilder("set language texts right [95 % interval] wrong unknown mistaken for\n");
        foreach (var group in answers.GroupBy(answer => (answer.Text.Set, answer.Text.Language)))
        {
            table.AppendLine(Row($"{group.Key.Set} {group.Key.Language}", [.. group]));
        }

        table.AppendLine(Row("all", answers));
        foreach (var (least, most) in Lengths)
        {
            var part = answers.Where(answer => answer.Text.Text.Length >= least && answer.Text.Text.Length <= most).ToList();
            table.AppendLine(Row(most == int.MaxValue ? $"from {least} units" : $"{least} to {most} units", part));
        }

        output.WriteLine(table.ToString());
        foreach (var group in answers.GroupBy(answer => (answer.Text.Set, answer.Text.Language)))
        {
            var share = Proportion.Of(group.Select(answer => answer.IsRight)).Value;
            Assert.True(share >= Floors[group.Key], $"{group.Key}: {share:P1} are right, under {Floors[group.Key]:P1}.\n{table}");
        }

        // A wrong name picks wrong thresholds; unknown is asked about further.
        Assert.True(Proportion.Of(answers.Select(answer => answer.IsWrong)).Value <= 0.01, table.ToString());
    }

    private static string Row(string name, List<Answer> answers)
    {
        var right = Proportion.Of(answers.Select(answer => answer.IsRight));
        var interval = right.WilsonInterval();
        var wrong = Proportion.Of(answers.Select(answer => answer.IsWrong)).Value;
        var mistakes = answers
            .Where(answer => answer.IsWrong)
            .CountBy(answer => answer.Guess.Language!)
            .OrderByDescending(pair => pair.Value)
            .ThenBy(pair => pair.Key, StringComparer.Ordinal)
            .Take(3);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{name} {answers.Count} {100 * right.Value:F1} [{100 * interval.Low:F1}, {100 * interval.High:F1}] {100 * wrong:F1} {100 * (1 - right.Value - wrong):F1} {string.Join(' ', mistakes.Select(pair => $"{pair.Key}:{pair.Value}"))}"
        );
    }

    private sealed record Answer(PublicText Text, LanguageGuess Guess)
    {
        /// <summary>Chinese is right in either script; Hindi in the one it is written in.</summary>
        public bool IsRight => Guess.Language == Text.Language || (Text.Language == "zh" && Guess.Language is "zh-Hans" or "zh-Hant");

        public bool IsWrong => Guess.IsKnown && !IsRight;
    }
}
