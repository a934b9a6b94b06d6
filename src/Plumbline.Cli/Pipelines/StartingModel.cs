using Plumbline.Configuration;
using Plumbline.Data;
using Plumbline.Models.ChatTemplates;
using Plumbline.Models.HuggingFace;
using Plumbline.Models.Language;
using Plumbline.Randomness;
using Plumbline.Runs;
using Plumbline.Tokenization;
using Plumbline.Training.Loop;
using Plumbline.Training.Supervised;

namespace Plumbline.Cli.Pipelines;

/// <summary>The model that a pipeline starts from: the user's folder, or a small model that it makes and pretrains on the data's own text.</summary>
/// <param name="options">Which.</param>
/// <param name="pretraining">How a small model is pretrained.</param>
/// <param name="maxLength">The longest sequence in tokens.</param>
/// <param name="seed">The seed of a small model's weights.</param>
internal sealed class StartingModel(PipelineModelOptions options, TrainingOptions pretraining, int maxLength, Seed seed)
{
    /// <summary>Finds or makes it.</summary>
    /// <param name="context">The pipeline.</param>
    /// <param name="training">What a small model reads; held-out rows must not be among it.</param>
    /// <param name="dataKey">What decides <paramref name="training"/>.</param>
    /// <param name="facts">The record of the run.</param>
    /// <param name="data">The files that <paramref name="training"/> stands in.</param>
    /// <returns>The model, and its tokenizer.</returns>
    /// <exception cref="InvalidInputException">There is no such folder, or it cannot be read.</exception>
    internal (ModelStart Start, Tokenizer Tokenizer) Prepare(
        PipelineContext context,
        IReadOnlyList<Example> training,
        string dataKey,
        DataFacts data,
        Func<RunFacts> facts
    )
    {
        if (!options.IsTiny)
        {
            return OfFolder(context, options.Path);
        }

        var vocabulary = Stage.Of(context, "tokenizer", data.Sources, [OptionsFile.Write(options.Tiny), dataKey]);
        vocabulary.Ensure(
            facts(),
            () =>
            {
                var texts = training.SelectMany(Contents).SelectMany(Turns).Distinct(StringComparer.Ordinal);
                var progress = new TokenizerProgress(context.Progress);
                BpeTrainer
                    .Train(texts, new BpeTrainerOptions { VocabularySize = options.Tiny.VocabularySize }, progress, context.Cancellation)
                    .Save(vocabulary.ModelFolder);
            }
        );
        var tokenizer = Tokenizer.Load(vocabulary.ModelFolder);
        var encoder = new ExampleEncoder(tokenizer, TrainingStage.Chat(tokenizer), maxLength);
        var stage = Stage.Of(
            context,
            "pretrain",
            [StageSource.Of(vocabulary), .. data.Sources],
            [OptionsFile.Write(pretraining), OptionsFile.Write(options.Tiny), vocabulary.Key, $"{maxLength}", $"{seed.Value}"]
        );
        TrainingStage.Train<TokenizedExample>(
            context,
            stage,
            "pretraining",
            () => new Decoder(options.Tiny.ToConfig(tokenizer, maxLength), seed.Derive("weights")),
            tokenizer,
            policy => (new SupervisedObjective(policy), null),
            () => [.. encoder.ForPretraining(training.DistinctBy(example => ConversationSplit.Opening(Contents(example).First())))],
            pretraining,
            facts()
        );
        return (ModelStart.Of(stage), tokenizer);
    }

    private static (ModelStart, Tokenizer) OfFolder(PipelineContext context, string folder)
    {
        var hash = Hash(folder);
        // Loaded once now: weights that do not fit must be found before an hour of work.
        using var loaded = ModelFolder.Load(folder);
        var tokenizer = Tokenizer.Load(folder);
        foreach (var warning in StopTokenCheck.Warnings(TrainingStage.Chat(tokenizer), loaded.Config.EosTokenIds))
        {
            context.Notices.WriteLine(warning);
        }

        return (new ModelStart(folder, hash, StageSource.OfModel(folder)), tokenizer);
    }

    /// <summary>The hash of a model folder's weights, config and tokenizer.</summary>
    /// <exception cref="InvalidInputException">There is no such folder, or a file is missing.</exception>
    internal static string Hash(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new InvalidInputException(
                $"There is no model folder {folder}.",
                "Name a Hugging Face folder, or 'tiny'.",
                new InputPosition(folder)
            );
        }

        var files = Directory
            .GetFiles(folder, "*.safetensors")
            .Append(Path.Combine(folder, "config.json"))
            .Append(Path.Combine(folder, "tokenizer.json"));
        return string.Join(' ', files.Order(StringComparer.Ordinal).Select(file => InputFact.Of(file).Sha256));
    }

    private static IEnumerable<Content> Contents(Example example) =>
        example switch
        {
            PreferenceExample pair => [pair.Prompt, pair.Chosen, pair.Rejected],
            RankedExample ranked => [ranked.Prompt, .. ranked.Answers],
            StepwiseExample steps => [steps.Prompt, steps.Answer],
            UnpairedPreferenceExample answer => [answer.Prompt, answer.Completion],
            PromptCompletionExample pair => [pair.Prompt, pair.Completion],
            LanguageModelingExample text => [text.Content],
            PromptExample prompt => [prompt.Prompt],
            _ => [],
        };

    private static IEnumerable<string> Turns(Content content) =>
        content.Messages is null ? [content.Text!] : content.Messages.Select(message => message.Text);

    private sealed class TokenizerProgress(IProgressSink sink) : IProgress<BpeTrainingProgress>
    {
        public void Report(BpeTrainingProgress value) =>
            sink.Report(new ProgressUpdate("tokenizer", value.VocabularySize, value.Target, value.VocabularySize, "entries"));
    }
}

/// <summary>A model that a stage starts from.</summary>
/// <param name="Folder">Its folder.</param>
/// <param name="Key">What decides its content.</param>
/// <param name="Source">What the ledger calls it.</param>
internal sealed record ModelStart(string Folder, string Key, StageSource Source)
{
    /// <summary>The model of an earlier stage.</summary>
    internal static ModelStart Of(Stage stage) => new(stage.ModelFolder, stage.Key, StageSource.Of(stage));
}
