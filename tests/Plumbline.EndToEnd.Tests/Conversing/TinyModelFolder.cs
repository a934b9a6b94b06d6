using Plumbline.Models.HuggingFace;
using Plumbline.Models.Language;
using Plumbline.Randomness;
using Plumbline.Testing;
using Plumbline.Tokenization;

namespace Plumbline.EndToEnd.Tests.Conversing;

/// <summary>A model folder with random weights: it talks, but says nothing.</summary>
internal static class TinyModelFolder
{
    /// <summary>Writes the folder; returns its path.</summary>
    internal static string Write(TemporaryFolder folder, string? template = null)
    {
        var options = new BpeTrainerOptions { VocabularySize = 300 };
        var tokenizer = BpeTrainer.Train(["the cat sat on the mat and the dog sat by the door"], options);
        if (template is not null)
        {
            tokenizer = tokenizer.WithChatTemplate(template);
        }

        using var decoder = new Decoder(
            new DecoderConfig
            {
                ModelType = "llama",
                VocabularySize = tokenizer.VocabularySize,
                HiddenSize = 32,
                IntermediateSize = 48,
                LayerCount = 1,
                HeadCount = 2,
                KeyValueHeadCount = 1,
                HeadSize = 16,
                MaxPositions = 96,
                BosTokenId = tokenizer.BosTokenId,
                EosTokenIds = [tokenizer.EosTokenId!.Value],
            },
            new Seed(4)
        );
        var path = folder.File("tiny-model");
        ModelFolder.Save(path, decoder);
        tokenizer.Save(path);
        return path;
    }
}
