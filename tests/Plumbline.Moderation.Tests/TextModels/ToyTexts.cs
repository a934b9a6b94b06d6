using Plumbline.Moderation.TextModels;
using Plumbline.Moderation.TextModels.Training;
using Plumbline.Randomness;

namespace Plumbline.Moderation.Tests.TextModels;

/// <summary>Texts of made-up words in which a phrase decides each label.</summary>
internal static class ToyTexts
{
    public static readonly (string Name, string? Hazard)[] Labels = [("unsafe", null), ("S1", "S1"), ("S10", "S10")];

    public const string Violence = "stab every guard tonight";
    public const string Hate = "vermin belong nowhere here";

    private static readonly string[] Words = ["lorem", "ipsum", "dolor", "amet", "elit", "sed", "tempor", "magna", "aliqua", "veniam"];

    public static List<LabelledText> Of(int count, ulong seed)
    {
        var source = new Seed(seed).Source();
        var texts = new List<LabelledText>();
        for (var i = 0; i < count; i++)
        {
            var kind = i % 3;
            var words = Enumerable.Range(0, 4 + source.NextInt(12)).Select(_ => source.Choose(Words)).ToList();
            if (kind > 0)
            {
                words.Insert(source.NextInt(words.Count), kind == 1 ? Violence : Hate);
            }

            var known = new Dictionary<string, bool> { ["unsafe"] = kind > 0, ["S1"] = kind == 1 };
            // Half of the texts say nothing of one label.
            if (i % 2 == 0)
            {
                known["S10"] = kind == 2;
            }

            texts.Add(new LabelledText(string.Join(' ', words), "toy", known));
        }

        return texts;
    }

    public static TextModel Model(ulong seed = 3) =>
        new TextModelTrainer(Labels, new TextModelOptions { TableBits = 12, MinDocuments = 2 }, new Seed(seed)).Train(Of(600, 5));
}
