using System.Text;
using Plumbline.Moderation.Languages;
using Plumbline.Moderation.Languages.Training;
using Plumbline.Randomness;
using Plumbline.Testing;

namespace Plumbline.Moderation.Tests.Languages.Training;

public sealed class LanguageTrainerTests
{
    private static readonly byte[] Toy = LanguageTrainer.Train(ToyTexts.Read(), ToyTexts.Options);

    [Fact]
    public void Toy_languages_are_all_told_apart()
    {
        var model = LanguageIdentifier.Read(Toy, "toy");
        Assert.Equal(["aa", "bb-Latn", "cc", "dd", "th"], model.Languages);
        foreach (var (name, tag) in new[] { ("aa", "aa"), ("bb", "bb-Latn"), ("cc", "cc"), ("dd", "dd") })
        {
            Assert.All(ToyTexts.Lines(name, stream: 1), line => Assert.Equal(tag, model.Identify(line).Language));
        }

        Assert.Equal(("th", "Thai"), (model.Identify("ขอบคุณครับ").Language, model.Identify("ขอบคุณครับ").Script));
    }

    [Fact]
    public void What_is_in_no_toy_language_is_unknown()
    {
        var model = LanguageIdentifier.Read(Toy, "toy");
        Assert.All(ToyTexts.Lines("uu", stream: 1), line => Assert.False(model.Identify(line).IsKnown, line));
        // A language that no training has seen: most of it is unknown, as the made-up unknown texts taught.
        Assert.True(ToyTexts.Lines("vv").Count(line => !model.Identify(line).IsKnown) > 150);
    }

    [Fact]
    public void The_same_seed_gives_the_same_bytes_and_another_gives_others()
    {
        Assert.Equal(Toy, LanguageTrainer.Train(ToyTexts.Read(), ToyTexts.Options));
        Assert.NotEqual(Toy, LanguageTrainer.Train(ToyTexts.Read(), ToyTexts.Options with { Seed = new Seed(8) }));
    }

    [Fact]
    public void Progress_names_the_scripts_in_order()
    {
        var told = new List<string>();
        LanguageTrainer.Train(ToyTexts.Read(), ToyTexts.Options with { PiecesPerLanguage = 1 }, new Told(told));
        Assert.Equal(["Latn: aa bb-Latn and others", "Cyrl: cc dd and others", "Thai: th"], told);
    }

    [Fact]
    public void Stronger_shrinkage_leaves_fewer_weights()
    {
        static int Weights(double shrinkage) =>
            LanguageModelFile
                .Read(
                    LanguageTrainer.Train(ToyTexts.Read(), ToyTexts.Options with { Shrinkage = shrinkage, PiecesPerLanguage = 5000 }),
                    "toy"
                )
                .Sum(script => script.Weights.Count(weight => weight != 0));

        Assert.True(Weights(1e-4) < Weights(0));
    }

    [Theory]
    [InlineData("pieces_per_language")]
    [InlineData("unknown_share")]
    [InlineData("many_bits")]
    [InlineData("few_bits")]
    [InlineData("learning_rate")]
    [InlineData("shrinkage")]
    [InlineData("levels")]
    [InlineData("precision")]
    public void An_option_out_of_its_range_is_refused_by_name(string option)
    {
        var options = option switch
        {
            "pieces_per_language" => ToyTexts.Options with { PiecesPerLanguage = 0 },
            "unknown_share" => ToyTexts.Options with { UnknownShare = 0.95 },
            "many_bits" => ToyTexts.Options with { ManyBits = 19 },
            "few_bits" => ToyTexts.Options with { FewBits = 3 },
            "learning_rate" => ToyTexts.Options with { LearningRate = 0 },
            "shrinkage" => ToyTexts.Options with { Shrinkage = double.NaN },
            "levels" => ToyTexts.Options with { Levels = 128 },
            _ => ToyTexts.Options with { Precision = 0 },
        };
        var refusal = Assert.Throws<InvalidInputException>(() => LanguageTrainer.Train(ToyTexts.Read(), options));
        Assert.Contains(option, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Texts_without_letters_are_refused() =>
        Assert.Throws<InvalidInputException>(() =>
            LanguageTrainer.Train(
                LanguageTexts.Of(new Dictionary<string, IReadOnlyList<string>> { ["aa"] = ["123", "..."] }),
                ToyTexts.Options
            )
        );

    [Fact]
    public void A_folder_is_read_by_the_names_of_its_files()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("de.txt"), "Guten Tag\n\nAuf Wiedersehen\n", Encoding.UTF8);
        File.WriteAllText(folder.File("und.txt"), "xyz\n");
        var texts = LanguageTexts.Read(folder.Path);
        Assert.Equal(["de"], texts.Languages);
        Assert.Equal(["Guten Tag", "Auf Wiedersehen"], texts.Lines("de"));
        Assert.Equal(["xyz"], texts.Lines(LanguageTexts.Unknown));
        Assert.Empty(texts.Lines("fr"));
    }

    [Fact]
    public void Folders_that_are_not_there_are_empty_or_hold_other_names_are_refused()
    {
        using var folder = new TemporaryFolder();
        Assert.Throws<InvalidInputException>(() => LanguageTexts.Read(folder.File("none")));
        Assert.Throws<InvalidInputException>(() => LanguageTexts.Read(folder.Path));
        File.WriteAllText(folder.File("no tag.txt"), "a");
        Assert.Contains(
            "no tag",
            Assert.Throws<InvalidInputException>(() => LanguageTexts.Read(folder.Path)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Marks_are_left_away_as_people_do_when_they_type()
    {
        Assert.Equal("nguoi Malmo Capek", Pieces.WithoutMarks("người Malmö Čapek"));
    }

    private sealed class Told(List<string> lines) : IProgress<string>
    {
        public void Report(string value) => lines.Add(value);
    }
}
