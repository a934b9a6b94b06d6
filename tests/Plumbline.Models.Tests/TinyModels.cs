using Plumbline.Models.Language;
using Plumbline.Randomness;

namespace Plumbline.Models.Tests;

/// <summary>Shapes and tokens for tests: small, with grouped heads and a width that the vector kernels take.</summary>
internal static class TinyModels
{
    internal static DecoderConfig Config(string modelType) =>
        new()
        {
            ModelType = modelType,
            VocabularySize = 64,
            HiddenSize = 64,
            IntermediateSize = 96,
            LayerCount = 2,
            HeadCount = 4,
            KeyValueHeadCount = 2,
            HeadSize = 32,
            MaxPositions = 256,
            EosTokenIds = [0],
        };

    internal static int[] Ids(ulong seed, int count)
    {
        var random = new Seed(seed).Source();
        return [.. Enumerable.Range(0, count).Select(_ => 1 + random.NextInt(63))];
    }
}
