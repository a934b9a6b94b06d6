using Plumbline;
using Plumbline.LanguageRecipe;
using Plumbline.Moderation.Languages;
using Plumbline.Moderation.Languages.Training;

try
{
    return Run(args);
}
catch (InvalidInputException refusal)
{
    Console.Error.WriteLine(refusal.Message);
    return 2;
}

static int Run(string[] args)
{
    switch (args)
    {
        case ["extract", var unpacked, var languages, var texts]:
            var writer = new CorpusWriter(LanguageCodes.Read(languages));
            foreach (var line in Sources.Read(unpacked))
            {
                writer.Add(line);
            }

            writer.Write(texts);
            return 0;
        case ["train", var texts, var model]:
            var bytes = LanguageTrainer.Train(
                LanguageTexts.Read(Path.Combine(texts, "train")),
                new LanguageTrainingOptions(),
                new ConsoleProgress()
            );
            File.WriteAllBytes(model, bytes);
            Console.WriteLine($"{LanguageIdentifier.Read(bytes, model).Hash}, {bytes.Length} bytes");
            return 0;
        case ["measure", var texts, var model]:
            var measurement = new Measurement(LanguageIdentifier.Load(model));
            measurement.PrintKnown(LanguageTexts.Read(Path.Combine(texts, "development")));
            measurement.PrintUnknown(LanguageTexts.Read(Path.Combine(texts, "held-out")));
            return 0;
        case ["speed", var texts, var model]:
            Speed.Print(LanguageIdentifier.Load(model), LanguageTexts.Read(Path.Combine(texts, "train")));
            return 0;
        default:
            Console.Error.WriteLine(
                "usage: language-recipe extract UNPACKED LANGUAGES TEXTS | train TEXTS MODEL | measure TEXTS MODEL | speed TEXTS MODEL"
            );
            return 2;
    }
}
