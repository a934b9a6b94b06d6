using System.Text.Json;
using Plumbline.Cli.Pipelines;
using Plumbline.Models.HuggingFace;
using Plumbline.Models.Language;
using Plumbline.Randomness;
using Plumbline.Testing;
using Plumbline.Tokenization;

namespace Plumbline.EndToEnd.Tests;

/// <summary>A pipeline file and pairs in HH-RLHF's layout, small enough to run in seconds.</summary>
internal static class SmallPipeline
{
    internal static string Write(TemporaryFolder folder, string output, int rows = 60)
    {
        var data = Pairs(folder, rows);
        return folder.Write(
            $"{output}.yaml",
            $$"""
            name: small
            seed: 3
            threads: 1
            output: {{folder.File(output)}}
            model:
              tiny: { vocabulary_size: 320, hidden_size: 32, intermediate_size: 64, layers: 2, heads: 2, key_value_heads: 1 }
            data: { path: {{data}}, held_out: 0.2 }
            steps:
              pretrain: { epochs: 6, learning_rate: 0.005, batch_size: 4, save_steps: 3 }
              sft: { epochs: 3, learning_rate: 0.002, batch_size: 4, save_steps: 3 }
              dpo: { training: { epochs: 4, learning_rate: 0.001, batch_size: 4, save_steps: 2 } }
            budget: { max_length: 96 }
            report: { samples: 2, generation: { max_new_tokens: 8 } }
            """
        );
    }

    internal static string WriteReward(TemporaryFolder folder, string output, int rows = 60)
    {
        var data = Pairs(folder, rows);
        return folder.Write(
            $"{output}.yaml",
            $$"""
            name: small
            seed: 3
            threads: 1
            output: {{folder.File(output)}}
            model:
              tiny: { vocabulary_size: 320, hidden_size: 32, intermediate_size: 64, layers: 2, heads: 2, key_value_heads: 1 }
            data: { path: {{data}}, held_out: 0.2 }
            steps:
              pretrain: { epochs: 2, learning_rate: 0.005, batch_size: 4, save_steps: 3 }
              sft: { epochs: 1, learning_rate: 0.002, batch_size: 4, save_steps: 3 }
            training: { epochs: 6, learning_rate: 0.003, batch_size: 8, save_steps: 2 }
            max_length: 96
            """
        );
    }

    /// <summary>A small model with room for questions, as it begins: its opinions are as good as any. Gives its folder, with pairs beside it.</summary>
    internal static string Judge(TemporaryFolder folder)
    {
        var tokenizer = BpeTrainer.Train(File.ReadLines(Pairs(folder, rows: 60)), new BpeTrainerOptions { VocabularySize = 320 });
        var tiny = new TinyModelOptions
        {
            HiddenSize = 32,
            IntermediateSize = 64,
            Layers = 2,
            Heads = 2,
            KeyValueHeads = 1,
        };
        using var decoder = new Decoder(tiny.ToConfig(tokenizer, 2048) with { InitializerRange = 0.3 }, new Seed(5));
        var model = folder.File("judge");
        ModelFolder.Save(model, decoder);
        tokenizer.Save(model);
        return model;
    }

    private static string Pairs(TemporaryFolder folder, int rows)
    {
        var random = new Seed(5).Source();
        string[] words = ["red", "green", "blue", "stone", "river", "cloud", "seven", "nine", "walks", "sings"];
        string Sentence(int count) => string.Join(' ', Enumerable.Range(0, count).Select(_ => random.Choose(words)));
        var lines = Enumerable
            .Range(0, rows)
            .Select(row =>
            {
                var prompt = $"\n\nHuman: question {row} {Sentence(3)}?\n\nAssistant:";
                return JsonSerializer.Serialize(new { chosen = $"{prompt} yes {Sentence(4)}", rejected = $"{prompt} no {Sentence(5)}" });
            });
        return folder.Write("pairs.jsonl", string.Join('\n', lines) + "\n");
    }
}
